// The start-up of a session as a state machine: a message of the server -> what to send. It does no I/O. It sends no
// clear-text password without TLS, skips no step of SCRAM, and takes no message that is out of turn.
import { concat, type ReceiveBuffer } from '@fairlead/bytes';
import { FairleadError } from '@fairlead/errors';
import { type Mechanism, md5 } from '@fairlead/sasl';
import { startupError } from '../../errors.ts';
import {
  decodeAuthentication,
  decodeErrorFields,
  decodeKeyData,
  decodeNegotiate,
  decodeParameterStatus,
  frameLength,
} from '../../wire/decode/index.ts';
import {
  bytesOf,
  encodeStartup,
  writePassword,
  writeSaslInitial,
  writeSaslResponse,
} from '../../wire/encode/client.ts';
import type { AuthenticationRequest, CancelKey, Negotiation, ProtocolVersion } from '../../wire/messages.ts';
import { authError, oldError, outOfTurn, refusedNumber, refusedSasl, unbound } from './faults.ts';
import { type AuthMethod, SCRAM, SCRAM_PLUS, type StartupInput } from './input.ts';
import { IN_TURN, type State } from './states.ts';

/** What the server has said by the time it is ready for queries. */
export interface Greeting {
  /** ParameterStatus values: `server_version`, `TimeZone`, `DateStyle`, ... The session's to keep up to date. */
  readonly parameters: Map<string, string>;
  /** Absent when the server (or a pooler) gave none: then nothing can be cancelled. */
  readonly key: CancelKey | undefined;
  /** The version that both sides speak from now on. */
  readonly version: ProtocolVersion;
}

/**
 * What to do now: send bytes; or have SCRAM answer a challenge, and send the message that `answer()` returns; or, when the
 * guess of an eager start was wrong, drop the connection and start again on another one without a guess.
 */
export type Step =
  | { readonly send: Uint8Array }
  | { readonly challenge: Uint8Array }
  | { readonly fallback: true };

/** What may come before ReadyForQuery, and that. */
const TYPES = 'RSKZENv';
/** The longest message before ReadyForQuery. libpq allows 30,000 for an error. */
const MAX_MESSAGE_BYTES = 65_536;
/** A server that says more than this before it is ready is not a server. */
const MAX_STARTUP_BYTES = 262_144;
const ERROR = 0x45;
const FALLBACK: { readonly fallback: true } = { fallback: true };

const utf8 = new TextEncoder();

/** One start-up. Send `begin()`, then have `take()` read what comes until `greeting` is there. */
export class StartupSession {
  readonly #input: StartupInput;
  readonly #parameters = new Map<string, string>();
  #state: State = 'started';
  #received = 0;
  #key: CancelKey | undefined;
  #version: ProtocolVersion;
  #guessing = false;
  #mechanism: Mechanism | undefined;
  /** Whether SCRAM's proof was returned to be sent. The server runs what is sent behind it once it has accepted the proof. */
  proving = false;
  /** Set once the server is ready for queries. */
  greeting: Greeting | undefined;

  constructor(input: StartupInput) {
    this.#input = input;
    this.#version = input.version ?? '3.0';
  }

