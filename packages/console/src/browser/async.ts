// Work that goes on while the page is used: one at a time, stoppable, its failure kept to be shown.
import { type ReadonlySignal, type Signal, signal } from '@preact/signals';

/** What became of a piece of work. */
export type WorkState = 'idle' | 'running' | 'done' | 'failed' | 'stopped';

/** One piece of work at a time: a new one stops the one before. Made once a page, by `useWork`. */
export class Work {
  readonly #state: Signal<WorkState> = signal<WorkState>('idle');
  readonly #error: Signal<unknown> = signal(undefined);
  readonly #elapsed: Signal<number> = signal(0);
  #abort: AbortController | undefined;

  get state(): ReadonlySignal<WorkState> {
    return this.#state;
  }

  /** Why the last one failed; undefined where it did not. */
  get error(): ReadonlySignal<unknown> {
    return this.#error;
  }

  /** How long the last one ran, in milliseconds; counted at its end. */
  get elapsedMs(): ReadonlySignal<number> {
    return this.#elapsed;
  }

  /**
   * Runs `job` until it ends, is stopped, or another one begins. What it throws is kept in `error` and thrown no further.
   * @returns What the job gave; undefined where it failed or was stopped.
   */
  async run<T>(job: (signal: AbortSignal) => Promise<T>): Promise<T | undefined> {
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    this.#state.value = 'running';
    this.#error.value = undefined;
    const startedAt = performance.now();
    try {
      const result = await job(abort.signal);
      const isStopped = abort.signal.aborted;
      this.#end(abort, isStopped ? 'stopped' : 'done', startedAt);
      // A job that does not hear its signal ends all the same: what it gives is no longer wanted.
      return isStopped ? undefined : result;
    } catch (error) {
      if (!abort.signal.aborted && this.#abort === abort) this.#error.value = error;
      this.#end(abort, abort.signal.aborted ? 'stopped' : 'failed', startedAt);
      return undefined;
    }
  }

  /**
   * Runs `job` as `run` does, and gives its result to `onResult`; not where it failed, was stopped, or another one has begun: an
   * answer that comes late never takes the place of a newer one.
   */
  async take<T>(job: (signal: AbortSignal) => Promise<T>, onResult: (result: T) => void): Promise<void> {
    await this.run(async (signal) => {
      const result = await job(signal);
      if (!signal.aborted) onResult(result);
    });
  }

  /** Stops what runs. */
  stop(): void {
    this.#abort?.abort();
  }

  /** Forgets the last failure. */
  clear(): void {
    this.#error.value = undefined;
  }

  #end(abort: AbortController, state: WorkState, startedAt: number): void {
    if (this.#abort !== abort) return;
    this.#elapsed.value = performance.now() - startedAt;
    this.#state.value = state;
  }
}
