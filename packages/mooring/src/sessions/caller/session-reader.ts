// One loop over a session's events: it asks for batches, hands out event by event, and confirms what was worked on.
import { bounded } from '@fairlead/transport';
import type { Batch, ReaderName } from '../types.ts';
import type { SessionClient } from './session-client.ts';

/** How long the object waits for an event before it answers without one. */
const POLL_MS = 25_000;
const CONFIRM_MS = 5_000;

/** An event, and the number that confirms it. */
export type NumberedEvent = Batch['events'][number];

/** The events of one reader, in one loop at a time. */
export class SessionReader {
  readonly #session: SessionClient;
  readonly #name: ReaderName;
  #batch: Batch | undefined;
  /** Index of the batch's event that is handed out next. */
  #at = 0;
  /** The last event that was worked on, and the last that the object was told of. */
  #confirmed = 0;
  #told = 0;
  #lost = 0;
  #isOver = false;
  /** Fires when the loop is left. */
  readonly #leaving = new AbortController();

  constructor(session: SessionClient, name: ReaderName) {
    this.#session = session;
    this.#name = name;
  }

  /** How many events the session had to drop before this reader had read them. */
  get lost(): number {
    return this.#lost;
  }

  /**
   * The next event; `undefined` at the end of the session, and behind `close`. The events before it are confirmed.
   * @throws FairleadError What ended the session's connection for good; `aborted` where another loop has this reader's name.
   */
  async next(): Promise<NumberedEvent | undefined> {
    while (!this.#isOver) {
      const event = this.#batch?.events[this.#at];
      const before = this.#batch?.events[this.#at - 1];
      if (before !== undefined) this.confirm(before.sequence);
      if (event !== undefined) {
        this.#at += 1;
        return event;
      }
      if (this.#batch !== undefined) this.confirm(this.#batch.next);
      const outcome = await bounded(this.#read(), Number.POSITIVE_INFINITY);
      // Left meanwhile: what came was not worked on, and comes again.
      if (this.#leaving.signal.aborted) break;
      if (outcome.kind === 'failed') throw outcome.error;
      if (outcome.kind !== 'done') break;
      this.#batch = outcome.value;
      this.#at = 0;
      this.#lost += this.#batch.lost;
      if (this.#batch.isOver && this.#batch.events.length === 0) this.#isOver = true;
    }
    return undefined;
  }

  /** This event and all before it were worked on. The object is told with the next batch, and by `close`. */
  confirm(sequence: number): void {
    this.#confirmed = Math.max(this.#confirmed, sequence);
  }

  async #read(): Promise<Batch> {
    const after = this.#confirmed > 0 ? this.#confirmed : undefined;
    const ask = { op: 'read', reader: this.#name, after } as const;
    const batch = (await this.#session.ask(ask, {
      timeoutMs: POLL_MS,
      signal: this.#leaving.signal,
    })) as Batch;
    this.#told = after ?? 0;
    return batch;
  }

  /** Leaves the loop. Tells the object what was worked on: other events come again. */
  async close(): Promise<void> {
    this.#isOver = true;
    this.#leaving.abort();
    if (this.#confirmed <= this.#told) return;
    this.#told = this.#confirmed;
    const ask = { op: 'confirm', reader: this.#name, after: this.#confirmed } as const;
    // Otherwise they come again.
    await this.#session.ask(ask, { timeoutMs: CONFIRM_MS }).catch(() => undefined);
  }
}
