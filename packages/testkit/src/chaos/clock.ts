// Lets a promise settle on a clock that stands still: microtasks first, then the faked clock, and now and then the event loop.
import { vi } from 'vitest';

/** While a fault is still to come, the clock goes on by a millisecond in so many microtasks. */
const MICROTASKS_PER_MS = 64;
/** After so many microtasks without a result nothing is believed to go on but timers: no exchange takes as many. */
const QUIET = 256;
/** After so many microtasks a call is believed to wait for the event loop. */
const PATIENCE = 1_000;
/** So often nothing happens, and no timer runs, until a promise counts as hung. */
const IDLE_TURNS = 20;

/** Real time: the clients' clock is faked behind this module's back. */
const realSetTimeout = globalThis.setTimeout;

/** How a promise has settled. */
export interface Outcome {
  readonly value?: unknown;
  readonly error?: unknown;
}

/** A promise of which one can see whether it has settled. */
export interface Watched {
  outcome: Outcome | undefined;
}

/** Handles the promise's rejection. */
export function watched(work: Promise<unknown>): Watched {
  const watch: Watched = { outcome: undefined };
  work.then(
    (value) => {
      watch.outcome = { value };
    },
    (error: unknown) => {
      watch.outcome = { error: error ?? new Error('it rejected with nothing') };
    },
  );
  return watch;
}

/** One turn of the event loop: what the platform does outside of microtasks happens there. */
export function eventLoopTurn(): Promise<void> {
  return new Promise((resolve) => void realSetTimeout(resolve, 0));
}

/**
 * Calls `act` behind so many microtasks, unless `watch` has settled by then; the clock goes on by a millisecond for every
 * 64 of them.
 * @returns Whether it was called.
 */
export async function actBehind(count: number, watch: Watched, act: () => void): Promise<boolean> {
  for (let n = 0; n < count && watch.outcome === undefined; n += 1) {
    await Promise.resolve();
    if (n % MICROTASKS_PER_MS !== MICROTASKS_PER_MS - 1) continue;
    // A turn lets all microtasks run, so that none of what comes behind it is met.
    if (n > PATIENCE) await eventLoopTurn();
    vi.advanceTimersByTime(1);
  }
  if (watch.outcome !== undefined) return false;
  act();
  return true;
}

/**
 * Lets everything run, and turns the clock from timer to timer, until `watch` settles.
 * @returns `undefined` when `limitMs` have gone by first, or when nothing is left that could settle it.
 */
export async function settle(watch: Watched, limitMs: number): Promise<Outcome | undefined> {
  const end = Date.now() + limitMs;
  let idle = 0;
  for (let ticks = 0; Date.now() < end && idle < IDLE_TURNS; ticks += 1) {
    for (let n = 0; n < QUIET && watch.outcome === undefined; n += 1) await Promise.resolve();
    if (watch.outcome !== undefined) return watch.outcome;
    idle = vi.getTimerCount() > 0 ? 0 : idle + 1;
    vi.advanceTimersToNextTimer();
    if (idle > 0 || isPowerOfTwo(ticks)) await eventLoopTurn();
  }
  return watch.outcome;
}

/** A turn of the event loop costs a millisecond of real time, so most ticks have none. */
function isPowerOfTwo(tick: number): boolean {
  return tick > 0 && (tick & (tick - 1)) === 0;
}
