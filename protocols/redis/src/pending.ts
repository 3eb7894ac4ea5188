// A command whose reply is awaited, and the queue of such commands. It matches nothing by itself.
import type { FairleadError } from '@fairlead/errors';
import type { Reply } from './messages.ts';

/** What the server confirms instead of replying, and how often. */
export interface Confirmation {
  /** `subscribe`, `unsubscribe`, `psubscribe`, ... */
  readonly kind: string;
  left: number;
}

/** One command, or a transaction of several, that waits for its reply. */
export interface Pending {
  /** The one that was submitted after it. */
  next: Pending | undefined;
  /** Which batch its bytes left in, or will leave in, and where they are in it. */
  batch: number;
  from: number;
  to: number;
  /** How many replies are missing; the last one counts. */
  left: number;
  /** The first error among the replies before the last: why a transaction was given up. */
  firstError: FairleadError | undefined;
  readonly asBytes: boolean;
  /** When it must be answered, in milliseconds of the clock; `Infinity` for never. */
  readonly deadline: number;
  readonly resolve: (reply: Reply) => void;
  readonly reject: (reason: Error) => void;
  /** Set for the SUBSCRIBE family, which is answered by pushes. */
  readonly confirmation: Confirmation | undefined;
}

/** First in, first out: a chain, so that what has left is not held on to. */
export class Queue {
  /** The oldest, which the next reply belongs to. */
  first: Pending | undefined;
  #last: Pending | undefined;

  push(pending: Pending): void {
    if (this.first !== undefined && this.#last !== undefined) this.#last.next = pending;
    else this.first = pending;
    this.#last = pending;
  }

  shift(): void {
    const { first } = this;
    this.first = first?.next;
    if (first !== undefined) first.next = undefined;
  }

  /** Takes all out, oldest first. */
  drain(): Pending[] {
    const all: Pending[] = [];
    for (; this.first !== undefined; this.shift()) all.push(this.first);
    return all;
  }
}
