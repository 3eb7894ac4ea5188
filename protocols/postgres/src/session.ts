// The start-up of a session as a state machine: what the server said -> what to send. It does no I/O, and refuses
// to send a clear-text password without TLS, to skip a step of SCRAM, and any message that is out of turn.
import { createHash } from 'node:crypto';
import { FairleadError } from '@fairlead/errors';
import type { Mechanism } from '@fairlead/sasl';
import { decodeFrame } from './decode.ts';
import { encodePassword, encodeSaslInitial, encodeSaslResponse, encodeStartup } from './encode.ts';
import { startupError } from './errors.ts';
import type { AuthenticationRequest, CancelKey, StartupMessage } from './messages.ts';

/** How a server may ask for proof of who the client is, as libpq's `require_auth` names them. */
export type AuthMethod = 'none' | 'password' | 'md5' | 'scram-sha-256';

/** What a start-up needs to know. */
export interface StartupInput {
  /** `user`, `database` and run-time parameters, as they stand in the StartupMessage. */
  readonly parameters: ReadonlyMap<string, string>;
  readonly password: string | undefined;
  /** SCRAM-SHA-256 with the password; absent without one. */
  readonly scram: Mechanism | undefined;
  /** Whether TLS is on, or the caller asked by name for clear-text passwords without it. */
  readonly allowCleartext: boolean;
  /** Methods that are acceptable; `undefined` accepts all four. */
  readonly requireAuth?: readonly AuthMethod[] | undefined;
}

/** What is known once the server is ready for queries. */
export interface Greeting {
  /** ParameterStatus values: `server_version`, `TimeZone`, `DateStyle`, ... */
  readonly parameters: ReadonlyMap<string, string>;
  /** Absent when the server (or a pooler) gave none: then nothing can be cancelled. */
  readonly key: CancelKey | undefined;
  /** The frames from AuthenticationOk to ReadyForQuery, as they came. */
  readonly frames: readonly Uint8Array[];
  /** What stood behind ReadyForQuery. */
  readonly rest: Uint8Array;
}

/** What to do now: send bytes, or have SCRAM answer a challenge and give the answer to `answer()`. */
export type Step = { readonly send: Uint8Array } | { readonly challenge: Uint8Array };

type State = 'started' | 'password-sent' | 'sasl-first' | 'sasl-final' | 'sasl-verified' | 'authenticated';

/** What the server may ask in each state; errors and notices are in turn everywhere. */
const IN_TURN: Record<State, readonly AuthenticationRequest['method'][]> = {
  started: ['ok', 'cleartext', 'md5', 'sasl', 'unsupported'],
  'password-sent': ['ok'],
  'sasl-first': ['sasl-continue'],
  'sasl-final': ['sasl-final'],
  'sasl-verified': ['ok'],
  authenticated: [],
};

/** A server that says more than this before it is ready is not a server. */
const MAX_STARTUP_BYTES = 262_144;

const NOTHING = new Uint8Array(0);

/** One start-up. Send `begin()`, then feed every chunk to `receive()` until `greeting` is there. */
export class StartupSession {
  readonly #input: StartupInput;
  readonly #parameters = new Map<string, string>();
  readonly #frames: Uint8Array[] = [];
  #state: State = 'started';
  #pending: Uint8Array = NOTHING;
  #received = 0;
  #key: CancelKey | undefined;
  #greeting: Greeting | undefined;

  constructor(input: StartupInput) {
    this.#input = input;
  }

  /** Set once the server is ready for queries. */
  get greeting(): Greeting | undefined {
    return this.#greeting;
  }

