// One connection of a pool: its state, and the one read that may be pending on it. It does not know who waits.
import { IdleTimer } from '@fairlead/client';
import { FairleadError } from '@fairlead/errors';
import { bounded } from '@fairlead/transport';
import type { Berth } from '../types.ts';
import { MOVES, type Move, type State } from './states.ts';

/** How long a reset, a sign of life and a cancellation may take. */
export const CHORE_TIMEOUT_MS = 5_000;

/** One connection that a pool holds. */
export class PooledConnection {
  readonly berth: Berth;
  /** `Date.now()` when it is too old to be lent once more. */
  readonly expiresAt: number;
  /** `Date.now()` when it was last given back. */
  idleSince: number = Date.now();
  #state: State = 'idle';
  #reading: Promise<Uint8Array | undefined> | undefined;
  readonly #onEnd: (connection: PooledConnection) => void;
  /** Reads from an idle connection, so that its end and bytes that nobody asked for are noticed. */
  readonly #idle: IdleTimer = new IdleTimer(() => void this.#listen());

  /** @param onEnd Called once, when the connection has ended, whichever way. */
  constructor(berth: Berth, expiresAt: number, onEnd: (connection: PooledConnection) => void) {
    this.berth = berth;
    this.expiresAt = expiresAt;
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

  /**
   * Sends bytes. Settles when the platform has accepted them.
   * @param owed See `AnswerTracker.sent`.
   */
  write(bytes: Uint8Array, owed?: number): Promise<void> {
    this.berth.tracker.sent(bytes, owed);
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
      if (bytes !== undefined) tracker.received(bytes);
      return bytes;
    } finally {
      this.#reading = undefined;
    }
  }

  /** Sends bytes of the pool's own, and takes the whole answer. @returns Whether it came in time. */
  async runChore(bytes: Uint8Array): Promise<boolean> {
    const { kind } = await bounded(this.#answer(bytes), CHORE_TIMEOUT_MS);
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

  /** Says goodbye and ends it. */
  async close(): Promise<void> {
    if (!this.move('end')) return;
    this.#idle.stop();
    this.#onEnd(this);
    void this.berth.transport.write(this.berth.goodbyeBytes());
    await this.berth.transport.close();
  }
}

function hungUp(): FairleadError {
  return new FairleadError('connection_lost', 'The pooled connection has ended.');
}
