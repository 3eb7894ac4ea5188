// The time limits of one connection's calls, on one timer: a query that is in time arms and clears none.
import type { Outcome } from '@fairlead/transport';
import { Alarm } from './alarm.ts';

/** One call's time limit. */
export interface Deadline {
  /** `Date.now()` when the time is up. */
  readonly at: number;
  readonly expire: () => void;
}

/** All that are running. */
export class Deadlines {
  readonly #pending = new Set<Deadline>();
  readonly #alarm: Alarm = new Alarm(() => this.#expire());
  #stopped = false;

  /** Calls `expire` in `timeoutMs`, unless it is removed before. @returns Undefined for `Infinity`: no limit. */
  add(timeoutMs: number, expire: () => void): Deadline | undefined {
    if (timeoutMs === Number.POSITIVE_INFINITY) return undefined;
    return this.addAt(Date.now() + timeoutMs, expire);
  }

  /** Calls `expire` at `at`, a time of `Date.now()`; one that has passed counts as now, and is never called at once. */
  addAt(at: number, expire: () => void): Deadline | undefined {
    if (at === Number.POSITIVE_INFINITY) return undefined;
    const deadline = { at, expire };
    this.#pending.add(deadline);
    if (!this.#stopped) this.#alarm.ringBy(at);
    return deadline;
  }

  /** Forgets a deadline, if there is one. */
  remove(deadline: Deadline | undefined): void {
    if (deadline !== undefined) this.#pending.delete(deadline);
  }

  /** Waits for `work` no longer than `timeoutMs`: as `bounded`, without a timer of its own. */
  bound<T>(work: Promise<T>, timeoutMs: number): Promise<Outcome<T>> {
    return new Promise((resolve) => {
      const deadline = this.add(timeoutMs, () => resolve({ kind: 'timeout' }));
      const settle = (outcome: Outcome<T>): void => {
        this.remove(deadline);
        resolve(outcome);
      };
      work.then(
        (value) => settle({ kind: 'done', value }),
        (error: unknown) => settle({ kind: 'failed', error }),
      );
    });
  }

  /** Lets go of a timer that rings for nobody. `remove` leaves it, since the next call would set it again. */
  rest(): void {
    if (this.#pending.size === 0) this.#alarm.clear();
  }

  /** Lets go of the timer for good: the connection has ended. */
  stop(): void {
    this.#stopped = true;
    this.#alarm.clear();
    this.#pending.clear();
  }

  #expire(): void {
    const now = Date.now();
    let next = Number.POSITIVE_INFINITY;
    for (const deadline of [...this.#pending]) {
      if (deadline.at > now) {
        next = Math.min(next, deadline.at);
        continue;
      }
      // One that expired before it may have removed it, or stopped all.
      if (this.#pending.delete(deadline)) deadline.expire();
    }
    if (!this.#stopped) this.#alarm.ringBy(next);
  }
}
