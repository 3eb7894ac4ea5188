// Events as Node's EventEmitter has them, without Node: `node:events` needs `nodejs_compat` in a Worker. An `error` event that
// nothing listens to is dropped; it does not end the process.

/** A function that is called with an event's arguments. */
export type EventListener = (...args: never[]) => void;

interface Entry {
  readonly listener: EventListener;
  readonly once: boolean;
}

/** Keeps listeners by event, and calls them. */
export class Emitter {
  readonly #entries = new Map<string | symbol, readonly Entry[]>();

  /** Adds a listener. */
  on(event: string | symbol, listener: EventListener): this {
    return this.#add(event, { listener, once: false });
  }

  /** As `on`. */
  addListener(event: string | symbol, listener: EventListener): this {
    return this.on(event, listener);
  }

  /** Adds a listener for the next event alone. */
  once(event: string | symbol, listener: EventListener): this {
    return this.#add(event, { listener, once: true });
  }

  /** Adds a listener before the others. */
  prependListener(event: string | symbol, listener: EventListener): this {
    this.#entries.set(event, [{ listener, once: false }, ...this.#of(event)]);
    return this;
  }

  /** Removes a listener, if it was added; of several, the last. */
  removeListener(event: string | symbol, listener: EventListener): this {
    const entries = this.#of(event);
    const index = entries.findLastIndex((entry) => entry.listener === listener);
    if (index >= 0) this.#entries.set(event, entries.toSpliced(index, 1));
    return this;
  }

  /** As `removeListener`. */
  off(event: string | symbol, listener: EventListener): this {
    return this.removeListener(event, listener);
  }

  /** Removes the listeners of one event, or all. */
  removeAllListeners(event?: string | symbol): this {
    if (event === undefined) this.#entries.clear();
    else this.#entries.delete(event);
    return this;
  }

  /** Calls the event's listeners, in the order in which they were added. @returns Whether there was one. */
  emit(event: string | symbol, ...args: unknown[]): boolean {
    const entries = this.#of(event);
    for (const entry of entries) {
      if (entry.once) this.removeListener(event, entry.listener);
      (entry.listener as (...args: unknown[]) => void).apply(this, args);
    }
    return entries.length > 0;
  }

  /** The event's listeners. */
  listeners(event: string | symbol): EventListener[] {
    return this.#of(event).map(({ listener }) => listener);
  }

  /** How many listeners the event has. */
  listenerCount(event: string | symbol): number {
    return this.#of(event).length;
  }

  /** The events that have listeners. */
  eventNames(): (string | symbol)[] {
    return [...this.#entries.keys()].filter((event) => this.listenerCount(event) > 0);
  }

  /** Has no effect: there is no limit. */
  setMaxListeners(): this {
    return this;
  }

  #of(event: string | symbol): readonly Entry[] {
    return this.#entries.get(event) ?? [];
  }

  #add(event: string | symbol, entry: Entry): this {
    this.#entries.set(event, [...this.#of(event), entry]);
    return this;
  }
}
