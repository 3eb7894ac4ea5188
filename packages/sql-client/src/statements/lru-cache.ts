// The values by key that were used last, up to a capacity: a connection's prepared statements. It sends nothing.

/** Values by key. When it is full, the one that was used least recently makes room. */
export class LruCache<Value> {
  readonly #capacity: number;
  readonly #byKey = new Map<string, Value>();
  /** What was used last: a statement that is run again and again is not moved each time. */
  #latest: string | undefined;

  /** @param capacity How many values there are at most. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** The value of this key, which thereby is the one that was used last. */
  get(key: string): Value | undefined {
    const found = this.#byKey.get(key);
    if (found === undefined || this.#latest === key) return found;
    this.#byKey.delete(key);
    this.#byKey.set(key, found);
    this.#latest = key;
    return found;
  }

  /** Adds a value under a new key. @returns What made room for it. */
  add(key: string, value: Value): Value | undefined {
    let oldest: Value | undefined;
    if (this.#byKey.size >= this.#capacity) {
      for (const [first, found] of this.#byKey) {
        this.#byKey.delete(first);
        oldest = found;
        break;
      }
    }
    this.#byKey.set(key, value);
    this.#latest = key;
    return oldest;
  }

  /** The value of this key, without counting as a use. */
  peek(key: string): Value | undefined {
    return this.#byKey.get(key);
  }

  /** Forgets a key. @returns Its value. */
  delete(key: string): Value | undefined {
    const found = this.#byKey.get(key);
    if (found !== undefined) this.#byKey.delete(key);
    return found;
  }

  /** Forgets all. @returns The values, least recently used first. */
  clear(): Value[] {
    const values = [...this.#byKey.values()];
    this.#byKey.clear();
    return values;
  }
}
