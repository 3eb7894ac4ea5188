// A bounded queue between a producer and async loops. It does not know where its items come from.
import { FairleadError, usage } from '@fairlead/errors';
import { atCaller, stackAtCaller } from './promises/caller-stack.ts';
import { type Deferred, deferred } from './promises/deferred.ts';
import { Fifo } from './turns/fifo.ts';

/** What happens when items come faster than they are taken. */
export type Overflow = 'error' | 'wait' | 'drop-oldest' | 'drop-newest';

/** How much may wait in an inbox. */
export interface InboxOptions {
  /** Items that wait at most. Default 1,024. */
  readonly maxQueued?: number | undefined;
  /** Bytes of items that wait at most. Default 16,777,216 (16 MiB). */
  readonly maxQueuedBytes?: number | undefined;
  /**
   * Default `'error'`: the loop gets what was queued, and then ends with FairleadError `limit`, so that no loss stays
   * unseen. `'wait'` stops reading from the server until there is room. The other two go on, and count in `dropped`.
   */
  readonly overflow?: Overflow | undefined;
}

/** What an inbox tells its owner. */
export interface InboxOwner<T> {
  /** A loop gets `item`, at this moment. */
  onTaken?(item: T): void;
  /** There may be room again: an item was taken, or the loop was left. */
  onRoom?(): void;
  /** The loop was left, or `close()` was called. Its end is awaited by `close()`. */
  onLeft?(): Promise<void> | void;
}

interface Entry<T> {
  readonly item: T;
  readonly bytes: number;
}

const DONE = { done: true, value: undefined } as const;

/**
 * Checks a listener's options.
 * @param allowed The overflow policies that the listener has.
 * @throws FairleadError `usage`.
 */
export function checkInboxOptions(
  options: InboxOptions,
  allowed: readonly Overflow[] = ['error', 'drop-oldest', 'drop-newest'],
): void {
  if (typeof options !== 'object' || options === null) throw usage('The options of a listener are an object');
  for (const name of ['maxQueued', 'maxQueuedBytes'] as const) {
    const value = options[name];
    if (value !== undefined && !(Number.isSafeInteger(value) && value > 0)) {
      throw usage(`${name} is a whole number above 0`);
    }
  }
  const { overflow = 'error' } = options;
  if (!allowed.includes(overflow)) {
    throw usage(`overflow is ${allowed.map((name) => `'${name}'`).join(' or ')}`);
  }
}

/**
 * Items for one async loop, or for several that share them: each item goes to one. Leaving a loop closes the inbox.
 * @example
 * ```ts
 * import { Inbox } from '@fairlead/client';
 *
 * const inbox = new Inbox<string>({ maxQueued: 100 });
 * inbox.push('hello', 5);
 * inbox.end();
 * for await (const text of inbox) console.log(text);
 * ```
 */
export class Inbox<T> implements AsyncIterableIterator<T, undefined>, AsyncDisposable {
  /** How many items were dropped; 0 with the policies `'error'` and `'wait'`. */
  dropped = 0;
  readonly #entries = new Fifo<Entry<T>>();
  readonly #waiting = new Fifo<Deferred<IteratorResult<T, undefined>>>();
  readonly #owner: InboxOwner<T>;
  readonly #maxQueued: number;
  readonly #maxBytes: number;
  readonly #overflow: Overflow;
  #queued = 0;
  #bytes = 0;
  #ended = false;
  #error: Error | undefined;
  #closing: Promise<void> | undefined;

  constructor(
    { maxQueued = 1024, maxQueuedBytes = 1 << 24, overflow = 'error' }: InboxOptions,
    owner: InboxOwner<T> = {},
  ) {
    this.#maxQueued = maxQueued;
    this.#maxBytes = maxQueuedBytes;
    this.#overflow = overflow;
    this.#owner = owner;
  }

  /** Bytes of the items that wait. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether nothing more should be read: the policy is `'wait'`, and as much waits as may. */
  get isFull(): boolean {
    return this.#overflow === 'wait' && this.#isOver(0);
  }

  /**
   * Takes an item in. With `'wait'` it is taken in any case: one network read may bring more than there is room for.
   * @param bytes What it weighs.
   * @returns Whether the inbox goes on: false once it has ended, as it has after an overflow under `'error'`.
   */
  push(item: T, bytes = 0): boolean {
    if (this.#ended) return false;
    const waiter = this.#waiting.shift();
    if (waiter !== undefined) {
      this.#owner.onTaken?.(item);
      waiter.resolve({ done: false, value: item });
      return true;
    }
    if (this.#overflow === 'drop-newest' && this.#isOver(1, bytes)) {
      this.dropped++;
      return true;
    }
    if (this.#overflow === 'error' && this.#isOver(1, bytes)) return this.#overflown();
    this.#entries.push({ item, bytes });
    this.#queued++;
    this.#bytes += bytes;
    if (this.#overflow === 'drop-oldest') this.#dropOldest();
    return true;
  }

  /** The next item, if one waits. */
  take(): T | undefined {
    const entry = this.#remove();
    if (entry === undefined) return undefined;
    this.#owner.onTaken?.(entry.item);
    this.#owner.onRoom?.();
    return entry.item;
  }

  /** The next item, as soon as there is one. @throws The error that the inbox ended with, once, behind its last item. */
  next(): Promise<IteratorResult<T, undefined>> {
    if (this.#queued > 0) return Promise.resolve({ done: false, value: this.take() as T });
    const error = this.#error;
    this.#error = undefined;
    if (error !== undefined) return Promise.reject(stackAtCaller(error));
    if (this.#ended) return Promise.resolve(DONE);
    const waiter = deferred<IteratorResult<T, undefined>>();
    this.#waiting.push(waiter);
    return waiter.promise;
  }

  /** Ends the loops once they have taken what waits: one of them with `error`, if there is one. */
  end(error?: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#error = error;
    for (let waiter = this.#waiting.shift(); waiter !== undefined; waiter = this.#waiting.shift()) {
      waiter.resolve(this.#error === undefined ? DONE : atCaller(this.#error));
      this.#error = undefined;
    }
  }

  /** Lets go of all that waits. */
  clear(): void {
    while (this.#remove() !== undefined);
    this.#owner.onRoom?.();
  }

  /** Leaves the loop: as `close()`. */
  async return(): Promise<IteratorResult<T, undefined>> {
    await this.close();
    return DONE;
  }

  /** Stops listening, and settles when the owner has. Never rejects. */
  close(): Promise<void> {
    this.#closing ??= this.#leave();
    this.end();
    return this.#closing;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #leave(): Promise<void> {
    try {
      await this.#owner.onLeft?.();
    } catch {
      // The loop was left on purpose: a failure to unsubscribe changes nothing for its caller.
    }
  }

  #isOver(more: 0 | 1, bytes = 0): boolean {
    const atCap = this.#overflow === 'wait' ? 1 : 0;
    return this.#queued + more + atCap > this.#maxQueued || this.#bytes + bytes > this.#maxBytes;
  }

  #overflown(): false {
    const message =
      'Messages came faster than they were taken, and more waited than may (maxQueued, maxQueuedBytes)';
    this.end(new FairleadError('limit', message));
    void this.close();
    return false;
  }

  #dropOldest(): void {
    while (this.#queued > 0 && this.#isOver(0)) {
      this.#remove();
      this.dropped++;
    }
  }

  #remove(): Entry<T> | undefined {
    const entry = this.#entries.shift();
    if (entry === undefined) return undefined;
    this.#queued--;
    this.#bytes -= entry.bytes;
    return entry;
  }
}
