// The beginning of a session: greeting, AUTH TLS, USER, PASS, ACCT, PBSZ, PROT, FEAT, OPTS, TYPE. It sends nothing itself, and
// sends no credential before TLS where TLS is required.
import type { FairleadError } from '@fairlead/errors';
import { protocolError, refusal, shown, tlsFailed } from '../errors.ts';
import type { Reply } from '../types.ts';
import { readFeatures } from '../wire/values.ts';
import type { Event, SessionState } from './states.ts';

/** What the caller has to do next. After `send` and `wait`, hand the next reply to `receive`. */
export type Step =
  | { readonly kind: 'send'; readonly line: string; readonly what: string }
  | { readonly kind: 'wait' }
  /** Turn TLS on, provided that no more bytes have come, and call `upgraded`. */
  | { readonly kind: 'upgrade' }
  /** Get the password, and call `passwordIs`. */
  | { readonly kind: 'password' }
  | { readonly kind: 'ready' };

/** The goal of the beginning. */
export interface LoginOptions {
  readonly startTls: boolean;
  /** Whether TLS is on from the first byte. */
  readonly isImplicit: boolean;
  readonly username: string;
  readonly account: string | undefined;
  readonly isDataPrivate: boolean;
}

/** The beginning of one session: replies go in, steps come out. */
export class Login {
  /** The text of the greeting. */
  greeting = '';
  features: ReadonlyMap<string, string> = new Map();
  readonly #session: SessionState;
  readonly #options: LoginOptions;

  constructor(session: SessionState, options: LoginOptions) {
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
      case 'auth':
        return this.#secured(reply);
      case 'user':
        return this.#user(reply);
      case 'pass':
      case 'acct':
        return this.#password(reply);
      case 'pbsz':
        return this.#say('PROT', this.#options.isDataPrivate ? 'PROT P' : 'PROT C');
      case 'prot':
        return this.#protected(reply);
      case 'feat':
        return this.#features(reply);
      case 'opts':
        return this.#say('TYPE', 'TYPE I');
      case 'type':
        demand(reply, 'TYPE I');
        this.#session.move('accepted');
        return { kind: 'ready' };
      default:
        throw protocolError('a reply came to no command');
    }
  }

  /** Call it when TLS is on. */
  upgraded(): Step {
    return this.#say('USER', `USER ${this.#options.username}`, 'username');
  }

  /** The password that the step `password` asked for. */
  passwordIs(password: string): Step {
    return this.#say('PASS', `PASS ${password}`, 'password');
  }

  #say(event: Event, line: string, what: string = event): Step {
    this.#session.move(event);
    return { kind: 'send', line, what };
  }

  #greeted(reply: Reply): Step {
    if (reply.code === 120) {
      this.#session.move('delayed');
      return { kind: 'wait' };
    }
    demand(reply, 'the connection', 220);
    this.greeting = reply.lines.join('\n').trim();
    this.#session.move('accepted');
    return this.#options.startTls ? this.#say('AUTH', 'AUTH TLS') : this.upgraded();
  }

  #secured(reply: Reply): Step {
    if (reply.code === 234) {
      this.#session.move('accepted');
      return { kind: 'upgrade' };
    }
    // The reply came in clear and may be forged: its text is not repeated.
    throw tlsFailed(
      `The server answered AUTH TLS with ${reply.code}, or an attacker did; no credential was sent. Use tls: true (port ` +
        '990) for implicit TLS, or tls: false on a trusted network',
    );
  }

  #user(reply: Reply): Step {
    if (reply.code === 331) return { kind: 'password' };
    return this.#password(reply);
  }

  #password(reply: Reply): Step {
    const { code } = reply;
    const { account } = this.#options;
    // 202: not needed here. 232: the login is complete by TLS alone (RFC 2228).
    if (code === 230 || code === 202 || code === 232) {
      this.#session.move('accepted');
      return this.#options.startTls || this.#options.isImplicit
        ? this.#say('PBSZ', 'PBSZ 0')
        : this.#say('FEAT', 'FEAT');
    }
    if (code === 332 && this.#session.state !== 'acct') {
      if (account === undefined) throw refusal('the login without an account', reply, { code: 'auth' });
      return this.#say('ACCT', `ACCT ${account}`, 'account');
    }
    throw refusedLogin(reply);
  }

  #protected(reply: Reply): Step {
    if (reply.code >= 300) {
      const { isDataPrivate } = this.#options;
      if (!isDataPrivate) throw refusal("PROT C (dataProtection: 'clear')", reply);
      throw tlsFailed(`The server refused PROT P, TLS for data connections: ${shown(reply)}`);
    }
    return this.#say('FEAT', 'FEAT');
  }

  #features(reply: Reply): Step {
    // 500, 502: a server from before RFC 2389.
    if (reply.code === 211) this.features = readFeatures(reply);
    return this.features.has('UTF8') ? this.#say('OPTS', 'OPTS UTF8 ON') : this.#say('TYPE', 'TYPE I');
  }
}

function refusedLogin(reply: Reply): FairleadError {
  if (reply.code < 400) return protocolError(`${reply.code} came as the answer to the login`);
  // A temporary failure says nothing about the credentials.
  return refusal('the login', reply, { code: reply.code < 500 ? 'server' : 'auth' });
}

/** @throws FairleadError `server` for a refusal, `protocol` for another reply than one with `code`, by default any 2xx. */
function demand(reply: Reply, what: string, code?: number): void {
  if (code === undefined ? reply.code >= 200 && reply.code < 300 : reply.code === code) return;
  if (reply.code >= 400) throw refusal(what, reply);
  throw protocolError(`${reply.code} came as the answer to ${what}`);
}
