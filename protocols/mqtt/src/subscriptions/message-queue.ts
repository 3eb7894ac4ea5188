// Messages between the session and one consumer's loop. It reports when it is full, and drops nothing.
import { atCaller } from '@fairlead/client';
import type { ReceivedMessage } from '../session/incoming/received-message.ts';

/** Counted for each message besides its payload and topic. */
const MESSAGE_BYTES = 256;
/** Taken messages that may stay in front of the others before these are moved up. */
const MAX_TAKEN = 1024;

const DONE = { done: true, value: undefined } as const;

/** The next message, or the end. */
export type NextMessage = IteratorResult<ReceivedMessage, undefined>;

type Waiter = (result: NextMessage | Promise<NextMessage>) => void;

/** Limits how much may wait in a client's queues: the back pressure. */
export interface QueueOwner {
  /** Called when the bytes in the queue have changed. */
  changed(queue: MessageQueue): void;
}

/** The queue of one consumer, or of messages without one. */
export class MessageQueue {
  /** Bytes of the messages that wait. */
  bytes = 0;
  maxBytes: number;
  /** Called with each message that a loop gets, at that moment. */
  onNext: (message: ReceivedMessage) => void = () => {};
  readonly #owner: QueueOwner;
  #items: (ReceivedMessage | undefined)[] = [];
  #first = 0;
  readonly #waiters: Waiter[] = [];
  #ended = false;
  #error: Error | undefined;

  constructor(maxBytes: number, owner: QueueOwner) {
    this.maxBytes = maxBytes;
    this.#owner = owner;
  }

  /** Hands a message to a loop that waits, or keeps it. */
  push(message: ReceivedMessage): void {
    if (this.#ended) return;
    const waiter = this.#waiters.shift();
    if (waiter !== undefined) {
      this.onNext(message);
      waiter({ done: false, value: message });
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

  /** The next message as soon as there is one. @throws The error that the queue ended with, once, behind its last message. */
  next(): Promise<NextMessage> {
    const value = this.take();
    if (value !== undefined) {
      this.onNext(value);
      return Promise.resolve({ done: false, value });
    }
    const error = this.#error;
    this.#error = undefined;
    if (error !== undefined) return Promise.reject(error);
    if (this.#ended) return Promise.resolve(DONE);
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  /** Ends the loop behind the messages that wait: with `error`, which no other loop gets, or without one. */
  end(error?: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#error = error;
    for (const waiter of this.#waiters.splice(0)) {
      waiter(this.#error === undefined ? DONE : atCaller(this.#error));
      // The first one gets the error; to the others the queue has ended.
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

  #count({ payload, topic }: ReceivedMessage, sign: 1 | -1): void {
    this.bytes += sign * (payload.length + topic.length + MESSAGE_BYTES);
    this.#owner.changed(this);
  }
}
