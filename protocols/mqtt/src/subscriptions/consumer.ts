// One consumer of a subscription: its queue, its loop, and when it acknowledges. It sends nothing.
import type { ReceivedMessage } from '../session/incoming/received-message.ts';
import type { Message } from '../types/messages.ts';
import type { Consumer, ConsumerOptions } from '../types/subscribe.ts';
import type { MessageQueue, NextMessage } from './message-queue.ts';

/**
 * What a loop gets of a received message; `undefined` where it gets the next one instead.
 * @throws FairleadError for a message that is invalid: the loop rejects with it.
 */
export type MessageReader<M extends Message> = (message: ReceivedMessage) => M | undefined;

/** A consumer, as its user and as its subscription see it. */
export class SubscriptionConsumer<M extends Message> implements Consumer<M> {
  readonly queue: MessageQueue;
  readonly #leave: (consumer: SubscriptionConsumer<M>) => Promise<void>;
  readonly #reader: MessageReader<M> | undefined;
  #isAutomatic = true;
  #latest: Message | undefined;

  /** @param reader `undefined` where messages are handed out as they are. */
  constructor(
    queue: MessageQueue,
    reader: MessageReader<M> | undefined,
    leave: (consumer: SubscriptionConsumer<M>) => Promise<void>,
  ) {
    this.queue = queue;
    this.#reader = reader;
    this.#leave = leave;
    queue.onNext = this.#keep;
  }

  configure({ acknowledge, maxBufferedBytes }: ConsumerOptions): void {
    if (acknowledge !== undefined) this.#isAutomatic = acknowledge === 'automatic';
    if (maxBufferedBytes !== undefined) this.queue.maxBytes = maxBufferedBytes;
  }

  /** Leaves its messages to the other consumers. */
  release(): void {
    this.#acknowledgeLatest();
    for (let message = this.queue.take(); message !== undefined; message = this.queue.take()) {
      message.acknowledge();
    }
    this.queue.end();
  }

  close(): Promise<void> {
    return this.#leave(this);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  [Symbol.asyncIterator](): AsyncIterator<M, undefined> {
    const reader = this.#reader;
    return {
      // Without a reader, M is Message.
      next:
        reader === undefined
          ? () => this.#next() as Promise<IteratorResult<M, undefined>>
          : () => this.#read(reader),
      return: async () => {
        await this.close();
        this.queue.clear();
        return { done: true, value: undefined };
      },
    };
  }

  #next(): Promise<NextMessage> {
    // The loop asks for the next message when it is done with the one before.
    this.#acknowledgeLatest();
    return this.queue.next();
  }

  async #read(reader: MessageReader<M>): Promise<IteratorResult<M, undefined>> {
    for (;;) {
      const next = await this.#next();
      if (next.done) return next;
      const value = reader(next.value);
      if (value !== undefined) return { done: false, value };
    }
  }

  #acknowledgeLatest(): void {
    if (this.#isAutomatic) this.#latest?.acknowledge();
    this.#latest = undefined;
  }

  readonly #keep = (message: Message): void => {
    // A loop may have asked for this one before the one before it came.
    if (!this.#isAutomatic) return;
    this.#latest?.acknowledge();
    this.#latest = message;
  };
}
