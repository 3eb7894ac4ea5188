// The last messages in their order, up to a number and a size; how many went before them is counted.
import { hasText, type Message } from '../feed/message.ts';

/** Messages that are kept. */
export const MAX_MESSAGES = 10_000;
/** What they may take, in characters. */
const MAX_SIZE = 24_000_000;
/** A place more, for the one that is added before the oldest goes. */
const PLACES = MAX_MESSAGES + 1;

/** The log: a ring, and the numbers of what a filter finds. */
export class MessageLog {
  readonly #ring: (Message | undefined)[] = [];
  #first = 0;
  #next = 0;
  #size = 0;
  #filter = '';
  #found: Message[] = [];
  /** Of `#found`, those before it are gone. */
  #foundFrom = 0;

  /** How many are kept. */
  get length(): number {
    return this.#next - this.#first;
  }

  /** How many were kept and are gone. */
  get dropped(): number {
    return this.#first;
  }

  /** How many the filter finds; all where there is none. */
  get found(): number {
    return this.#filter === '' ? this.length : this.#found.length - this.#foundFrom;
  }

  /** Takes a message in, and lets the oldest go where there are too many. */
  add(message: Message): void {
    this.#ring[this.#next % PLACES] = message;
    this.#next++;
    this.#size += message.size;
    if (this.#filter !== '' && hasText(message, this.#filter)) this.#found.push(message);
    while (this.length > MAX_MESSAGES || (this.#size > MAX_SIZE && this.length > 1)) this.#drop();
  }

  /** Chooses what `foundAt` gives. @param filter In lower case; empty for all. */
  filter(filter: string): void {
    if (filter === this.#filter) return;
    this.#filter = filter;
    this.#foundFrom = 0;
    this.#found = [];
    if (filter === '') return;
    for (let at = this.#first; at < this.#next; at++) {
      const message = this.#ring[at % PLACES];
      if (message !== undefined && hasText(message, filter)) this.#found.push(message);
    }
  }

  /** One of those that the filter finds. @param index From 0, the oldest. */
  foundAt(index: number): Message | undefined {
    if (this.#filter !== '') return this.#found[this.#foundFrom + index];
    return index < this.length ? this.#ring[(this.#first + index) % PLACES] : undefined;
  }

  #drop(): void {
    const at = this.#first % PLACES;
    const message = this.#ring[at];
    this.#ring[at] = undefined;
    this.#first++;
    this.#size -= message?.size ?? 0;
    if (message !== undefined && this.#found[this.#foundFrom] === message) this.#foundFrom++;
    // The array is cut when half of it is gone, so that each message is moved once at most.
    if (this.#foundFrom * 2 > this.#found.length) {
      this.#found = this.#found.slice(this.#foundFrom);
      this.#foundFrom = 0;
    }
  }
}
