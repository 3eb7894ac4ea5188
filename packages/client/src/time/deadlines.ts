// The time limits of one connection's calls, on one timer: a call that is in time sets none and clears none.
import type { Outcome } from '@fairlead/transport';
import { Alarm } from './alarm.ts';

/** One call's time limit. */
export interface Deadline {
  /** `Date.now()` when the time is up; `Infinity` for no limit. */
  readonly at: number;
  /** Its place among those that are running, which they keep. */
  place: number;
  /** The time is up. */
  expire(): void;
}

/** All that are running. */
export class Deadlines {
  readonly #pending: Deadline[] = [];
  readonly #alarm: Alarm = new Alarm(() => this.#expire());
  #stopped = false;

  /** Calls `expire` in `timeoutMs`, unless it is removed before. @returns Undefined for `Infinity`: no limit. */
  add(timeoutMs: number, expire: () => void): Deadline | undefined {
    return this.addAt(Date.now() + timeoutMs, expire);
  }

  /** Calls `expire` at `at`, a time of `Date.now()`; one that has passed counts as now, and is never called at once. */
  addAt(at: number, expire: () => void): Deadline | undefined {
    if (at === Number.POSITIVE_INFINITY) return undefined;
    const deadline = { at, place: 0, expire };
    this.begin(deadline);
    return deadline;
  }

  /** As `addAt`, for a call that is its own deadline. */
  begin(deadline: Deadline): void {
    if (deadline.at === Number.POSITIVE_INFINITY) return;
    deadline.place = this.#pending.push(deadline) - 1;
    if (!this.#stopped) this.#alarm.ringBy(deadline.at);
  }

  /** Forgets a deadline, if there is one that is running. */
  remove(deadline: Deadline | undefined): void {
    const pending = this.#pending;
    if (deadline === undefined || pending[deadline.place] !== deadline) return;
    const last = pending.pop();
    if (last === undefined || last === deadline) return;
    pending[deadline.place] = last;
    last.place = deadline.place;
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
    if (this.#pending.length === 0) this.#alarm.clear();
  }

  /** Lets go of the timer for good: the connection has ended. */
  stop(): void {
    this.#stopped = true;
    this.#alarm.clear();
    this.#pending.length = 0;
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
      if (this.#pending[deadline.place] !== deadline) continue;
      this.remove(deadline);
      deadline.expire();
    }
    if (!this.#stopped) this.#alarm.ringBy(next);
  }
}
