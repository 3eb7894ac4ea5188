// A bounded queue between the session's events and one async loop. It does not know where they come from.
import { atCaller, type Deferred, deferred, stackAtCaller } from '@fairlead/client';
import { FairleadError } from '@fairlead/errors';
import type { IrcEvent } from '../types.ts';

/** What happens when events come faster than they are taken. */
export type Overflow = 'error' | 'wait' | 'drop-oldest';

/** Options of the queue of events. */
export interface InboxOptions {
  /** Events that wait at most. Default 1,024. */
  readonly maxQueuedEvents?: number | undefined;
  /**
   * Default `'error'`: the loop gets what was queued and then ends with FairleadError `limit`; the connection ends too.
   * `'wait'` reads no further, which the server may answer by closing; `'drop-oldest'` counts in `dropped`. While no loop
   * has begun, the oldest are dropped in any case.
   */
  readonly overflow?: Overflow | undefined;
}

const DONE = { done: true, value: undefined } as const;

/** The events of one connection, for one loop at a time. */
export class Inbox implements AsyncIterableIterator<IrcEvent, undefined> {
  /** How many events were dropped. */
  dropped = 0;
  readonly #items: IrcEvent[] = [];
  readonly #waiters: Deferred<IteratorResult<IrcEvent, undefined>>[] = [];
  readonly #max: number;
  readonly #overflow: Overflow;
  readonly #onRoom: () => void;
  #isWatched = false;
  #ended = false;
  #error: Error | undefined;

  /** @param onRoom Called when the queue may have room again. */
  constructor({ maxQueuedEvents = 1024, overflow = 'error' }: InboxOptions, onRoom: () => void) {
    this.#max = maxQueuedEvents;
    this.#overflow = overflow;
    this.#onRoom = onRoom;
  }

  /** Whether nothing more should be read. */
  get isFull(): boolean {
    return this.#isWatched && this.#overflow === 'wait' && this.#items.length >= this.#max;
  }

  /** Takes an event in. @throws FairleadError `limit` where that is one too many. */
  push(event: IrcEvent): void {
    if (this.#ended) return;
    const waiter = this.#waiters.shift();
    if (waiter !== undefined) {
      waiter.resolve({ done: false, value: event });
      return;
    }
    this.#items.push(event);
    // Waiting, a chunk that was read already may go over the cap.
    if (this.#items.length <= this.#max || this.isFull) return;
    if (this.#isWatched && this.#overflow === 'error') {
      throw new FairleadError('limit', `More than ${this.#max} events wait to be taken (maxQueuedEvents)`);
    }
    this.#items.shift();
    this.dropped++;
  }

  /** Ends the loop once it has taken what waits: with `error`, or plainly. */
  end(error?: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#error = error;
    for (const { resolve } of this.#waiters.splice(0)) resolve(error === undefined ? DONE : atCaller(error));
  }

  async next(): Promise<IteratorResult<IrcEvent, undefined>> {
    this.#isWatched = true;
    const value = this.#items.shift();
    this.#onRoom();
    if (value !== undefined) return { done: false, value };
    if (this.#error !== undefined) throw stackAtCaller(this.#error);
    if (this.#ended) return DONE;
    const waiter = deferred<IteratorResult<IrcEvent, undefined>>();
    this.#waiters.push(waiter);
    return waiter.promise;
  }

  /** The loop was left; the connection lives on, and another loop may begin. */
  async return(): Promise<IteratorResult<IrcEvent, undefined>> {
    this.#isWatched = false;
    this.#onRoom();
    return DONE;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
