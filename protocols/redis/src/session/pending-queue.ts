// The queue of the commands that have no reply yet, sent or not. It matches no replies.
import type { FairleadError } from '@fairlead/errors';
import type { ReplyShape } from '../wire/reply-shapes.ts';

/** The pushes by which the server answers a command of the SUBSCRIBE family: their kind, and how many are missing. */
export interface Confirmation {
  /** `subscribe`, `unsubscribe`, `psubscribe`, ... */
  readonly kind: string;
  left: number;
}

/** One command, or a transaction of several, that waits for its reply. */
export interface Pending {
  /** The commands that were submitted before and after it. */
  previous: Pending | undefined;
  next: Pending | undefined;
  /** The write that its bytes left in, or will leave in, and their place in it. */
  write: number;
  from: number;
  to: number;
  /** How many replies are missing; the last one counts. */
  left: number;
  /** The first error among the replies before the last: why a transaction was given up. */
  firstError: FairleadError | undefined;
  readonly asBytes: boolean;
  /** Changes the reply into the caller's result. */
  readonly shape: ReplyShape | undefined;
  /** When it must be answered, in milliseconds of the clock; `Infinity` for never. */
  readonly deadline: number;
  /** Settles it: with its reply, or with a promise that rejects. */
  readonly resolve: (reply: unknown) => void;
  /** Stops listening to its signal, if it has one. Called once, when it is settled. */
  unwatch: (() => void) | undefined;
  /** Set for the SUBSCRIBE family, which is answered by pushes. */
  readonly confirmation: Confirmation | undefined;
}

/** First in, first out. A linked list, so that commands that have left are not kept in memory. */
export class PendingQueue {
  /** The oldest command: the next reply is its reply. */
  first: Pending | undefined;
  #last: Pending | undefined;

  /** The commands of the write `write`, which are at the end of the queue, oldest first. */
  ofWrite(write: number): Pending[] {
    const found: Pending[] = [];
    for (let item = this.#last; item !== undefined && item.write === write; item = item.previous)
      found.push(item);
    return found.reverse();
  }

  push(pending: Pending): void {
    if (this.#last === undefined) this.first = pending;
    else {
      this.#last.next = pending;
      pending.previous = this.#last;
    }
    this.#last = pending;
  }

  shift(): void {
    const { first } = this;
    this.first = first?.next;
    // The last one would keep its reply in memory.
    if (this.first === undefined) this.#last = undefined;
    else this.first.previous = undefined;
    if (first !== undefined) first.next = undefined;
  }

  /** Takes a command out that is in the queue. */
  remove(pending: Pending): void {
    const { previous, next } = pending;
    if (previous === undefined) this.first = next;
    else previous.next = next;
    if (next === undefined) this.#last = previous;
    else next.previous = previous;
    pending.previous = pending.next = undefined;
  }
}
