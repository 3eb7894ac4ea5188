// The time of one call, all attempts together, and the caller's signal. It sends nothing.
import { FairleadProblem } from './problem.ts';

/** The clock of one call. It has to be stopped. */
export class CallTime {
  /** Fires when the caller aborts, also when the clock was stopped, or the time is up. */
  readonly signal: AbortSignal;
  readonly #endsAt: number;
  readonly #caller: AbortSignal | undefined;
  readonly #timer: ReturnType<typeof setTimeout> | undefined;
  #expired = false;

  /** @throws The reason of a signal that has fired already. */
  constructor(timeoutMs: number | undefined, caller: AbortSignal | undefined) {
    caller?.throwIfAborted();
    const controller = new AbortController();
    this.signal = caller === undefined ? controller.signal : AbortSignal.any([controller.signal, caller]);
    this.#endsAt = timeoutMs === undefined ? Number.POSITIVE_INFINITY : Date.now() + timeoutMs;
    this.#caller = caller;
    if (timeoutMs !== undefined)
      this.#timer = setTimeout(() => {
        this.#expired = true;
        controller.abort();
      }, timeoutMs);
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

  /** Ends the time, which is then up no more. */
  stop(): void {
    clearTimeout(this.#timer);
  }

  /** The call's end by its caller or its time as what it is; any other error as it came. */
  explain(error: unknown): unknown {
    if (this.#caller?.aborted) return this.#caller.reason;
    if (this.#expired)
      return new FairleadProblem({ code: 'timeout', detail: 'The call took longer than its timeoutMs.' });
    return error;
  }
}
