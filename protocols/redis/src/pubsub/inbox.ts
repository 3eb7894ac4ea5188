// A bounded queue between what the server pushes and one async loop. It does not know where items come from.
import { atCaller, stackAtCaller } from '@fairlead/client';
import { FairleadError } from '@fairlead/errors';
import { usage } from '../errors.ts';

/** What happens when messages come faster than they are taken. */
export type Overflow = 'error' | 'drop-oldest' | 'drop-newest';

/** Options of everything that listens. */
export interface InboxOptions {
  /** Messages that wait at most. Default 1024. */
  readonly maxQueued?: number | undefined;
  /** Bytes of messages that wait at most. Default 16,777,216 (16 MiB). */
  readonly maxQueuedBytes?: number | undefined;
  /**
   * Default `'error'`: the loop gets what was queued and then ends with FairleadError `limit`, so that no loss
   * stays unseen. The other two go on, and count in `dropped`.
   */
  readonly overflow?: Overflow | undefined;
}

interface Item<M> {
  readonly value: M;
  readonly bytes: number;
}

/** Takes the next message, or a promise that rejects. */
type Waiter<M> = (result: IteratorResult<M, undefined> | Promise<never>) => void;

const DONE = { done: true, value: undefined } as const;

/**
 * Checks a listener's options.
 * @throws FairleadError `usage`.
 */
export function checkInboxOptions(options: InboxOptions): void {
  if (typeof options !== 'object' || options === null) throw usage('The options of a listener are an object');
  for (const name of ['maxQueued', 'maxQueuedBytes'] as const) {
    const value = options[name];
    if (value !== undefined && !(Number.isSafeInteger(value) && value > 0)) {
      throw usage(`${name} is a whole number above 0`);
    }
  }
  const { overflow = 'error' } = options;
  if (!['error', 'drop-oldest', 'drop-newest'].includes(overflow)) {
    throw usage("overflow is 'error', 'drop-oldest' or 'drop-newest'");
  }
}

/** An async iterable of pushed messages; leave the loop, or `close()` it, and the server is told to stop. */
export class Inbox<M> implements AsyncIterableIterator<M, undefined>, AsyncDisposable {
  /** How many messages were dropped; 0 with the overflow policy `'error'`. */
  dropped = 0;
  readonly #items: Item<M>[] = [];
  readonly #waiters: Waiter<M>[] = [];
  readonly #maxQueued: number;
  readonly #maxBytes: number;
  readonly #overflow: Overflow;
  readonly #onClose: () => Promise<void>;
  #bytes = 0;
  #ended = false;
  #error: Error | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: InboxOptions, onClose: () => Promise<void>) {
    this.#maxQueued = options.maxQueued ?? 1024;
    this.#maxBytes = options.maxQueuedBytes ?? 1 << 24;
    this.#overflow = options.overflow ?? 'error';
    this.#onClose = onClose;
  }

  /** Takes a message in. */
  push(value: M, bytes: number): void {
    if (this.#ended) return;
    const waiter = this.#waiters.shift();
    if (waiter !== undefined) {
      waiter({ done: false, value });
      return;
    }
    this.#items.push({ value, bytes });
    this.#bytes += bytes;
    while (this.#items.length > this.#maxQueued || this.#bytes > this.#maxBytes) {
      const left = this.#overflow === 'drop-oldest' ? this.#items.shift() : this.#items.pop();
      this.#bytes -= left?.bytes ?? 0;
      if (this.#overflow === 'error') {
        const message = 'Messages came faster than they were taken; the subscription is ended';
        this.end(new FairleadError('limit', message));
        void this.close();
        return;
      }
      this.dropped++;
    }
  }

  /** Ends the loop once it has taken what waits: with `error`, or plainly. */
  end(error?: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#error = error;
    for (const waiter of this.#waiters.splice(0)) waiter(error === undefined ? DONE : atCaller(error));
  }

  next(): Promise<IteratorResult<M, undefined>> {
    const item = this.#items.shift();
    if (item !== undefined) {
      this.#bytes -= item.bytes;
      return Promise.resolve({ done: false, value: item.value });
    }
    const error = this.#error;
    this.#error = undefined;
    if (error !== undefined) return Promise.reject(stackAtCaller(error));
    if (this.#ended) return Promise.resolve(DONE);
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  async return(): Promise<IteratorResult<M, undefined>> {
    await this.close();
    return DONE;
  }

  /** Stops listening; settles when the server has confirmed it. Never rejects. */
  close(): Promise<void> {
    this.#closing ??= this.#onClose().catch(() => {});
    this.end();
    return this.#closing;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
