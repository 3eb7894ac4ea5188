// The time limits of one connection's calls, on one timer: a query that is in time arms and clears none.
import { MAX_TIMER_MS } from '@fairlead/transport';

/** One call's time limit. */
export interface Deadline {
  /** `Date.now()` when the time is up. */
  readonly at: number;
  readonly expire: () => void;
}

/** All that are running. */
export class Deadlines {
  readonly #pending = new Set<Deadline>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #wakesAt = Number.POSITIVE_INFINITY;

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
    if (at < this.#wakesAt) this.#arm(at, at - Date.now());
    return deadline;
  }

  /** Forgets a deadline, if there is one. */
  remove(deadline: Deadline | undefined): void {
    if (deadline !== undefined) this.#pending.delete(deadline);
  }

  /** Lets go of the timer: the connection has ended. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#pending.clear();
    // Nothing may be armed any more.
    this.#wakesAt = Number.NEGATIVE_INFINITY;
  }

  #arm(at: number, delayMs: number): void {
    clearTimeout(this.#timer);
    this.#wakesAt = at;
    // A timer that cannot wait so long wakes early, finds nothing due, and is set again.
    this.#timer = setTimeout(this.#onTimer, Math.min(Math.max(delayMs, 0), MAX_TIMER_MS));
    // Left behind by calls that were in time, it must not keep a Node process alive; workerd's timers are numbers.
    if (typeof this.#timer === 'object') this.#timer.unref();
  }

  readonly #onTimer = (): void => {
    this.#wakesAt = Number.POSITIVE_INFINITY;
    const now = Date.now();
    let next = Number.POSITIVE_INFINITY;
    for (const deadline of [...this.#pending]) {
      if (deadline.at > now) {
        next = Math.min(next, deadline.at);
        continue;
      }
      this.#pending.delete(deadline);
      deadline.expire();
    }
    if (next < this.#wakesAt) this.#arm(next, next - now);
  };
}
