// Session initiation (RFC 5321 section 3.1): greeting, EHLO, STARTTLS, EHLO again, AUTH. It sends nothing itself, chooses
// no mechanism, and refuses to go on without TLS where TLS is required.
import { decodeUtf8Lossy, fromBase64, toBase64 } from '@fairlead/bytes';
import type { FairleadError } from '@fairlead/errors';
import { protocolError, refusal, tlsFailed } from '../errors.ts';
import type { Capabilities, Reply } from '../types.ts';
import { readCapabilities } from '../wire/capabilities.ts';
import { encodeLines } from '../wire/encode.ts';
import type { Event, SessionState } from './states.ts';

/** What the caller has to do next. After `send`, hand the next reply to `receive`. */
export type Step =
  | { readonly kind: 'send'; readonly bytes: Uint8Array }
  /** Turn TLS on, provided that no more bytes have come, and call `upgraded`. */
  | { readonly kind: 'upgrade' }
  /**
   * Choose a mechanism and call `login`. `refused`: the server's refusal of the mechanism that was chosen before; it is
   * the error to throw where no other mechanism is left.
   */
  | { readonly kind: 'choose'; readonly offered: readonly string[]; readonly refused?: FairleadError }
  /** Let the mechanism answer, and call `respond`. */
  | { readonly kind: 'challenge'; readonly challenge: Uint8Array }
  /** Let the mechanism finish, and call `loggedIn`. */
  | { readonly kind: 'success' }
  | { readonly kind: 'ready' };

/** The goal of the initiation. */
export interface InitiationOptions {
  /** What EHLO says. */
  readonly name: string;
  /** Whether STARTTLS is required; `offered`: used where it is offered, for looking at a server without a login. */
  readonly startTls: 'required' | 'offered' | 'never';
  readonly login: boolean;
}

/** A command line must stay within 512 octets (RFC 5321 section 4.5.3.1.4), also with an initial response. */
const MAX_AUTH_LINE_BYTES = 510;
/** No mechanism has more challenges than these. */
const MAX_CHALLENGES = 6;

/** Shorter parts of the credentials are not concealed: that would take single letters out of the server's words. */
const MIN_SECRET = 4;

/** The initiation of one session: replies go in, steps come out. */
export class Initiation {
  /** The text of the greeting. */
  greeting = '';
  /** The server's last answer to EHLO or HELO. */
  capabilities: Capabilities | undefined;
  /** The mechanism of the login. */
  mechanism: string | undefined;
  readonly #session: SessionState;
  readonly #options: InitiationOptions;
  #tls = false;
  #challenges = 0;
  /** Mechanisms that the server lists and has not refused. */
  #offered: readonly string[] = [];
  /** The initial response, where it has to wait for the server's first challenge. */
  #initial: Uint8Array | undefined;

  /** The credentials that were sent: a server may repeat them in a reply, and no error may show them. */
  readonly #secrets: string[] = [];

  constructor(session: SessionState, options: InitiationOptions) {
    this.#session = session;
    this.#options = options;
  }

  /**
   * Takes the next reply.
   * @throws FairleadError `server`, `auth`, `tls_failed`, `protocol`: the connection must be ended then.
   */
  receive(reply: Reply): Step {
    switch (this.#session.state) {
      case 'greeting':
        return this.#greeted(reply);
      case 'ehlo':
        return this.#ehlo(reply);
      case 'helo':
        demand(250, 'EHLO and HELO', reply);
        return this.#introduced(readCapabilities(reply, false));
      case 'starttls':
        return this.#startTls(reply);
      case 'auth':
        return this.#auth(reply);
      default:
        throw protocolError('a reply came to no command');
    }
  }

  /** Call it when TLS is on: the capabilities from before TLS are forgotten (RFC 3207 section 4.2). */
  upgraded(): Step {
    this.#tls = true;
    this.capabilities = undefined;
    return this.#say('EHLO', `EHLO ${this.#options.name}`);
  }

  /** Begins the login (RFC 4954 section 4). */
  login(mechanism: string, initial: Uint8Array | undefined): Step {
    this.mechanism = mechanism;
    if (initial !== undefined) this.#conceal(initial);
    const line = `AUTH ${mechanism}`;
    if (initial === undefined) return this.#say('AUTH', line);
    const withInitial = `${line} ${initial.length === 0 ? '=' : toBase64(initial)}`;
    if (withInitial.length <= MAX_AUTH_LINE_BYTES) return this.#say('AUTH', withInitial);
    this.#initial = initial;
    return this.#say('AUTH', line);
  }

