// The time limits of one connection's calls, on one timer: a query that is in time arms and clears none.

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

  /** Calls `expire` in `timeoutMs`, unless it is removed before. */
  add(timeoutMs: number, expire: () => void): Deadline {
    const deadline = { at: Date.now() + timeoutMs, expire };
    this.#pending.add(deadline);
    if (deadline.at < this.#wakesAt) this.#arm(deadline.at, timeoutMs);
    return deadline;
  }

  remove(deadline: Deadline): void {
    this.#pending.delete(deadline);
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
    this.#timer = setTimeout(this.#onTimer, delayMs);
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
