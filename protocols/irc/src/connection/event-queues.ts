// The queues between a session's events and the loops that read them. They do not know where the events come from.
import { Inbox, stackAtCaller } from '@fairlead/client';
import { errorWith, FairleadError } from '@fairlead/errors';
import type { EventQueueOptions } from '../options/connect-options.ts';
import type { IrcEvent } from '../types.ts';

const DONE = { done: true, value: undefined } as const;

/**
 * The queue of the client itself, for one loop at a time. It outlives its loops: the next one goes on where the last one
 * was left.
 */
export class EventQueue implements AsyncIterableIterator<IrcEvent, undefined> {
  /** How many events were dropped. */
  dropped = 0;
  /** It takes whatever it is given: `push` looks at the caller's policy before. */
  readonly #inbox: Inbox<IrcEvent>;
  readonly #options: EventQueueOptions;
  readonly #onRoom: () => void;
  #isRead = false;
  #error: Error | undefined;

  /** @param onRoom Called when the queue may have room again. */
  constructor(options: EventQueueOptions, onRoom: () => void) {
    this.#options = options;
    this.#onRoom = onRoom;
    this.#inbox = new Inbox({ maxQueued: options.maxQueuedEvents, overflow: 'wait' }, { onRoom });
  }

  /** Whether nothing more should be read from the server. */
  get isFull(): boolean {
    return this.#isRead && this.#options.overflow === 'wait' && this.#inbox.isFull;
  }

  /** Takes an event in. @throws FairleadError `limit` if the queue is full, and its policy is `'error'`. */
  push(event: IrcEvent): void {
    const { overflow = 'error', maxQueuedEvents = 1024 } = this.#options;
    if (this.#inbox.isFull && !this.isFull) {
      if (this.#isRead && overflow === 'error') {
        const message = `More than ${maxQueuedEvents} events wait for the loop that reads them (maxQueuedEvents)`;
        throw new FairleadError('limit', message);
      }
      this.#inbox.take();
      this.dropped++;
    }
    this.#inbox.push(event);
  }

  /** Ends each loop once it has taken what waits: with `error`, if there is one. */
  end(error?: Error): void {
    this.#error = error;
    this.#inbox.end();
  }

  async next(): Promise<IteratorResult<IrcEvent, undefined>> {
    this.#isRead = true;
    const result = await this.#inbox.next();
    if (result.done && this.#error !== undefined) throw stackAtCaller(this.#error);
    return result;
  }

  /** The loop was left. The connection lives on, and another loop may begin. */
  async return(): Promise<IteratorResult<IrcEvent, undefined>> {
    this.#isRead = false;
    this.#onRoom();
    return DONE;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

/** Options of an independent loop over the events. */
export interface EventsOptions {
  /** Events that wait at most. Default 1,024. */
  readonly maxQueued?: number | undefined;
  /**
   * What happens when the queue is full. Default `'error'`: this loop ends with FairleadError `limit`; the connection and
   * the other loops go on. `'wait'` stops reading from the server, and so holds up all loops. The other two drop events,
   * and count them in `dropped`.
   */
  readonly overflow?: 'error' | 'wait' | 'drop-oldest' | 'drop-newest' | undefined;
}

/** All queues of one connection: the client's own, and one for each independent loop. */
export class EventQueues {
  readonly main: EventQueue;
  readonly #inboxes: Set<Inbox<IrcEvent>> = new Set();
  readonly #onRoom: () => void;
  #hasEnded = false;
  #error: FairleadError | undefined;

  /** @param onRoom Called when a queue may have room again. */
  constructor(options: EventQueueOptions, onRoom: () => void) {
    this.#onRoom = onRoom;
    this.main = new EventQueue(options, onRoom);
  }

  /** Whether nothing more should be read from the server. */
  get isFull(): boolean {
    if (this.main.isFull) return true;
    for (const inbox of this.#inboxes) if (inbox.isFull) return true;
    return false;
  }

  /** A queue that gets all events from now on, until its loop is left. */
  open(options: EventsOptions): Inbox<IrcEvent> {
    const inbox: Inbox<IrcEvent> = new Inbox(options, {
      onRoom: this.#onRoom,
      onLeft: () => {
        this.#inboxes.delete(inbox);
        this.#onRoom();
      },
    });
    if (this.#hasEnded) inbox.end(this.#ownError());
    else this.#inboxes.add(inbox);
    return inbox;
  }

  /** Gives an event to each queue. @throws FairleadError `limit` as the client's own queue does. */
  push(event: IrcEvent): void {
    for (const inbox of this.#inboxes) inbox.push(event);
    this.main.push(event);
  }

  /** Ends each loop once it has taken what waits: with `error`, if there is one. */
  end(error?: FairleadError): void {
    this.#hasEnded = true;
    this.#error = error;
    this.main.end(error);
    for (const inbox of this.#inboxes) inbox.end(this.#ownError());
    this.#inboxes.clear();
  }

  /** An error for one loop alone, which gets the loop's stack. */
  #ownError(): FairleadError | undefined {
    return this.#error && errorWith(this.#error, { cause: this.#error });
  }
}
