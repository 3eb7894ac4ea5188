// What a pool counts, for operators. It decides nothing.
import type { ErrorCode } from '@fairlead/errors';

/** What a pool is doing, and what it has done since its object began to run. */
export interface PoolStats {
  /** Connections: all that are logged in; those that wait to be lent; lent, or being reset; being opened. */
  readonly open: number;
  readonly idle: number;
  readonly inUse: number;
  readonly opening: number;
  /** Callers in the queue, and how long the first of them has waited. */
  readonly waiting: number;
  readonly longestWaitMs: number;
  /** Age of the oldest connection; 0 where there is none. */
  readonly oldestMs: number;
  /** Median of the last 64 times from a question to the first bytes of its answer; absent before the first. */
  readonly roundTripMs?: number | undefined;
  /** `Date.now()` when the object began to run: everything below counts from here. */
  readonly startedAt: number;
  readonly opened: number;
  readonly borrowed: number;
  /** Calls that were refused because no connection was free in time, or too many waited. */
  readonly overloaded: number;
  /** Calls whose answer did not come in time. */
  readonly timeouts: number;
  /** Attempts to open a connection that have failed, by error code. */
  readonly failures: Readonly<Record<string, number>>;
  /** Calls that have failed in the pool or with their connection, by error code; the server's refusals are answers. */
  readonly errors: Readonly<Record<string, number>>;
}

/** What a pool knows of itself at the moment. */
export type PoolState = Pick<
  PoolStats,
  'open' | 'idle' | 'inUse' | 'opening' | 'waiting' | 'longestWaitMs' | 'oldestMs'
>;

const SAMPLES = 64;

/** The counters of one pool. */
export class PoolMetrics {
  opened = 0;
  borrowed = 0;
  overloaded = 0;
  readonly #startedAt = Date.now();
  readonly #failures: Record<string, number> = {};
  readonly #errors: Record<string, number> = {};
  /** The last round trips, in milliseconds, in a ring. */
  readonly #roundTrips = new Float64Array(SAMPLES);
  #roundTripCount = 0;

  /** An attempt to open a connection has failed. */
  noteFailure(code: ErrorCode): void {
    this.#failures[code] = (this.#failures[code] ?? 0) + 1;
  }

  /** A call has failed. */
  noteError(code: ErrorCode): void {
    this.#errors[code] = (this.#errors[code] ?? 0) + 1;
  }

  /** An answer has begun so long after its question. */
  noteRoundTrip(ms: number): void {
    this.#roundTrips[this.#roundTripCount % SAMPLES] = ms;
    this.#roundTripCount += 1;
  }

  /** All figures. */
  with(state: PoolState): PoolStats {
    return {
      ...state,
      roundTripMs: this.#medianRoundTrip(),
      startedAt: this.#startedAt,
      opened: this.opened,
      borrowed: this.borrowed,
      overloaded: this.overloaded,
      timeouts: this.#errors.timeout ?? 0,
      failures: { ...this.#failures },
      errors: { ...this.#errors },
    };
  }

  #medianRoundTrip(): number | undefined {
    const count = Math.min(this.#roundTripCount, SAMPLES);
    return this.#roundTrips.slice(0, count).sort()[count >> 1];
  }
}

/** The states of two parts of a pool together. */
export function sumOf(one: PoolState, other: PoolState): PoolState {
  return {
    open: one.open + other.open,
    idle: one.idle + other.idle,
    inUse: one.inUse + other.inUse,
    opening: one.opening + other.opening,
    waiting: one.waiting + other.waiting,
    longestWaitMs: Math.max(one.longestWaitMs, other.longestWaitMs),
    oldestMs: Math.max(one.oldestMs, other.oldestMs),
  };
}
