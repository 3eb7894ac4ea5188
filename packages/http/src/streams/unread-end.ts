// The end of a stream whose time is up while its reader takes nothing. Its source would throw, but is only asked when the reader
// reads; so without this a slow reader keeps a server's connection for as long as it likes.
import { whenAborted } from '@fairlead/client';

/** Watches a signal beside a pulled stream. */
export class UnreadEnd {
  #isPulling = false;
  #stop: () => void = () => {};

  /**
   * @param signal Without one, nothing is watched.
   * @param end Called once, when the signal fires and the source is not being asked for anything.
   */
  watch(signal: AbortSignal | undefined, end: (reason: unknown) => void): void {
    this.#stop = whenAborted(signal, ({ reason }) => {
      if (!this.#isPulling) end(reason);
    });
  }

  /** Whether the source is being asked: what the signal has to say then, it says itself. */
  get isPulling(): boolean {
    return this.#isPulling;
  }

  set isPulling(value: boolean) {
    this.#isPulling = value;
  }

  /** The stream has ended in another way. */
  stop(): void {
    this.#stop();
  }
}