  /** The mechanism's answer to a challenge. */
  respond(answer: Uint8Array): Step {
    this.#conceal(answer);
    return this.#say('response', toBase64(answer));
  }

  /** Call it when the mechanism accepts the server's proof. */
  loggedIn(): Step {
    this.#session.move('accepted');
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

  #say(event: Event, line: string): Step {
    this.#session.move(event);
    return { kind: 'send', bytes: encodeLines([line]) };
  }

  #greeted(reply: Reply): Step {
    demand(220, 'the connection', reply);
    this.greeting = reply.lines.join(' ').trim();
    return this.#say('accepted', `EHLO ${this.#options.name}`);
  }

  #ehlo(reply: Reply): Step {
    if (reply.code === 250) return this.#introduced(readCapabilities(reply, true));
    // RFC 5321 section 3.2: a server that does not know EHLO refuses it with a permanent code.
    if (reply.code < 500) demand(250, 'EHLO', reply);
    return this.#say('refused', `HELO ${this.#options.name}`);
  }

  #introduced(capabilities: Capabilities): Step {
    this.#session.move('accepted');
    this.capabilities = capabilities;
    const { startTls, login } = this.#options;
    if (!this.#tls && startTls !== 'never') {
      if (capabilities.startTls) return this.#say('STARTTLS', 'STARTTLS');
      if (startTls === 'required') throw noStartTls();
    }
    if (!login) {
      this.#session.move('no login');
      return { kind: 'ready' };
    }
    this.#session.move('login');
    this.#offered = capabilities.auth;
    return { kind: 'choose', offered: this.#offered };
  }

  #startTls(reply: Reply): Step {
    if (reply.code === 220) {
      this.#session.move('accepted');
      return { kind: 'upgrade' };
    }
    // The reply came in clear and may be forged: its text is not repeated.
    throw tlsFailed(`The server answered STARTTLS with ${reply.code}; nothing was sent in clear`);
  }

  #auth(reply: Reply): Step {
    if (reply.code === 235) {
      if (this.#initial !== undefined) throw protocolError('the login succeeded before it had begun');
      this.#session.move('accepted');
      return { kind: 'success' };
    }
    if (reply.code >= 400) return this.#refused(reply);
    demand(334, 'AUTH', reply);
    this.#session.move('challenge');
    if (++this.#challenges > MAX_CHALLENGES) {
      throw protocolError(`the server sent more than ${MAX_CHALLENGES} challenges in one login`);
    }
    const challenge = fromBase64(reply.lines.join('').trim());
    const initial = this.#initial;
    if (initial === undefined) {
      if (challenge === undefined) throw protocolError('a challenge of the login is not base64');
      return { kind: 'challenge', challenge };
    }
    // RFC 4954 section 4: this challenge has to be empty; some servers write a prompt for people, which is skipped.
    this.#initial = undefined;
    return this.respond(initial);
  }

  /** RFC 4954 section 4: 504 says that the server does not know a mechanism that it lists. Another one is tried. */
  #refused(reply: Reply): Step {
    // A temporary failure says nothing about the credentials (RFC 4954 section 4, 454).
    const refused = refusal('the login', this.#clean(reply), reply.code < 500 ? 'server' : 'auth');
    if (reply.code !== 504 || this.#challenges > 0) throw refused;
    this.#offered = this.#offered.filter((name) => name !== this.mechanism);
    this.#initial = undefined;
    this.#session.move('refused');
    return { kind: 'choose', offered: this.#offered, refused };
  }
}

/** @throws FairleadError `server` for a refusal, `protocol` for any other reply than the one with `code`. */
function demand(code: number, what: string, reply: Reply): void {
  if (reply.code === code) return;
  if (reply.code >= 400) throw refusal(what, reply);
  throw protocolError(`${reply.code} came as the answer to ${what}`);
}

function noStartTls(): FairleadError {
  return tlsFailed(
    'The server does not offer STARTTLS, or an attacker has removed the offer; only EHLO was sent. ' +
      'Use tls: true (port 465), or tls: false on a trusted network.',
  );
}
