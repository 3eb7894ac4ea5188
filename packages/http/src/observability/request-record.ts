// What a request has carried, as the gateway's routes come to know it, and the moment at which it is over: with its answer, or
// with the stream behind it. It writes nothing.
import type { Trace } from './trace.ts';

/** A statement, a command, a message or a tunnel. Never its parameters, keys or values. */
export interface AuditEntry {
  /** What was done: `query`, `command`, `send`, `publish`, `tunnel`. */
  readonly action: string;
  /** The statement's text, which is digested and never written. */
  readonly statement?: string | undefined;
  /** A named query's name. */
  readonly query?: string | undefined;
  /** Commands by their names, in their order. */
  readonly commands?: readonly string[] | undefined;
  /** How many messages or recipients there are. */
  readonly count?: number | undefined;
}

/** What a WebSocket has carried, and how it ended. */
interface Carried {
  readonly closeCode?: number;
  readonly bytesIn?: number;
  readonly bytesOut?: number;
}

/** Counts what a stream sends. */
export interface Meter {
  /** So many bytes were handed to the caller's stream. */
  sent(bytes: number): void;
  /** So many bytes came from the caller. */
  received(bytes: number): void;
  /** Asks there, while the stream goes on, what it has carried; for streams that count on their own. */
  countedBy(read: () => Carried): void;
  /** The stream has ended; calls after the first do nothing. @param end Of a WebSocket. */
  ended(end?: Carried): void;
}

/** One request's record. */
export class RequestRecord implements Meter {
  readonly trace: Trace;
  /** Of the problem that was answered, or that ended the stream. */
  code: string | undefined;
  /** Whether the same request may be sent again, as that problem says. */
  safeToRetry: boolean | undefined;
  /** The connection's name, where it is not that of the target; `@` for an address of the caller's own. */
  connection: string | undefined;
  /** Rows or messages of the answer. */
  rows: number | undefined;
  /** Rows that the statement has changed, as the server counts. */
  affected: number | undefined;
  bytesIn: number | undefined;
  bytesOut: number | undefined;
  /** Of a WebSocket that has ended. */
  closeCode: number | undefined;
  /** What may write, in its order. */
  readonly audited: AuditEntry[] = [];
  /** Takes what may write once the answer has begun: a session's commands. */
  onAudit: ((entry: AuditEntry) => void) | undefined;
  #state: 'whole' | 'open' | 'ended' = 'whole';
  #onEnd: (() => void) | undefined;
  #read: (() => Carried) | undefined;

  constructor(trace: Trace) {
    this.trace = trace;
  }

  /** Whether the answer goes on behind its head. */
  get isOpen(): boolean {
    return this.#state === 'open';
  }

  /** The answer is a stream or a WebSocket: the request is over when that ends. */
  open(): Meter {
    this.#state = 'open';
    this.bytesOut = 0;
    return this;
  }

  sent(bytes: number): void {
    this.bytesOut = (this.bytesOut ?? 0) + bytes;
  }

  received(bytes: number): void {
    this.bytesIn = (this.bytesIn ?? 0) + bytes;
  }

  countedBy(read: () => Carried): void {
    this.#read = read;
  }

  /** What the stream has carried so far; undefined for what is not counted. */
  carried(): { readonly bytesIn: number | undefined; readonly bytesOut: number | undefined } {
    const { bytesIn = this.bytesIn, bytesOut = this.bytesOut } = this.#read?.() ?? {};
    return { bytesIn, bytesOut };
  }

  ended({ closeCode, bytesIn, bytesOut }: Carried = {}): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.closeCode ??= closeCode;
    if (bytesIn !== undefined) this.bytesIn = bytesIn;
    if (bytesOut !== undefined) this.bytesOut = bytesOut;
    this.#onEnd?.();
  }

  /** The head of the answer is about to leave. @param then Called when the request is over: now, or when its stream ends. */
  whenOver(then: () => void): void {
    if (this.#state === 'open') this.#onEnd = then;
    else then();
  }
}
