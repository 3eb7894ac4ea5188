// Packet identifiers (section 2.2.1) and what each stands for. A table that a number indexes, not a Map: it is looked up for every message.
import type { Flight } from './flight.ts';

/** So that half of the table stays free at most 65,536 wide. */
export const MAX_IN_FLIGHT = 32_000;

/** Hands out identifiers in rising order, skipping those in use. */
export class Identifiers {
  /** Messages by identifier modulo its size, a power of two: no two of them share a slot. */
  #slots: (Flight | undefined)[] = new Array(64).fill(undefined);
  #count = 0;
  #latest = 0;
  /** Identifiers of SUBSCRIBE and UNSUBSCRIBE. */
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

  get(id: number): Flight | undefined {
    const flight = this.#slots[id & (this.#slots.length - 1)];
    return flight?.identifier === id ? flight : undefined;
  }

  /** Registers a message under its identifier. */
  add(flight: Flight): void {
    const { identifier } = flight;
    const isTaken = (): boolean => this.#slots[identifier & (this.#slots.length - 1)] !== undefined;
    while (this.#count * 2 >= this.#slots.length || isTaken()) this.#grow();
    this.#slots[identifier & (this.#slots.length - 1)] = flight;
    this.#count++;
  }

  remove(flight: Flight): void {
    this.#slots[flight.identifier & (this.#slots.length - 1)] = undefined;
    this.#count--;
  }

  /** Wider, everything still has a slot of its own; at 65,536 every identifier has. */
  #grow(): void {
    const old = this.#slots;
    const slots: (Flight | undefined)[] = new Array(old.length * 2).fill(undefined);
    for (const flight of old) {
      if (flight !== undefined) slots[flight.identifier & (slots.length - 1)] = flight;
    }
    this.#slots = slots;
  }
}