  /** The first message, and SCRAM's first one behind it where the start is eager and there is a password. */
  begin(): Uint8Array {
    const { parameters, eager } = this.#input;
    const first = encodeStartup(parameters, this.#version);
    const scram = eager && this.#accepts('scram-sha-256') ? this.#input.scram() : undefined;
    if (scram === undefined) return first;
    this.#mechanism = scram;
    this.#state = 'eager';
    this.#guessing = true;
    return bytesOf((writer) => {
      writer.raw(first);
      writeSaslInitial(writer, scram.name, scram.initial());
    });
  }

  /**
   * Takes whole messages out of `buffer` until there is something to do, or the server is ready: what stands behind
   * ReadyForQuery stays there.
   * @returns What to do now; `undefined` when more has to come, or `greeting` is there.
   * @throws FairleadError `auth` (refused, or a method that is not acceptable), `server`, `protocol`.
   */
  take(buffer: ReceiveBuffer): Step | undefined {
    try {
      return this.#take(buffer);
    } catch (error) {
      // A wrong guess may fail in any way. The start without a guess finds the real failure.
      if (this.#guessing) return FALLBACK;
      throw error;
    }
  }

  /**
   * The connection has ended before `greeting` was there.
   * @param cause What the transport said, if it was no clean end: a server that was not asked for what it got resets.
   * @returns Only for an eager start that the server had not agreed to.
   * @throws FairleadError `connection_lost`, or `cause`.
   */
  end(cause?: unknown): { readonly fallback: true } {
    if (this.#guessing) return FALLBACK;
    if (cause !== undefined) throw cause;
    throw new FairleadError('connection_lost', 'The server closed the connection during start-up.', {
      safeToRetry: !this.proving,
    });
  }

  /** The message that carries SCRAM's answer to the challenge. The first query may travel right behind it. */
  answer(response: Uint8Array): Uint8Array {
    this.proving = true;
    return bytesOf((writer) => writeSaslResponse(writer, response));
  }

  #take(buffer: ReceiveBuffer): Step | undefined {
    while (this.greeting === undefined && buffer.length > 0) {
      const { bytes, start, end } = buffer;
      const type = bytes[start] ?? 0;
      // Checked before the length has come: a server of another protocol may be waiting for an answer.
      if (!TYPES.includes(String.fromCharCode(type))) throw outOfTurn(`message type ${type}`);
      // No message here is as long as a length of four bytes, and no text begins with a NUL.
      if (type === ERROR && end - start > 1 && bytes[start + 1] !== 0) return oldError(buffer);
      const length = frameLength(bytes, start, end);
      if (length > MAX_MESSAGE_BYTES) throw outOfTurn(`a message of ${length} bytes`);
      if (length === 0 || length > end - start) return undefined;
      buffer.consume(length);
      const step = this.receive(type, bytes, start + 5, start + length);
      if (step === undefined) continue;
      // The server waits for the answer to its question: bytes behind the question break the protocol.
      if (buffer.length > 0) throw outOfTurn('bytes behind a request for a password');
      return step;
    }
    return undefined;
  }

  /**
   * Takes one message: its type, and its body `bytes[start..end)`, with the five bytes of its frame in front.
   * @returns What to do now, if anything.
   * @throws FairleadError as `take`, also where that finds out a wrong guess.
   */
  receive(type: number, bytes: Uint8Array, start: number, end: number): Step | undefined {
    this.#received += end - start + 5;
    if (this.#received > MAX_STARTUP_BYTES) throw outOfTurn('more than 256 KiB before it was ready');
    const kind = String.fromCharCode(type);
    if (kind === 'E') {
      const proven = this.#state === 'password-sent' || this.#state === 'sasl-final';
      throw startupError(decodeErrorFields(bytes, start, end), proven);
    }
    if (kind === 'N') return undefined;
    if (kind === 'v') return this.#negotiate(decodeNegotiate(bytes, start, end));
    if (kind === 'R') {
      const step = this.#authenticate(decodeAuthentication(bytes, start, end));
      if (this.#state !== 'authenticated') return step;
    } else if (this.#state !== 'authenticated') throw outOfTurn(`message "${kind}" before authentication`);
    else this.#note(kind, bytes, start, end);
    this.#input.frames?.push(bytes.slice(start - 5, end));
    return undefined;
  }

  #note(kind: string, bytes: Uint8Array, start: number, end: number): void {
    if (kind === 'S') {
      const { name, value } = decodeParameterStatus(bytes, start, end);
      this.#parameters.set(name, value);
    } else if (kind === 'K') {
      this.#key = decodeKeyData(bytes, start, end);
    } else if (kind === 'Z' && end - start === 1) {
      this.greeting = { parameters: this.#parameters, key: this.#key, version: this.#version };
    } else throw outOfTurn(`message "${kind}" before it was ready`);
  }

  #negotiate({ minor, options }: Negotiation): undefined {
    const { parameters, version } = this.#input;
    // 3.1 is reserved, as a pooler once answered with it by mistake.
    const fits = minor === 0 || (minor === 2 && version === '3.2');
    const first = this.#state === 'started' || this.#state === 'eager';
    if (!first || !fits || !options.every((option) => parameters.has(option))) {
      throw outOfTurn(`version 3.${minor}, or an option, that was not asked for`);
    }
    this.#version = minor === 0 ? '3.0' : '3.2';
  }

  #authenticate(request: AuthenticationRequest): Step | undefined {
    const { method } = request;
    if (!IN_TURN[this.#state].includes(method)) {
      throw outOfTurn(`authentication step "${method}" after "${this.#state}"`);
    }
    switch (method) {
      case 'ok':
        if (this.#state === 'started') this.#accept('none');
        this.#state = 'authenticated';
        return undefined;
      case 'cleartext':
        return { send: this.#cleartext() };
      case 'md5':
        return { send: this.#md5(request.salt) };
      case 'sasl':
        return this.#saslFirst(request.mechanisms);
      case 'sasl-continue':
        this.#guessing = false;
        this.#state = 'sasl-final';
        return { challenge: request.data };
      case 'sasl-final':
        if (this.#mechanism === undefined) throw outOfTurn('a signature without SCRAM');
        this.#mechanism.finish(request.data);
        this.#state = 'sasl-verified';
        return undefined;
      default:
        throw refusedNumber(request.number);
    }
  }

  #cleartext(): Uint8Array {
    this.#accept('password');
    const password = this.#password();
    if (!this.#input.allowCleartext) {
      throw authError(
        'The server asks for the password in clear text without TLS; it was not sent. ' +
          'Use TLS, or scram-sha-256, or, on a trusted network, allowCleartextPassword: true.',
      );
    }
    return this.#passwordMessage(password);
  }

  #md5(salt: Uint8Array): Uint8Array {
    this.#accept('md5');
    const stored = md5(utf8.encode(this.#password() + (this.#input.parameters.get('user') ?? '')));
    return this.#passwordMessage(`md5${md5(concat([utf8.encode(stored), salt]))}`);
  }

  #passwordMessage(password: string): Uint8Array {
    this.#state = 'password-sent';
    return bytesOf((writer) => writePassword(writer, password));
  }

  #saslFirst(mechanisms: readonly string[]): Step | undefined {
    const eager = this.#state === 'eager';
    if (!eager) this.#accept('scram-sha-256');
    const scram = this.#mechanism ?? this.#scram(mechanisms);
    if (!mechanisms.includes(scram.name)) throw refusedSasl(mechanisms);
    if (this.#input.requireBinding && scram.name !== SCRAM_PLUS) throw unbound('SCRAM without it');
    this.#mechanism = scram;
    this.#state = 'sasl-first';
    if (eager) return undefined;
    return { send: bytesOf((writer) => writeSaslInitial(writer, scram.name, scram.initial())) };
  }

  #scram(mechanisms: readonly string[]): Mechanism {
    if (!mechanisms.includes(SCRAM) && !mechanisms.includes(SCRAM_PLUS)) throw refusedSasl(mechanisms);
    this.#password();
    const scram = this.#input.scram(mechanisms);
    if (scram !== undefined) return scram;
    throw refusedSasl([SCRAM]);
  }

  #accepts(method: AuthMethod): boolean {
    return this.#input.requireAuth?.includes(method) ?? true;
  }

  #accept(method: AuthMethod): void {
    if (this.#input.requireBinding && method !== 'scram-sha-256') throw unbound(`method "${method}"`);
    if (this.#accepts(method)) return;
    throw authError(
      `The server asks for authentication method "${method}", but require_auth accepts only ${this.#input.requireAuth?.join(', ')}.`,
    );
  }

  #password(): string {
    if (this.#input.password !== undefined) return this.#input.password;
    throw authError('The server asks for a password and none was given.', 'local');
  }
}
