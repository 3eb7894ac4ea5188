// Packet identifiers (section 2.2.1) and the message of each. An array is faster here than a Map: each message needs it.
import type { OutgoingMessage } from './in-flight-messages.ts';

/** Half of the array stays free: it has 65,536 slots at most. */
export const MAX_IN_FLIGHT = 32_000;

/** Hands out identifiers in rising order, and skips identifiers in use. */
export class PacketIdentifiers {
  /** Messages by identifier modulo the array's size, a power of two: no two messages share a slot. */
  #slots: (OutgoingMessage | undefined)[] = new Array(64).fill(undefined);
  #count = 0;
  #latest = 0;
  /** PacketIdentifiers of SUBSCRIBE and UNSUBSCRIBE. */
  readonly #others: ReadonlyMap<number, unknown>;

  constructor(others: ReadonlyMap<number, unknown>) {
    this.#others = others;
  }

  /** The next free one. */
  next(): number {
    const mask = this.#slots.length - 1;
    for (;;) {
      const id = this.#latest === 0xffff ? 1 : this.#latest + 1;
      this.#latest = id;
      if (this.#slots[id & mask] === undefined && !(this.#others.size > 0 && this.#others.has(id))) return id;
    }
  }

  get(id: number): OutgoingMessage | undefined {
    const message = this.#slots[id & (this.#slots.length - 1)];
    return message?.identifier === id ? message : undefined;
  }

  /** Registers a message under its identifier. */
  add(message: OutgoingMessage): void {
    const { identifier } = message;
    const isTaken = (): boolean => this.#slots[identifier & (this.#slots.length - 1)] !== undefined;
    while (this.#count * 2 >= this.#slots.length || isTaken()) this.#grow();
    this.#slots[identifier & (this.#slots.length - 1)] = message;
    this.#count++;
  }

  remove(message: OutgoingMessage): void {
    this.#slots[message.identifier & (this.#slots.length - 1)] = undefined;
    this.#count--;
  }

  /** Doubles the array: messages that had slots of their own still have. With 65,536 slots every identifier has one. */
  #grow(): void {
    const old = this.#slots;
    const slots: (OutgoingMessage | undefined)[] = new Array(old.length * 2).fill(undefined);
    for (const message of old) {
      if (message !== undefined) slots[message.identifier & (slots.length - 1)] = message;
    }
    this.#slots = slots;
  }
}
