// Messages between the session and one async loop. It says when it is full, and drops nothing.
import { atCaller } from '@fairlead/client';
import type { ReceivedMessage } from '../session/incoming/received-message.ts';
import type { Message } from '../types/messages.ts';

/** What a message weighs besides its payload. */
const MESSAGE_BYTES = 256;
/** Taken messages that may stay in front of the others before these are moved up. */
const MAX_TAKEN = 1024;

const DONE = { done: true, value: undefined } as const;

type Waiter = (
  result: IteratorResult<Message, undefined> | Promise<IteratorResult<Message, undefined>>,
) => void;

/** Where a message weighs in. */
export interface Load {
  /** Called with the bytes that came or went. */
  changed(inbox: Inbox): void;
}

export class Inbox {
  /** Bytes that wait to be taken. */
  bytes = 0;
  readonly maxBytes: number;
  /** Called with what a loop gets, at that moment. */
  onNext: (message: Message) => void = () => {};
  readonly #load: Load;
  #items: (ReceivedMessage | undefined)[] = [];
  #first = 0;
  readonly #waiters: Waiter[] = [];
  #ended = false;
  #error: Error | undefined;

  constructor(maxBytes: number, load: Load) {
    this.maxBytes = maxBytes;
    this.#load = load;
  }

  push(message: ReceivedMessage): void {
    if (this.#ended) return;
    const waiter = this.#waiters.shift();
    if (waiter !== undefined) {
      this.onNext(message);
      waiter({ done: false, value: message });
      return;
    }
    this.#items.push(message);
    this.#weigh(message, 1);
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
    this.#weigh(message, -1);
    return message;
  }

  next(): Promise<IteratorResult<Message, undefined>> {
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

  /** Ends the loop once it has taken what waits: with `error`, which is its own, or plainly. */
  end(error?: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#error = error;
    for (const waiter of this.#waiters.splice(0)) {
      waiter(this.#error === undefined ? DONE : atCaller(this.#error));
      // The first one is told; to the others it has ended.
      this.#error = undefined;
    }
  }

  /** Lets go of what waits. It is not acknowledged. */
  clear(): void {
    this.#items = [];
    this.#first = 0;
    this.bytes = 0;
    this.#load.changed(this);
  }

  #weigh({ payload, topic }: ReceivedMessage, sign: 1 | -1): void {
    this.bytes += sign * (payload.length + topic.length + MESSAGE_BYTES);
    this.#load.changed(this);
  }
}
