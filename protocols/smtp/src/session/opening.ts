// The way from the greeting to a connection that takes mail: EHLO, STARTTLS, EHLO again, AUTH. It sends nothing itself,
// chooses no mechanism, and refuses every way round TLS.
import { decodeUtf8Lossy } from '@fairlead/bytes';
import { FairleadError } from '@fairlead/errors';
import { protocolError, refusal } from '../errors.ts';
import type { Capabilities, Reply } from '../types.ts';
import { fromBase64, toBase64 } from '../wire/base64.ts';
import { readCapabilities } from '../wire/capabilities.ts';
import { encodeLines } from '../wire/encode.ts';

/** What the caller has to do next; behind `send`, the next reply is handed to `receive`. */
export type Move =
  | { readonly kind: 'send'; readonly bytes: Uint8Array }
  /** Turn TLS on, provided that nothing more has come, and call `upgraded`. */
  | { readonly kind: 'upgrade' }
  /**
   * Choose a mechanism and call `login`. `refused`: the server's refusal of the one that was chosen before, which is the
   * error to tell where none is left.
   */
  | { readonly kind: 'choose'; readonly offered: readonly string[]; readonly refused?: FairleadError }
  /** Let the mechanism answer, and call `respond`. */
  | { readonly kind: 'challenge'; readonly challenge: Uint8Array }
  /** Let the mechanism finish, and call `loggedIn`. */
  | { readonly kind: 'success' }
  | { readonly kind: 'ready' };

/** What the opening is to lead to. */
export interface OpeningOptions {
  /** What EHLO says. */
  readonly name: string;
  /** Whether STARTTLS is required; `offered`: used where it is offered, for looking at a server without a login. */
  readonly startTls: 'required' | 'offered' | 'never';
  readonly login: boolean;
}

/** A command line must stay within 512 octets (RFC 5321 section 4.5.3.1.4), also with an initial response. */
const MAX_AUTH_LINE_BYTES = 510;
/** No mechanism has more; a server that asks on and on is cut off. */
const MAX_CHALLENGES = 6;

/** A shorter part of the credentials would take single letters out of the server's words. */
const MIN_SECRET = 4;

type State = 'greeting' | 'ehlo' | 'helo' | 'starttls' | 'upgrade' | 'choose' | 'auth' | 'ready';

/** One opening. Replies go in, moves come out. */
export class Opening {
  /** The text of the greeting. */
  greeting = '';
  /** What the server said that it can do, last. */
  capabilities: Capabilities | undefined;
  /** Whether it offered STARTTLS, in clear. */
  offeredStartTls = false;
  /** The mechanism of the login. */
  mechanism: string | undefined;
  readonly #options: OpeningOptions;
  #state: State = 'greeting';
  #tls = false;
  #challenges = 0;
  /** Mechanisms that the server lists and has not refused. */
  #offered: readonly string[] = [];
  /** The initial response, where it has to wait for the server's first challenge. */
  #initial: Uint8Array | undefined;

  /** What was sent of the credentials: a server that repeats it must not put it into an error. */
  readonly #secrets: string[] = [];

  constructor(options: OpeningOptions) {
    this.#options = options;
  }

  /**
   * Takes the next reply.
   * @throws FairleadError `server`, `auth`, `tls_failed`, `protocol`: the connection must be ended then.
   */
  receive(reply: Reply): Move {
    switch (this.#state) {
      case 'greeting':
        return this.#greeted(reply);
      case 'ehlo':
        return this.#ehlo(reply);
      case 'helo':
        if (reply.code < 400 && reply.code !== 250) throw unexpected('HELO', reply);
        if (reply.code !== 250) throw refusal('EHLO and HELO', reply);
        return this.#introduced(readCapabilities(reply, false));
      case 'starttls':
        return this.#startTls(reply);
      case 'auth':
        return this.#auth(reply);
      default:
        throw protocolError('a reply came to no command');
    }
  }

  /** TLS is on: what was said before counts for nothing (RFC 3207 section 4.2). */
  upgraded(): Move {
    this.#tls = true;
    this.capabilities = undefined;
    return this.#say('ehlo', `EHLO ${this.#options.name}`);
  }

  /** Begins the login (RFC 4954 section 4). */
  login(mechanism: string, initial: Uint8Array | undefined): Move {
    this.mechanism = mechanism;
    if (initial !== undefined) this.#conceal(initial);
    const line = `AUTH ${mechanism}`;
    if (initial === undefined) return this.#say('auth', line);
    const withInitial = `${line} ${initial.length === 0 ? '=' : toBase64(initial)}`;
    if (withInitial.length <= MAX_AUTH_LINE_BYTES) return this.#say('auth', withInitial);
    this.#initial = initial;
    return this.#say('auth', line);
  }

