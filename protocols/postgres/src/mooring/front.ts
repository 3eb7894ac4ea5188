// The caller's side of a pooled connection: it plays the server for start-up, TLS and cancellation, and holds each statement's
// text back until it is whole, so that it can be looked at.
import { concat, decodeUtf8Lossy, Writer } from '@fairlead/bytes';
import { type Front, type FrontStep, type Trace, worseTrace } from '@fairlead/mooring';
import { malformed } from '../errors.ts';
import { traceOf } from './trace.ts';

const CANCEL_CODE = 80_877_102;
const SSL_CODE = 80_877_103;
const PARSE = 0x50;
const QUERY = 0x51;
const PASSWORD = 0x70;
const TERMINATE = 0x58;
const FUNCTION_CALL = 0x46;
/** Query, Sync, Flush and FunctionCall: the server answers what stands before them. */
const ANSWERED = [QUERY, 0x53, 0x48, FUNCTION_CALL];
const HEAD_BYTES = 5;
const IDLE = 0x49;
const STRINGS = 'standard_conforming_strings';
/** BackendKeyData and ReadyForQuery. */
const OWN_BYTES = 32;
const MAX_WELCOME_BYTES = 1 << 24;
const YES = /* @__PURE__ */ Uint8Array.of(0x53);

/** What the server said at login, as plain values. */
export interface PostgresGreeting {
  readonly parameters: readonly (readonly [name: string, value: string])[];
  readonly processId: number;
}

/** One client's front. */
export class PostgresFront implements Front {
  #isStarted = false;
  /** The server's `standard_conforming_strings`. */
  #conforms = false;
  /** The beginning of a message whose rest has not come, in the pieces that have. */
  #rest: Uint8Array[] = [];
  #restBytes = 0;
  /** How many bytes there must be before it is worth looking again. */
  #wanted = 0;

  take(bytes: Uint8Array): readonly FrontStep[] {
    // The client may use its buffer again.
    this.#rest.push(bytes.slice());
    this.#restBytes += bytes.length;
    if (this.#restBytes < this.#wanted) return [];
    const all = concat(this.#rest);
    const flight = new Flight(all, this.#conforms);
    let at = 0;
    for (let end = this.#endOf(all, at); end !== undefined; end = this.#endOf(all, at)) {
      const own = this.#isStarted ? ownSteps(all[at] ?? 0) : this.#startUp(all, at);
      if (own === undefined) flight.add(at, end);
      else flight.replace(at, end, own);
      at = end;
    }
    this.#rest = at < all.length ? [all.slice(at)] : [];
    this.#restBytes = all.length - at;
    return flight.end(at);
  }

  /** Behind the message at `at`, if it has come whole. */
  #endOf(bytes: Uint8Array, at: number): number | undefined {
    const head = this.#isStarted ? 1 : 0;
    this.#wanted = head + 4;
    if (at + this.#wanted > bytes.length) return undefined;
    const length = u32(bytes, at + head) + head;
    if (length < head + 4) throw malformed('a message with an impossible length');
    this.#wanted = length;
    return at + length > bytes.length ? undefined : at + length;
  }

  /** A message without a type: SSLRequest, CancelRequest or StartupMessage. */
  #startUp(bytes: Uint8Array, at: number): FrontStep[] {
    const code = u32(bytes, at + 4);
    if (code === SSL_CODE) return [{ kind: 'reply', bytes: YES }];
    if (code === CANCEL_CODE) return [{ kind: 'cancel', key: u32(bytes, at + 12) }];
    this.#isStarted = true;
    return [{ kind: 'login' }];
  }

  greet(greeting: unknown, key: number): Uint8Array {
    const server = greeting as PostgresGreeting;
    this.#conforms = server.parameters.some(([name, value]) => name === STRINGS && value === 'on');
    const known = WELCOMES.get(server) ?? welcomeOf(server);
    WELCOMES.set(server, known);
    const own = new Writer(OWN_BYTES);
    message(own, 0x4b, () => {
      own.u32(server.processId);
      own.u32(key);
    });
    message(own, 0x5a, () => own.u8(IDLE));
    return concat([known, own.take()]);
  }
}

/** What each server says before a client's own key: all clients of an isolate have the same greeting. */
const WELCOMES = /* @__PURE__ */ new WeakMap<PostgresGreeting, Uint8Array>();

/** AuthenticationOk and the server's ParameterStatus messages. */
function welcomeOf({ parameters }: PostgresGreeting): Uint8Array {
  const writer = new Writer(MAX_WELCOME_BYTES);
  message(writer, 0x52, () => writer.u32(0));
  for (const [name, value] of parameters) {
    message(writer, 0x53, () => {
      for (const text of [name, value]) {
        writer.utf8(text);
        writer.u8(0);
      }
    });
  }
  return writer.take();
}

function message(writer: Writer, type: number, body: () => void): void {
  writer.u8(type);
  const at = writer.reserve(4);
  const before = writer.length;
  body();
  writer.setU32(at, writer.length - before + 4);
}

/** The steps of one piece of what the client writes. */
class Flight {
  readonly #bytes: Uint8Array;
  readonly #conforms: boolean;
  readonly #steps: FrontStep[] = [];
  #from = 0;
  #trace: Trace = 'clean';
  #owed = 0;

  /** @param conforms Whether a backslash in a quoted text is a character as any other. */
  constructor(bytes: Uint8Array, conforms: boolean) {
    this.#bytes = bytes;
    this.#conforms = conforms;
  }

  /** Adds a message that goes to the server. */
  add(at: number, end: number): void {
    this.#trace = worseTrace(this.#trace, traceAt(this.#bytes, at, end, this.#conforms));
    if (ANSWERED.includes(this.#bytes[at] ?? 0)) this.#owed += 1;
  }

  /** Puts other steps in the place of a message. */
  replace(at: number, end: number, steps: readonly FrontStep[]): void {
    this.end(at);
    this.#steps.push(...steps);
    this.#from = end;
  }

  /** @returns All steps up to `at`. */
  end(at: number): readonly FrontStep[] {
    if (at > this.#from) {
      const bytes = this.#bytes.subarray(this.#from, at);
      this.#steps.push({ kind: 'forward', bytes, trace: this.#trace, owed: this.#owed });
    }
    this.#from = at;
    this.#trace = 'clean';
    this.#owed = 0;
    return this.#steps;
  }
}

/** What is not for the server: the login's proofs, which the pool's own login made needless, and the goodbye. */
function ownSteps(type: number): FrontStep[] | undefined {
  if (type === PASSWORD) return [];
  return type === TERMINATE ? [{ kind: 'goodbye' }] : undefined;
}

/** What a message may leave behind: only Parse and Query have texts. */
function traceAt(bytes: Uint8Array, at: number, end: number, conforms: boolean): Trace {
  const type = bytes[at];
  // It names a function by its number alone.
  if (type === FUNCTION_CALL) return 'session';
  if (type !== PARSE && type !== QUERY) return 'clean';
  let from = at + HEAD_BYTES;
  if (type === PARSE) {
    // A statement with a name is the session's.
    if (bytes[from] !== 0) return 'session';
    from += 1;
  }
  const zero = bytes.indexOf(0, from);
  return traceOf(decodeUtf8Lossy(bytes.subarray(from, zero < 0 ? end : zero)), conforms);
}

function u32(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset + at, 4).getUint32(0);
}
