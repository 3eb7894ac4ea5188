// Long computation in short pieces, so that the page goes on: scrolling, typing, the button that stops it.

/** A piece takes about so long, in milliseconds: half of a frame. */
const SLICE_MS = 8;

interface YieldingScheduler {
  readonly scheduler?: { readonly yield?: () => Promise<void> };
}

/** The pieces of one computation. Ask `isOver` every few hundred steps, and `await rest()` where it is. */
export class Slices {
  readonly #signal: AbortSignal;
  readonly #onProgress: (share: number) => void;
  #endsAt = performance.now() + SLICE_MS;

  /** @param onProgress Is told the share that is done, from 0 to 1, once a piece. */
  constructor(signal: AbortSignal, onProgress: (share: number) => void = () => {}) {
    this.#signal = signal;
    this.#onProgress = onProgress;
  }

  /** Whether the piece has taken its time. */
  get isOver(): boolean {
    return performance.now() >= this.#endsAt;
  }

  /** Lets the page do what waits. @throws The reason of a signal that has fired. */
  async rest(share: number): Promise<void> {
    this.#onProgress(share);
    const { scheduler } = globalThis as YieldingScheduler;
    if (scheduler?.yield === undefined) await new Promise<void>((resolve) => setTimeout(resolve));
    else await scheduler.yield();
    this.#signal.throwIfAborted();
    this.#endsAt = performance.now() + SLICE_MS;
  }
}
