// The time of one call, all attempts together, and the caller's signal. It sends nothing.
import { FairleadProblem } from './problem.ts';

/** The clock of one call. It has to be stopped. */
export class CallTime {
  readonly #controller = new AbortController();
  readonly #endsAt: number;
  readonly #caller: AbortSignal | undefined;
  readonly #timer: ReturnType<typeof setTimeout> | undefined;
  #expired = false;

  /** @throws The reason of a signal that has fired already. */
  constructor(timeoutMs: number | undefined, caller: AbortSignal | undefined) {
    caller?.throwIfAborted();
    this.#endsAt = timeoutMs === undefined ? Number.POSITIVE_INFINITY : Date.now() + timeoutMs;
    this.#caller = caller;
    caller?.addEventListener('abort', this.#abort);
    if (timeoutMs !== undefined)
      this.#timer = setTimeout(() => {
        this.#expired = true;
        this.#controller.abort();
      }, timeoutMs);
  }

  /** Fires when the caller aborts or the time is up. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Infinite where the call has no limit. */
  leftMs(): number {
    return this.#endsAt - Date.now();
  }

  /** @throws What `explain` makes of it, where the call ends meanwhile. */
  wait(ms: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const { signal } = this;
      const end = (): void => {
        clearTimeout(timer);
        reject(signal.reason);
      };
      const timer = setTimeout(() => {
        signal.removeEventListener('abort', end);
        resolve();
      }, ms);
      signal.addEventListener('abort', end, { once: true });
    });
  }

  /** Lets go of the timer and of the caller's signal. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#caller?.removeEventListener('abort', this.#abort);
  }

  /** The call's end by its caller or its time as what it is; any other error as it came. */
  explain(error: unknown): unknown {
    if (this.#caller?.aborted) return this.#caller.reason;
    if (this.#expired)
      return new FairleadProblem({ code: 'timeout', detail: 'The call took longer than its timeoutMs.' });
    return error;
  }

  readonly #abort = (): void => this.#controller.abort(this.#caller?.reason);
}
