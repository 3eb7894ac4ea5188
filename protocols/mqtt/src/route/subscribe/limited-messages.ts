// The messages of one subscription up to a number or a time, whichever comes first. Acknowledging is the caller's part.
import { Alarm, deferred } from '@fairlead/client';
import type { Message, Subscription } from '../../types/client.ts';

/** Why there are no more messages. */
export type EndReason = 'limit' | 'time';

/** Hands out messages one by one, until `limit` of them were handed out or `lifeMs` have passed. */
export class LimitedMessages implements Disposable {
  /** Settles when the time is over. */
  readonly over: Promise<void>;
  /** Rings when the time is over. */
  readonly #end: Alarm;
  readonly #iterator: AsyncIterator<Message, undefined>;
  readonly #limit: number;
  #resolve: ((message: Message | undefined) => void) | undefined;
  #pending: Promise<IteratorResult<Message, undefined>> | undefined;
  /** Ends the wait of `nextWithin`. */
  #idle: (() => void) | undefined;
  /** The wait that was there when the idle alarm was set. */
  #idleBefore: (() => void) | undefined;
  readonly #idleAlarm: Alarm = new Alarm(() => this.#onIdle());
  #idleMs = 0;
  #delivered = 0;
  #isTimeOver = false;

  constructor(subscription: Subscription, limit: number, lifeMs: number) {
    this.#iterator = subscription[Symbol.asyncIterator]();
    this.#limit = limit;
    const { promise, resolve } = deferred<void>();
    this.over = promise;
    this.#end = new Alarm(() => {
      if (Date.now() < endsAt) return this.#end.ringBy(endsAt);
      this.#isTimeOver = true;
      this.#resolve?.(undefined);
      this.#resolve = undefined;
      resolve();
    });
    const endsAt = Date.now() + lifeMs;
    this.#end.ringBy(endsAt);
  }

  /** How many messages were handed out. */
  get delivered(): number {
    return this.#delivered;
  }

  /** Why there are no more messages. */
  get reason(): EndReason {
    return this.#delivered >= this.#limit ? 'limit' : 'time';
  }

  /**
   * The next message, `undefined` at the end. The loop over the subscription is never left, because that would
   * unsubscribe: closing the client ends it, and a session that the broker keeps has its subscriptions still.
   * @throws FairleadError of the subscription.
   */
  next(): Promise<Message | undefined> {
    if (this.#isTimeOver || this.#delivered >= this.#limit) return Promise.resolve(undefined);
    this.#pending ??= this.#iterator.next();
    const pending = this.#pending;
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      pending.then(({ done, value }) => {
        // After the time is over, a later call finds the message still pending.
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
      this.#idleMs = idleMs;
      if (!this.#idleAlarm.isSet) this.#watch(undefined);
      const settled = (): void => {
        if (this.#idle === idle) this.#idle = undefined;
      };
      next.finally(settled).then(resolve, reject);
    });
  }

  /** Ends a wait that has lasted since the alarm was set. */
  #onIdle(): void {
    const idle = this.#idle;
    if (idle === undefined) return;
    if (idle === this.#idleBefore) idle();
    else this.#watch(idle);
  }

  #watch(before: (() => void) | undefined): void {
    this.#idleBefore = before;
    this.#idleAlarm.ringBy(Date.now() + this.#idleMs);
  }

  [Symbol.dispose](): void {
    this.#end.clear();
    this.#idleAlarm.clear();
  }
}
