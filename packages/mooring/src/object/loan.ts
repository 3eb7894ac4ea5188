// One caller's use of one connection: pieces in both directions, until the answer is complete or the caller gives it back.

import { Alarm } from '@fairlead/client';
import { FairleadError } from '@fairlead/errors';
import { bounded, type Outcome } from '@fairlead/transport';
import { RpcTarget } from '#platform';
import { toPlain } from '../plain-error.ts';
import type { Pool } from '../pool/pool.ts';
import { CHORE_TIMEOUT_MS, type PooledConnection } from '../pool/pooled-connection.ts';
import { keepsConnection, worseTrace } from '../trace.ts';
import type { LoanStub, Piece, PlainError, Trace } from '../types.ts';

const OVER: Piece = { isOver: true };

/** A connection that is lent. It ends by itself when the answer is complete, unless a session needs it. */
export class Loan extends RpcTarget implements LoanStub {
  readonly #pool: Pool;
  readonly #connection: PooledConnection;
  #trace: Trace = 'clean';
  #isOver = false;
  /** `Date.now()` when bytes were sent beside a read. */
  #sentAt = 0;
  /** Whether the server was asked to end what it runs: that may come late, and hit the next statement. */
  #isCancelled = false;
  /** For a borrower that holds the connection and asks nothing of it. */
  readonly #hold = new Alarm(() => this.#giveBack());

  constructor(pool: Pool, connection: PooledConnection) {
    super();
    this.#pool = pool;
    this.#connection = connection;
  }

  async exchange(bytes: Uint8Array, trace: Trace, timeoutMs: number, owed: number): Promise<Piece> {
    if (this.#isOver) return { isOver: true, error: toPlain(ended()) };
    this.#leave(trace);
    // Not awaited: a server that answers in the middle of what is sent must be read.
    void this.#connection.write(bytes, owed);
    return this.read(timeoutMs);
  }

  async send(bytes: Uint8Array, trace: Trace, owed: number): Promise<PlainError | undefined> {
    if (this.#isOver) return toPlain(ended());
    this.#leave(trace);
    this.#sentAt = Date.now();
    try {
      await this.#connection.write(bytes, owed);
      return undefined;
    } catch (error) {
      return toPlain(error);
    }
  }

  async read(timeoutMs: number): Promise<Piece> {
    if (this.#isOver) return OVER;
    const outcome = await this.#next(timeoutMs);
    if (this.#isOver) return OVER;
    if (outcome.kind === 'done' && outcome.value !== undefined) return this.#piece(outcome.value);
    this.#isOver = true;
    if (outcome.kind === 'timeout') await this.#connection.hangUp();
    else this.#connection.end();
    if (outcome.kind === 'done') return OVER;
    const error = toPlain(outcome.kind === 'failed' ? outcome.error : tooLate(timeoutMs));
    this.#pool.metrics.noteError(error.code);
    return { isOver: true, error };
  }

  /** What the connection says next, in time. A borrower that still sends has not waited. */
  async #next(timeoutMs: number): Promise<Outcome<Uint8Array | undefined>> {
    const { isIdle, owes = !isIdle } = this.#connection.berth.tracker;
    // Outside of a transaction a session may wait for what the server says unasked; in one it holds what others wait for.
    if (owes || isIdle) this.#hold.clear();
    const limitMs = owes ? timeoutMs : Number.POSITIVE_INFINITY;
    for (;;) {
      const since = Date.now();
      const outcome = await this.#pool.deadlines.bound(this.#connection.read(), limitMs);
      if (outcome.kind !== 'timeout' || this.#sentAt < since) return outcome;
    }
  }

  #piece(view: Uint8Array): Piece {
    // A copy: RPC would send all of the buffer behind the view.
    const bytes = view.slice();
    if (this.#connection.berth.tracker.isTurnedAway) {
      this.#giveBack();
      return { bytes, isOver: true, isTurnedAway: true };
    }
    const isOver = this.#connection.berth.tracker.isIdle && !keepsConnection(this.#trace);
    if (isOver) this.#giveBack();
    else this.#hold.ringBy(Date.now() + this.#pool.limits.holdMs);
    return { bytes, isOver };
  }

  #leave(trace: Trace): void {
    this.#trace = worseTrace(this.#trace, trace);
  }

  async cancel(): Promise<void> {
    if (this.#isOver) return;
    this.#isCancelled = true;
    await bounded(this.#connection.cancel(), CHORE_TIMEOUT_MS);
  }

  /** Nobody waits for the answer: what the server runs for it is cancelled, and the connection ended. */
  async abandon(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#hold.clear();
    await this.#connection.hangUp();
  }

  async end(): Promise<void> {
    this.#giveBack();
  }

  /** The caller has gone without a word. */
  [Symbol.dispose](): void {
    this.#giveBack();
  }

  #giveBack(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#hold.clear();
    if (this.#isCancelled) this.#connection.end();
    else this.#pool.giveBack(this.#connection, this.#trace);
  }
}

function ended(): FairleadError {
  return new FairleadError('connection_lost', 'The pooled connection was taken back: it was held too long.', {
    safeToRetry: true,
  });
}

function tooLate(timeoutMs: number): FairleadError {
  return new FairleadError('timeout', `The server did not answer in ${timeoutMs} ms.`);
}
