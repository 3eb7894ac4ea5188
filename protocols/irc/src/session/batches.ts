// Batches (IRCv3 batch): messages that belong together, held until the last one. They may stand within one another.

import { limitError } from '../errors.ts';
import type { IrcEvent, Message } from '../types.ts';
import type { PendingRequest } from './pending-requests.ts';

const MAX_OPEN = 64;
const MAX_HELD_EVENTS = 10_000;
/** IRCv3 chathistory, and what bouncers play back: `znc.in/playback`, `playback`. */
const HISTORY = /(?:^|\/)(?:chathistory|playback)(?:-|$)/;

/** A batch that is not ended yet. */
export interface Batch {
  readonly type: string;
  readonly params: readonly string[];
  readonly start: Message;
  readonly parent: Batch | undefined;
  /** Whether it tells of the past, and so changes nothing now. */
  readonly isHistory: boolean;
  /** The command that it answers, its own or the one around it. */
  readonly request: PendingRequest | undefined;
  /** What stood in it; `undefined` where that goes on as it comes, as in an answer. */
  readonly events: IrcEvent[] | undefined;
}

/** The open batches of one connection. */
export class Batches {
  readonly #open: Map<string, Batch> = new Map();
  #held = 0;

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

  /** Holds an event back for the batch it stands in. @returns Whether it was held. @throws FairleadError `limit`. */
  hold(batch: Batch | undefined, event: IrcEvent): boolean {
    let holder = batch;
    while (holder !== undefined && holder.events === undefined) holder = holder.parent;
    if (holder?.events === undefined) return false;
    if (++this.#held > MAX_HELD_EVENTS) throw limitError('the size of batches', MAX_HELD_EVENTS);
    holder.events.push(event);
    return true;
  }
}
