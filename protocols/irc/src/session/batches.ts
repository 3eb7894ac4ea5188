// Batches (IRCv3 batch): messages that belong together, held back until the batch ends. A batch may contain others.

import { limitError } from '../errors.ts';
import type { IrcEvent, Message } from '../types.ts';
import type { PendingRequest } from './outgoing/pending-requests.ts';

const MAX_OPEN = 64;
const MAX_HELD_EVENTS = 10_000;
/** Batches with messages of the past: IRCv3 chathistory, and the playback of bouncers (`znc.in/playback`, `playback`). */
const HISTORY = /(?:^|\/)(?:chathistory|playback)(?:-|$)/;

/** A batch that has not ended yet. */
export interface Batch {
  readonly type: string;
  readonly params: readonly string[];
  readonly start: Message;
  readonly parent: Batch | undefined;
  /** Whether its messages are of the past, so that they change nothing now. */
  readonly isHistory: boolean;
  /** The command that this batch, or the one around it, answers. */
  readonly request: PendingRequest | undefined;
  /** The events in it; `undefined` if they are not held back, as in a labeled answer. */
  readonly events: IrcEvent[] | undefined;
}

/** The open batches of one connection. */
export class Batches {
  readonly #open: Map<string, Batch> = new Map();
  #held = 0;

  /** The open batch with a reference. */
  get(reference: string | undefined): Batch | undefined {
    return reference === undefined ? undefined : this.#open.get(reference);
  }

  /** Takes `BATCH +reference type ...`. @throws FairleadError `limit`. */
  open(message: Message, own: PendingRequest | undefined): void {
    const [reference = '', type = '', ...params] = message.params;
    const parent = this.get(message.tags.batch);
    if (this.#open.size >= MAX_OPEN) throw limitError('the number of open batches', MAX_OPEN);
    this.#open.set(reference.slice(1), {
      type,
      params,
      start: message,
      parent,
      isHistory: parent?.isHistory === true || HISTORY.test(type),
      request: own ?? parent?.request,
      events: type === 'labeled-response' ? undefined : [],
    });
  }

  /** Takes `BATCH -reference`. @returns The batch, if it was open. */
  close(reference: string): Batch | undefined {
    const batch = this.#open.get(reference);
    this.#open.delete(reference);
    this.#held -= batch?.events?.length ?? 0;
    return batch;
  }

  /** Holds an event back for its batch, if it has one. @returns Whether it was held back. @throws FairleadError `limit`. */
  hold(batch: Batch | undefined, event: IrcEvent): boolean {
    let holder = batch;
    while (holder !== undefined && holder.events === undefined) holder = holder.parent;
    if (holder?.events === undefined) return false;
    if (++this.#held > MAX_HELD_EVENTS) throw limitError('the size of batches', MAX_HELD_EVENTS);
    holder.events.push(event);
    return true;
  }
}
