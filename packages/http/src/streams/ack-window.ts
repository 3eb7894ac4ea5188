// How many events may be on their way to a caller that has not confirmed them: the backpressure that a WebSocket lacks.
// It numbers and waits; it sends nothing.
import { Deadlines, deferred, watchCall } from '@fairlead/client';
import { FairleadError } from '@fairlead/errors';

/** Numbers events from 1 on; at most `size` of them are unconfirmed. */
export class AckWindow {
  readonly size: number;
  #sent = 0;
  #confirmed = 0;
  #wake: (() => void) | undefined;

  constructor(size: number) {
    this.size = size;
  }

  /** Whether the next event has to wait. */
  get full(): boolean {
    return this.#sent - this.#confirmed >= this.size;
  }

  /** The number of the next event. */
  next(): number {
    this.#sent += 1;
    return this.#sent;
  }

  /**
   * Waits until the next event may leave.
   * @throws the signal's reason when it fires.
   */
  async room(signal: AbortSignal): Promise<void> {
    const wake = (): void => this.#wake?.();
    const endWatch = watchCall(
      new Deadlines(),
      'wait',
      { signal, timeoutMs: Number.POSITIVE_INFINITY },
      wake,
    );
    try {
      while (this.full && !signal.aborted) {
        const { promise, resolve } = deferred<void>();
        this.#wake = resolve;
        await promise;
      }
    } finally {
      endWatch();
    }
    signal.throwIfAborted();
  }

  /**
   * Confirms an event and all before it; an older one again changes nothing.
   * @throws FairleadError `usage`: no event of that number was sent.
   */
  confirm(id: number): void {
    if (!Number.isSafeInteger(id) || id < 1 || id > this.#sent) {
      throw new FairleadError('usage', 'There is no event of that number to confirm');
    }
    if (id <= this.#confirmed) return;
    this.#confirmed = id;
    this.#wake?.();
  }
}
