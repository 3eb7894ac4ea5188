// One connection of a pool: its state, and the one read that may be pending on it. It does not know who waits.
import { IdleTimer } from '@fairlead/client';
import { FairleadError } from '@fairlead/errors';
import { bounded } from '@fairlead/transport';
import type { Berth, Timing } from '../types.ts';
import type { PoolMetrics } from './metrics.ts';
import { MOVES, type Move, type State } from './states.ts';

/** How long a reset, a sign of life and a cancellation may take. */
export const CHORE_TIMEOUT_MS = 5_000;
/** How long a server is asked to end what it runs for a borrower that has left. */
const LEAVE_TIMEOUT_MS = 1_000;
/** How long to wait for what one such request does, and how many in a row may do nothing. */
const AGAIN_MS = 50;
const MAX_UNHEARD = 3;

const NO_WAIT: Timing = { waitMs: 0, connectMs: 0 };

/** What a pool tells a connection. */
export interface PooledConnectionInput {
  /** `Date.now()` when the attempt to open it began. */
  readonly since: number;
  readonly expiresAt: number;
  readonly metrics: PoolMetrics;
  /** Called once, when the connection has ended, whichever way. */
  readonly onEnd: (connection: PooledConnection) => void;
}

/** One connection that a pool holds. */
export class PooledConnection {
  readonly berth: Berth;
  /** `Date.now()` when it was logged in. */
  readonly openedAt: number = Date.now();
  /** `Date.now()` when it is too old to be lent once more. */
  expiresAt: number;
  /** How long its borrower waited for it in the queue, and for its login where it was opened meanwhile. */
  timing: Timing = NO_WAIT;
  /** `Date.now()` when it was last given back. */
  idleSince: number = Date.now();
  #state: State = 'idle';
  #reading: Promise<Uint8Array | undefined> | undefined;
  /** How long the login took, until its first borrower knows. */
  #connectMs: number;
  /** `Date.now()` of the question that waits for its answer; 0 where none does. */
  #askedAt = 0;
  readonly #metrics: PoolMetrics;
  readonly #onEnd: (connection: PooledConnection) => void;
  /** Reads from an idle connection, so that its end and bytes that nobody asked for are noticed. */
  readonly #idle: IdleTimer = new IdleTimer(() => void this.#listen());

  constructor(berth: Berth, { since, expiresAt, metrics, onEnd }: PooledConnectionInput) {
    this.berth = berth;
    this.expiresAt = expiresAt;
    this.#connectMs = this.openedAt - since;
    this.#metrics = metrics;
    this.#onEnd = onEnd;
    this.#idle.noteIdle();
    void berth.transport.closed.then(() => this.end());
  }

  /** Where it stands. */
  get state(): State {
    return this.#state;
  }

  /**
   * Moves on, where the table allows it.
   * @returns Whether it did: a connection that has ended stays so.
   */
  move(move: Move): boolean {
    const next = MOVES[this.#state][move];
    if (next === undefined) return false;
    this.#state = next;
    if (next !== 'idle') return true;
    this.idleSince = Date.now();
    this.#idle.noteIdle();
    return true;
  }

  /** Notes how long its borrower has waited. */
  noteLent(waitedMs: number): void {
    const connectMs = Math.min(waitedMs, this.#connectMs);
    this.#connectMs = 0;
    this.timing = waitedMs === 0 ? NO_WAIT : { waitMs: waitedMs - connectMs, connectMs };
  }

  /**
   * Sends bytes. Settles when the platform has accepted them. What the tracker refuses is not sent, and ends the connection.
   * @param owed See `AnswerTracker.sent`.
   */
  write(bytes: Uint8Array, owed?: number): Promise<void> {
    try {
      this.berth.tracker.sent(bytes, owed);
    } catch (error) {
      const reason = error instanceof Error ? error : hungUp();
      this.end(reason);
      const refusal = Promise.reject(reason);
      // As the transport's own promise it may be left unawaited: the next read fails with the reason.
      refusal.catch(noop);
      return refusal;
    }
    if (this.#askedAt === 0) this.#askedAt = Date.now();
    return this.berth.transport.write(bytes);
  }

  /**
   * The next bytes, which the tracker has seen; `undefined` at the end of the connection. Whoever asks while a read is
   * pending gets the same bytes.
   * @returns A view that is valid until the next call.
   */
  read(): Promise<Uint8Array | undefined> {
    this.#reading ??= this.#read();
    return this.#reading;
  }

  async #read(): Promise<Uint8Array | undefined> {
    const { transport, tracker } = this.berth;
    try {
      const bytes = await transport.read();
      if (bytes === undefined) return undefined;
      if (this.#askedAt !== 0) this.#metrics.noteRoundTrip(Date.now() - this.#askedAt);
      this.#askedAt = 0;
      tracker.received(bytes);
      return bytes;
    } finally {
      this.#reading = undefined;
    }
  }

  /** Sends bytes of the pool's own, and takes the whole answer. @returns Whether it came in time. */
  async runChore(bytes: Uint8Array, timeoutMs: number = CHORE_TIMEOUT_MS): Promise<boolean> {
    const { kind } = await bounded(this.#answer(bytes), timeoutMs);
    return kind === 'done';
  }

  async #answer(bytes: Uint8Array): Promise<void> {
    void this.write(bytes);
    while (!this.berth.tracker.isIdle) {
      if ((await this.read()) === undefined) throw hungUp();
    }
  }

  async #listen(): Promise<void> {
    while (this.#state === 'idle') {
      const bytes = await this.read().catch(() => undefined);
      if (bytes === undefined) this.end();
    }
  }

  /** Ends it at once: nobody may have it any more. */
  end(reason: Error = hungUp()): void {
    if (!this.move('end')) return;
    this.#idle.stop();
    this.berth.transport.destroy(reason);
    this.#onEnd(this);
  }

  /**
   * Ends it for a borrower that has left in the middle. The server is asked first to end what it runs, for at most a second: it
   * would run all that it was sent to the end, with its locks. Never rejects.
   */
  async hangUp(): Promise<void> {
    if (!this.move('leave')) return;
    if (this.#owes && this.berth.cancel !== undefined) await bounded(this.#stopServer(), LEAVE_TIMEOUT_MS);
    this.end();
  }

  /** Asks the server to end what it runs, where the protocol can. May reject. */
  async cancel(): Promise<void> {
    await this.berth.cancel?.();
  }

  get #owes(): boolean {
    const { isIdle, owes = !isIdle } = this.berth.tracker;
    return owes;
  }

  /** One request ends one statement, or none where it comes between two; a server that waits for data hears of none. */
  async #stopServer(): Promise<void> {
    let unheard = 0;
    const takeAnswers = async (): Promise<void> => {
      while (this.#owes && (await this.read()) !== undefined) unheard = 0;
    };
    const answered = takeAnswers();
    answered.catch(noop);
    for (let kind = 'timeout'; kind === 'timeout' && unheard < MAX_UNHEARD; ) {
      unheard += 1;
      await this.cancel();
      ({ kind } = await bounded(answered, AGAIN_MS));
    }
  }

  /** Says goodbye and ends it. */
  async close(): Promise<void> {
    if (!this.move('end')) return;
    this.#idle.stop();
    this.#onEnd(this);
    void this.berth.transport.write(this.berth.goodbyeBytes());
    await this.berth.transport.close();
  }
}

const noop = (): void => undefined;

function hungUp(): FairleadError {
  return new FairleadError('connection_lost', 'The pooled connection has ended.');
}
