// One consumer of a subscription: the messages that wait for it, its loop, and when it acknowledges. It reports when it is
// full, and drops nothing.
import { atCaller } from '@fairlead/client';
import type { ReceivedMessage } from '../session/incoming/received-message.ts';
import type { Message } from '../types/messages.ts';
import type { Consumer, ConsumerOptions } from '../types/subscribe.ts';

/** The most bytes that wait, where no option says another number. */
const DEFAULT_BUFFERED_BYTES = 1_048_576;
/** Counted for each message besides its payload and topic. */
const MESSAGE_BYTES = 256;
/** Taken messages that may stay in front of the others before these are moved up. */
const MAX_TAKEN = 1024;

const DONE = { done: true, value: undefined } as const;

/** The next message, or the end. */
type NextMessage = IteratorResult<ReceivedMessage, undefined>;

/** Limits how much may wait in a client's consumers: the back pressure. */
export interface ConsumerOwner {
  /** Called when the bytes that wait have changed. */
  changed(consumer: SubscriptionConsumer): void;
}

/** A consumer, as its user and as its subscription see it. */
export class SubscriptionConsumer implements Consumer {
  /** Bytes of the messages that wait. */
  bytes = 0;
  maxBytes: number = DEFAULT_BUFFERED_BYTES;
  readonly #owner: ConsumerOwner;
  readonly #leave: (consumer: SubscriptionConsumer) => Promise<void>;
  #items: (ReceivedMessage | undefined)[] = [];
  #first = 0;
  readonly #waiters: ((result: NextMessage | Promise<NextMessage>) => void)[] = [];
  #ended = false;
  #error: Error | undefined;
  #isAutomatic = true;
  /** The message that the loop is working on. */
  #latest: ReceivedMessage | undefined;

  constructor(owner: ConsumerOwner, leave: (consumer: SubscriptionConsumer) => Promise<void>) {
    this.#owner = owner;
    this.#leave = leave;
  }

  configure({ acknowledge, maxBufferedBytes }: ConsumerOptions): void {
    if (acknowledge !== undefined) this.#isAutomatic = acknowledge === 'automatic';
    if (maxBufferedBytes !== undefined) this.maxBytes = maxBufferedBytes;
  }

  /** Hands a message to a loop that waits, or keeps it. */
  push(message: ReceivedMessage): void {
    if (this.#ended) return;
    const waiter = this.#waiters.shift();
    if (waiter !== undefined) {
      waiter(this.#hand(message));
      return;
    }
    this.#items.push(message);
    this.#count(message, 1);
  }

  /** The next message if one waits. */
  take(): ReceivedMessage | undefined {
    const message = this.#items[this.#first];
    if (message === undefined) return undefined;
    this.#items[this.#first++] = undefined;
    if (this.#first === this.#items.length || this.#first > MAX_TAKEN) {
      this.#items = this.#items.slice(this.#first);
      this.#first = 0;
    }
    this.#count(message, -1);
    return message;
  }

  /** Ends the loop behind the messages that wait: with `error`, which no other loop gets, or without one. */
  end(error?: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#error = error;
    for (const waiter of this.#waiters.splice(0)) {
      waiter(this.#error === undefined ? DONE : atCaller(this.#error));
      // The first one gets the error; to the others the messages have ended.
      this.#error = undefined;
    }
  }

  /** Drops the messages that wait. They are not acknowledged. */
  clear(): void {
    this.#items = [];
    this.#first = 0;
    this.bytes = 0;
    this.#owner.changed(this);
  }

  /** Leaves its messages to the other consumers. */
  release(): void {
    this.#acknowledgeLatest();
    for (let message = this.take(); message !== undefined; message = this.take()) message.acknowledge();
    this.end();
  }

  close(): Promise<void> {
    return this.#leave(this);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  [Symbol.asyncIterator](): AsyncIterator<Message, undefined> {
    return {
      next: () => this.#next(),
      return: async () => {
        await this.close();
        this.clear();
        return DONE;
      },
    };
  }

  /** The next message as soon as there is one. @throws The error that the messages ended with, once, behind the last one. */
  #next(): Promise<NextMessage> {
    // The loop asks for the next message when it is done with the one before.
    this.#acknowledgeLatest();
    const message = this.take();
    if (message !== undefined) return Promise.resolve(this.#hand(message));
    const error = this.#error;
    this.#error = undefined;
    if (error !== undefined) return Promise.reject(error);
    if (this.#ended) return Promise.resolve(DONE);
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  #hand(value: ReceivedMessage): NextMessage {
    // A loop may have asked for this one before the one before it came.
    this.#acknowledgeLatest();
    this.#latest = value;
    return { done: false, value };
  }

  #acknowledgeLatest(): void {
    if (this.#isAutomatic) this.#latest?.acknowledge();
    this.#latest = undefined;
  }

  #count({ payload, topic }: ReceivedMessage, sign: 1 | -1): void {
    this.bytes += sign * (payload.length + topic.length + MESSAGE_BYTES);
    this.#owner.changed(this);
  }
}
