// The messages of one subscription up to a number or a time, whichever comes first. It acknowledges nothing.
import type { Message, Subscription } from '../api.ts';

/** Why a subscription ended by itself. */
export type EndReason = 'limit' | 'time';

/** Hands out messages one by one, until there have been enough or the time is over. */
export class Feed implements Disposable {
  /** Settles when the time is over. */
  readonly over: Promise<void>;
  readonly #iterator: AsyncIterator<Message>;
  readonly #limit: number;
  readonly #timer: ReturnType<typeof setTimeout>;
  #resolve: ((message: undefined) => void) | undefined;
  #delivered = 0;
  #isTimeOver = false;

  constructor(subscription: Subscription, limit: number, lifeMs: number) {
    this.#iterator = subscription[Symbol.asyncIterator]();
    this.#limit = limit;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.over = promise;
    this.#timer = setTimeout(() => {
      this.#isTimeOver = true;
      this.#resolve?.(undefined);
      resolve();
    }, lifeMs);
  }

  /** How many were handed out. */
  get delivered(): number {
    return this.#delivered;
  }

  /** Why there is no further one. */
  get reason(): EndReason {
    return this.#delivered >= this.#limit ? 'limit' : 'time';
  }

  /**
   * The next message, `undefined` at the end. The iteration is never returned, because that would unsubscribe: whoever
   * closes the client ends it, and a session that the broker keeps keeps its subscriptions.
   * @throws FairleadError of the subscription.
   */
  next(): Promise<Message | undefined> {
    if (this.#isTimeOver || this.#delivered >= this.#limit) return Promise.resolve(undefined);
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#iterator.next().then(({ done, value }) => {
        if (!done && !this.#isTimeOver) this.#delivered++;
        resolve(done ? undefined : value);
      }, reject);
    });
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}
