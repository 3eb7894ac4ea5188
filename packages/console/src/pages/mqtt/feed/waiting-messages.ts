// What comes while the page is paused: kept in order, up to a number and a size.
import type { Message } from './message.ts';

/** Messages that wait at most. */
const MAX_WAITING = 50_000;
/** What they may take, in characters. */
const MAX_SIZE = 32_000_000;

/** The messages that wait to be shown. */
export class WaitingMessages {
  #messages: Message[] = [];
  #size = 0;

  get length(): number {
    return this.#messages.length;
  }

  /** Whether no more should come. Those that come all the same are kept: what is on its way is bounded by the window. */
  get isFull(): boolean {
    return this.#messages.length >= MAX_WAITING || this.#size >= MAX_SIZE;
  }

  add(message: Message): void {
    this.#messages.push(message);
    this.#size += message.size;
  }

  /** Takes all out, in their order. */
  takeAll(): readonly Message[] {
    const taken = this.#messages;
    this.#messages = [];
    this.#size = 0;
    return taken;
  }
}