  /** The mechanism's answer to a challenge. */
  respond(answer: Uint8Array): Move {
    this.#conceal(answer);
    return this.#say('auth', toBase64(answer));
  }

  /** The mechanism is satisfied with the server. */
  loggedIn(): Move {
    this.#state = 'ready';
    return { kind: 'ready' };
  }

  #clean(reply: Reply): Reply {
    const hide = (line: string): string =>
      this.#secrets.reduce((text, secret) => text.replaceAll(secret, '***'), line);
    return { ...reply, lines: reply.lines.map(hide) };
  }

  #conceal(message: Uint8Array): void {
    // PLAIN and the OAuth mechanisms keep their parts apart by control characters.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what they do
    const parts = [toBase64(message), ...decodeUtf8Lossy(message).split(/[\0\x01]/)];
    this.#secrets.push(...parts.filter((part) => part.length >= MIN_SECRET));
  }

  #say(state: State, line: string): Move {
    this.#state = state;
    return { kind: 'send', bytes: encodeLines([line]) };
  }

  #greeted(reply: Reply): Move {
    if (reply.code < 400 && reply.code !== 220) throw unexpected('the connection', reply);
    if (reply.code !== 220) throw refusal('the connection', reply);
    this.greeting = reply.lines.join(' ').trim();
    return this.#say('ehlo', `EHLO ${this.#options.name}`);
  }

  #ehlo(reply: Reply): Move {
    if (reply.code === 250) return this.#introduced(readCapabilities(reply, true));
    if (reply.code < 400) throw unexpected('EHLO', reply);
    // RFC 5321 section 3.2: a server that knows no EHLO refuses it for good.
    if (reply.code < 500) throw refusal('EHLO', reply);
    return this.#say('helo', `HELO ${this.#options.name}`);
  }

  #introduced(capabilities: Capabilities): Move {
    this.capabilities = capabilities;
    const { startTls, login } = this.#options;
    if (!this.#tls && startTls !== 'never') {
      this.offeredStartTls = capabilities.startTls;
      if (capabilities.startTls) return this.#say('starttls', 'STARTTLS');
      if (startTls === 'required') throw noStartTls();
    }
    if (!login) return this.loggedIn();
    this.#state = 'choose';
    this.#offered = capabilities.auth;
    return { kind: 'choose', offered: this.#offered };
  }

  #startTls(reply: Reply): Move {
    if (reply.code === 220) {
      this.#state = 'upgrade';
      return { kind: 'upgrade' };
    }
    // What was said in clear is nobody's word for it: it is not repeated.
    throw new FairleadError(
      'tls_failed',
      `The server answered STARTTLS with ${reply.code}; nothing was sent in clear`,
      {
        safeToRetry: true,
      },
    );
  }

  #auth(reply: Reply): Move {
    if (reply.code === 235) {
      if (this.#initial !== undefined) throw protocolError('the login succeeded before it had begun');
      this.#state = 'choose';
      return { kind: 'success' };
    }
    // A temporary failure says nothing about the credentials (RFC 4954 section 4, 454).
    if (reply.code < 400 && reply.code !== 334) throw unexpected('AUTH', reply);
    if (reply.code !== 334) return this.#refused(reply);
    if (++this.#challenges > MAX_CHALLENGES)
      throw protocolError('the server asks on and on during the login');
    const challenge = fromBase64(reply.lines.join('').trim());
    const initial = this.#initial;
    if (initial === undefined) {
      if (challenge === undefined) throw protocolError('a challenge of the login is not base64');
      return { kind: 'challenge', challenge };
    }
    // RFC 4954 section 4: it has to be empty; what some servers write there is not looked at, as it is for people.
    this.#initial = undefined;
    return this.respond(initial);
  }

  /** RFC 4954 section 4: 504 says that the server does not know the mechanism, though it lists it. Another may do. */
  #refused(reply: Reply): Move {
    const refused = refusal('the login', this.#clean(reply), reply.code < 500 ? 'server' : 'auth');
    if (reply.code !== 504 || this.#challenges > 0) throw refused;
    this.#offered = this.#offered.filter((name) => name !== this.mechanism);
    this.#initial = undefined;
    this.#state = 'choose';
    return { kind: 'choose', offered: this.#offered, refused };
  }
}

function unexpected(what: string, { code }: Reply): FairleadError {
  return protocolError(`${code} came as the answer to ${what}`);
}

function noStartTls(): FairleadError {
  return new FairleadError(
    'tls_failed',
    'The server does not offer STARTTLS, or somebody in between has taken the offer out; nothing but EHLO was sent. ' +
      "Use port 465 with TLS from the first byte, or, on a network that is trusted, ask for tls 'none' by name.",
    { safeToRetry: true },
  );
}
