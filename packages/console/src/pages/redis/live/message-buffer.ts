// Messages that are shown, and those that wait while the list is paused. Both have an end, and count what they drop.
import type { Message } from './messages.ts';

/** Messages of one tab. */
export class MessageBuffer {
  readonly #mostShown: number;
  readonly #mostWaiting: number;
  #shown: Message[] = [];
  #waiting: Message[] = [];
  /** Those that are no longer there, shown or not. */
  dropped = 0;
  isPaused = false;

  constructor(mostShown: number, mostWaiting: number) {
    this.#mostShown = mostShown;
    this.#mostWaiting = mostWaiting;
  }

  /** Oldest first. */
  get shown(): readonly Message[] {
    return this.#shown;
  }

  /** How many came while it is paused. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Takes messages in. Where there is no room, the oldest go. */
  add(messages: readonly Message[]): void {
    if (this.isPaused) this.#waiting = this.#append(this.#waiting, messages, this.#mostWaiting);
    else this.#shown = this.#append(this.#shown, messages, this.#mostShown);
  }

  /** Shows what has waited. */
  resume(): void {
    this.isPaused = false;
    const waiting = this.#waiting;
    this.#waiting = [];
    this.add(waiting);
  }

  /** Forgets all messages and the count of those that are gone. */
  clear(): void {
    this.#shown = [];
    this.#waiting = [];
    this.dropped = 0;
  }

  #append(known: readonly Message[], more: readonly Message[], most: number): Message[] {
    const all = [...known, ...more];
    const over = Math.max(0, all.length - most);
    this.dropped += over;
    return all.slice(over);
  }
}
