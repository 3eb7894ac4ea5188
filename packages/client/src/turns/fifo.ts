// Items in the order in which they came. It is a chain: `Array.shift()` moves all that are left, and finding the first
// item of a `Set` passes all that were deleted, so that tens of thousands of waiting calls would take seconds.

/** Where an item stands, until it has left. */
export interface Place<T> {
  readonly item: T;
  previous: Place<T> | undefined;
  next: Place<T> | undefined;
  left: boolean;
}

/** First in, first out; each step takes the same time, however many items there are. */
export class Fifo<T> {
  #first: Place<T> | undefined;
  #last: Place<T> | undefined;

  /** The oldest item. */
  get first(): T | undefined {
    return this.#first?.item;
  }

  /** The newest item. */
  get last(): T | undefined {
    return this.#last?.item;
  }

  /** Adds an item at the end. @returns Its place, for `remove`. */
  push(item: T): Place<T> {
    const place: Place<T> = { item, previous: this.#last, next: undefined, left: false };
    if (this.#last === undefined) this.#first = place;
    else this.#last.next = place;
    this.#last = place;
    return place;
  }

  /** Adds an item before all others: it had its turn, and has it once more. @returns Its place, for `remove`. */
  unshift(item: T): Place<T> {
    const place: Place<T> = { item, previous: undefined, next: this.#first, left: false };
    if (this.#first === undefined) this.#last = place;
    else this.#first.previous = place;
    this.#first = place;
    return place;
  }

  /** Takes out the oldest item. */
  shift(): T | undefined {
    const first = this.#first;
    if (first !== undefined) this.remove(first);
    return first?.item;
  }

  /** Takes out the item at this place; does nothing if it has left. */
  remove(place: Place<T>): void {
    if (place.left) return;
    place.left = true;
    const { previous, next } = place;
    if (previous === undefined) this.#first = next;
    else previous.next = next;
    if (next === undefined) this.#last = previous;
    else next.previous = previous;
    // Whoever keeps the place must not keep all that came behind it.
    place.previous = place.next = undefined;
  }

  /** All items, oldest first. */
  all(): T[] {
    const items: T[] = [];
    for (let place = this.#first; place !== undefined; place = place.next) items.push(place.item);
    return items;
  }
}