  /** The first message. */
  begin(): Uint8Array {
    return encodeStartup(this.#input.parameters);
  }

  /**
   * Takes a chunk of any size (a copy is kept of what is incomplete).
   * @returns What to do now, if anything.
   * @throws FairleadError `auth` (refused, or a method that is not acceptable), `server`, `protocol`.
   */
  receive(chunk: Uint8Array): Step | undefined {
    this.#received += chunk.length;
    if (this.#received > MAX_STARTUP_BYTES) throw outOfTurn('more than 256 KiB before it was ready');
    let bytes = join(this.#pending, chunk);
    let answer: Step | undefined;
    while (this.#greeting === undefined) {
      const frame = decodeFrame(bytes);
      if (frame === undefined) break;
      bytes = bytes.subarray(frame.bytes.length);
      const reply = this.#take(frame.message, frame.bytes, bytes);
      // The server speaks in turn: what it says after a question, before the answer, is not ours to guess at.
      if (reply && bytes.length > 0) throw outOfTurn('bytes behind a request for a password');
      answer = reply ?? answer;
    }
    this.#pending = bytes;
    return answer;
  }

  /** The message that carries SCRAM's answer to the challenge. */
  answer(response: Uint8Array): Uint8Array {
    return encodeSaslResponse(response);
  }

  #take(message: StartupMessage, frame: Uint8Array, rest: Uint8Array): Step | undefined {
    switch (message.kind) {
      case 'error':
        throw startupError(message.fields);
      case 'notice':
        return undefined;
      case 'authentication':
        return this.#authenticate(message.request, frame);
      case 'negotiate':
      case 'unknown':
        throw outOfTurn(`a message of kind ${message.kind}`);
      default:
        if (this.#state !== 'authenticated') throw outOfTurn(`"${message.kind}" before authentication`);
        this.#frames.push(frame);
        this.#note(message, rest);
        return undefined;
    }
  }

  #note(message: Extract<StartupMessage, { kind: 'parameter' | 'key' | 'ready' }>, rest: Uint8Array): void {
    if (message.kind === 'parameter') this.#parameters.set(message.name, message.value);
    else if (message.kind === 'key') this.#key = message.key;
    else this.#greeting = { parameters: this.#parameters, key: this.#key, frames: this.#frames, rest };
  }

  #authenticate(request: AuthenticationRequest, frame: Uint8Array): Step | undefined {
    if (!IN_TURN[this.#state].includes(request.method)) {
      throw outOfTurn(`authentication step "${request.method}" after "${this.#state}"`);
    }
    switch (request.method) {
      case 'ok':
        if (this.#state === 'started') this.#accept('none');
        this.#state = 'authenticated';
        this.#frames.push(frame);
        return undefined;
      case 'cleartext':
        return { send: this.#cleartext() };
      case 'md5':
        return { send: this.#md5(request.salt) };
      case 'sasl':
        return { send: this.#saslFirst(request.mechanisms) };
      case 'sasl-continue':
        this.#state = 'sasl-final';
        return { challenge: request.data };
      case 'sasl-final':
        this.#scram().finish(request.data);
        this.#state = 'sasl-verified';
        return undefined;
      default:
        throw methodRefused(`number ${request.number} (such as GSSAPI, SSPI or a certificate)`);
    }
  }

  #cleartext(): Uint8Array {
    this.#accept('password');
    if (!this.#input.allowCleartext) {
      throw new FairleadError(
        'auth',
        'The server asks for the password in clear text on a connection without TLS; it was not sent. ' +
          "Use sslmode 'require', or let the server use scram-sha-256; only if the network is trusted, " +
          'set allowCleartextPassword: true.',
      );
    }
    this.#state = 'password-sent';
    return encodePassword(this.#password());
  }

  #md5(salt: Uint8Array): Uint8Array {
    this.#accept('md5');
    this.#state = 'password-sent';
    const user = this.#input.parameters.get('user') ?? '';
    const stored = createHash('md5').update(`${this.#password()}${user}`).digest('hex');
    return encodePassword(`md5${createHash('md5').update(stored).update(salt).digest('hex')}`);
  }

  #saslFirst(mechanisms: readonly string[]): Uint8Array {
    if (!mechanisms.includes('SCRAM-SHA-256'))
      throw methodRefused(`SASL ${mechanisms.join(', ').slice(0, 200)}`);
    this.#accept('scram-sha-256');
    const scram = this.#scram();
    this.#state = 'sasl-first';
    return encodeSaslInitial(scram.name, scram.initial() ?? NOTHING);
  }

  #scram(): Mechanism {
    this.#password();
    if (this.#input.scram !== undefined) return this.#input.scram;
    throw methodRefused('SCRAM-SHA-256');
  }

  #accept(method: AuthMethod): void {
    const accepted = this.#input.requireAuth;
    if (accepted === undefined || accepted.includes(method)) return;
    throw new FairleadError(
      'auth',
      `The server asks for authentication method "${method}", but require_auth accepts only ${accepted.join(', ')}.`,
    );
  }

  #password(): string {
    if (this.#input.password !== undefined) return this.#input.password;
    throw new FairleadError('auth', 'The server asks for a password and none was given.', { blame: 'local' });
  }
}

function methodRefused(what: string): FairleadError {
  return new FairleadError(
    'auth',
    `The server asks for an authentication method that is not spoken here: ${what}. ` +
      'Let pg_hba.conf offer this user scram-sha-256.',
  );
}

function outOfTurn(what: string): FairleadError {
  return new FairleadError('protocol', `The server broke the Postgres start-up: ${what}.`);
}

function join(first: Uint8Array, second: Uint8Array): Uint8Array {
  const joined = new Uint8Array(first.length + second.length);
  joined.set(first);
  joined.set(second, first.length);
  return joined;
}
