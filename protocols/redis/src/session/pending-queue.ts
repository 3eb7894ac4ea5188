// A command whose reply is awaited, and the queue of such commands. It matches nothing by itself.
import type { FairleadError } from '@fairlead/errors';
import type { ReplyShape } from '../wire/reply-shapes.ts';

/** What the server confirms instead of replying, and how often. */
export interface Confirmation {
  /** `subscribe`, `unsubscribe`, `psubscribe`, ... */
  readonly kind: string;
  left: number;
}

/** One command, or a transaction of several, that waits for its reply. */
export interface Pending {
  /** The ones that were submitted before and after it. */
  previous: Pending | undefined;
  next: Pending | undefined;
  /** Which batch its bytes left in, or will leave in, and where they are in it. */
  write: number;
  from: number;
  to: number;
  /** How many replies are missing; the last one counts. */
  left: number;
  /** The first error among the replies before the last: why a transaction was given up. */
  firstError: FairleadError | undefined;
  readonly asBytes: boolean;
  /** Turns the reply into what the caller was promised. */
  readonly shape: ReplyShape | undefined;
  /** When it must be answered, in milliseconds of the clock; `Infinity` for never. */
  readonly deadline: number;
  /** Settles it: with its reply, or with a promise that rejects. */
  readonly resolve: (reply: unknown) => void;
  /** Lets go of its signal, if it has one. Called once, when it is settled. */
  unwatch: (() => void) | undefined;
  /** Set for the SUBSCRIBE family, which is answered by pushes. */
  readonly confirmation: Confirmation | undefined;
}

/** First in, first out: a chain, so that what has left is not held on to. */
export class PendingQueue {
  /** The oldest, which the next reply belongs to. */
  first: Pending | undefined;
  #last: Pending | undefined;

  /** Those at the end that are in batch `batch`, oldest first. */
  waiting(write: number): Pending[] {
    const found: Pending[] = [];
    let item = this.first === undefined ? undefined : this.#last;
    for (; item !== undefined && item.write === write; item = item.previous) found.push(item);
    return found.reverse();
  }

  push(pending: Pending): void {
    if (this.first !== undefined && this.#last !== undefined) {
      this.#last.next = pending;
      pending.previous = this.#last;
    } else this.first = pending;
    this.#last = pending;
  }

  shift(): void {
    const { first } = this;
    this.first = first?.next;
    if (this.first !== undefined) this.first.previous = undefined;
    if (first !== undefined) first.next = undefined;
  }

  /** Takes one out, wherever it is. It must be in the queue. */
  remove(pending: Pending): void {
    const { previous, next } = pending;
    if (previous === undefined) this.first = next;
    else previous.next = next;
    if (next === undefined) this.#last = previous;
    else next.previous = previous;
    pending.previous = pending.next = undefined;
  }

  /** Takes all out, oldest first. */
  drain(): Pending[] {
    const all: Pending[] = [];
    for (; this.first !== undefined; this.shift()) all.push(this.first);
    return all;
  }
}
