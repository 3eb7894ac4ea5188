// The messages of one subscription up to a number or a time, whichever comes first. It acknowledges nothing.
import type { Message, Subscription } from '../../types/client.ts';

/** Why a subscription ended by itself. */
export type EndReason = 'limit' | 'time';

/** Hands out messages one by one, until there have been enough or the time is over. */
export class LimitedMessages implements Disposable {
  /** Settles when the time is over. */
  readonly over: Promise<void>;
  readonly #iterator: AsyncIterator<Message, undefined>;
  readonly #limit: number;
  readonly #timer: ReturnType<typeof setTimeout>;
  #resolve: ((message: Message | undefined) => void) | undefined;
  #pending: Promise<IteratorResult<Message, undefined>> | undefined;
  /** Ends the present wait for want of messages. */
  #idle: (() => void) | undefined;
  #idleTimer: ReturnType<typeof setTimeout> | undefined;
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
      this.#resolve = undefined;
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
    this.#pending ??= this.#iterator.next();
    const pending = this.#pending;
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      pending.then(({ done, value }) => {
        // Whoever has stopped waiting for it finds it still pending.
        if (this.#resolve !== resolve) return;
        this.#pending = this.#resolve = undefined;
        if (!done) this.#delivered++;
        resolve(done ? undefined : value);
      }, reject);
    });
  }

  /**
   * The same, and `'idle'` where nothing comes for so long, or up to twice as long: one timer serves all messages that
   * come meanwhile.
   */
  nextWithin(idleMs: number): Promise<Message | undefined | 'idle'> {
    const next = this.next();
    return new Promise((resolve, reject) => {
      const idle = (): void => {
        this.#resolve = this.#idle = undefined;
        resolve('idle');
      };
      this.#idle = idle;
      this.#watch(idleMs);
      const settled = (): void => {
        if (this.#idle === idle) this.#idle = undefined;
      };
      next.finally(settled).then(resolve, reject);
    });
  }

  /** Ends a wait that was there the last time, too. */
  #watch(idleMs: number, before?: () => void): void {
    this.#idleTimer ??= setTimeout(() => {
      this.#idleTimer = undefined;
      const idle = this.#idle;
      if (idle === undefined) return;
      if (idle === before) idle();
      else this.#watch(idleMs, idle);
    }, idleMs);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#idleTimer);
  }
}
