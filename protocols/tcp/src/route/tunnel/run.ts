// The life of one tunnel, whatever its messages look like: its counts, its idle limit, and the one way in which it ends.
import { Alarm, type Deferred, deferred, whenAborted } from '@fairlead/client';
import { FairleadError } from '@fairlead/errors';
import { type ByteSocket, explainAbort, problemOf, type RouteContext, type SocketEnd } from '@fairlead/http';
import type { Transport } from '@fairlead/transport';
import { formatCloseReason, TUNNEL_CLOSE_CODES } from '../../tunnel/closing.ts';

/** RFC 6455 section 7.4.1: there was no Close frame. */
const ABNORMAL_CLOSURE = 1006;
/** Section 7.4.2 leaves 4000 to 4999 to applications: the problem's HTTP status stands behind the 4. */
const PROBLEM_CLOSURE = 4000;

const noop = (): void => {};

/** What a tunnel runs between, and under which limits. */
export interface TunnelParts {
  readonly c: RouteContext;
  readonly transport: Transport;
  readonly socket: ByteSocket;
  /** Fires when the tunnel's time is up. */
  readonly signal: AbortSignal;
  readonly idleMs: number;
}

/** Ends once; the first reason counts. */
export class TunnelRun {
  /** Bytes from the caller that the server's connection has accepted. */
  up = 0;
  /** Bytes from the server that were sent to the caller. */
  down = 0;
  readonly #parts: TunnelParts;
  readonly #ended: Deferred<SocketEnd> = deferred();
  readonly #idle: Alarm;
  #stopListening: () => void = noop;
  #activeAt = Date.now();
  #isOver = false;

  constructor(parts: TunnelParts) {
    this.#parts = parts;
    this.#idle = new Alarm(() => this.#checkIdle());
    this.#idle.ringBy(this.#activeAt + parts.idleMs);
    // A tunnel whose caller stalls reads nothing, and would not see that its connection has been ended.
    const stopListening = whenAborted(parts.signal, () => this.fail(parts.signal.reason));
    if (!this.#isOver) this.#stopListening = stopListening;
  }

  get ended(): Promise<SocketEnd> {
    return this.#ended.promise;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** What has passed so far. */
  carried(): { readonly bytesIn: number; readonly bytesOut: number } {
    return { bytesIn: this.up, bytesOut: this.down };
  }

  /** Bytes have passed. */
  touch(): void {
    this.#activeAt = Date.now();
  }

  #checkIdle(): void {
    const at = this.#activeAt + this.#parts.idleMs;
    if (at > Date.now()) this.#idle.ringBy(at);
    else this.#break(TUNNEL_CLOSE_CODES.timeout, 'idle');
  }

  /** Both directions have ended as they should. What was written to the server is flushed. */
  done(): void {
    this.#end(TUNNEL_CLOSE_CODES.done, 'done');
  }

  /** The caller has closed the WebSocket, or is gone. What it had sent is flushed. */
  gone(): void {
    this.#end(ABNORMAL_CLOSURE, 'gone');
  }

  /** The connection to the server failed, or the time is up. */
  fail(error: unknown): void {
    if (this.#isOver) return;
    const { code, status } = problemOf(this.#parts.c, explainAbort(error, this.#parts.signal));
    this.#break(PROBLEM_CLOSURE + status, code);
  }

  /** The caller broke a rule. */
  refuse(closeCode: number, why: string): void {
    this.#break(closeCode, why);
  }

  /** Ends the server's connection at once, as broken off: neither side must take what it got for all of it. */
  #break(closeCode: number, why: string): void {
    if (this.#isOver) return;
    this.#end(closeCode, why);
    this.#parts.transport.destroy(new FairleadError('aborted', `The tunnel has ended: ${why}.`));
  }

  #end(closeCode: number, why: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#idle.clear();
    this.#stopListening();
    const reason = formatCloseReason({ why, up: this.up, down: this.down });
    this.#parts.socket.close(closeCode, reason);
    this.#ended.resolve({ closeCode, reason, bytesIn: this.up, bytesOut: this.down });
  }
}
