// Who may use the one connection: everybody, or one holder while the others wait in turn. It knows no query.
import { Fifo } from './fifo.ts';

/** A first-come, first-served lock with a fast way through while it is free. */
export class Gate {
  #held = false;
  readonly #waiting = new Fifo<() => void>();

  /** Whether a caller would have to wait. */
  get shut(): boolean {
    return this.#held;
  }

  /** Takes the gate, once it is free. Call the returned function, once, to give it back. */
  hold(): Promise<() => void> {
    return new Promise((resolve) => this.enter(() => resolve(this.#releaser())));
  }

  /**
   * Calls `onTurn` when the gate is the caller's: at once while it is free, else from the call that gives it back. The
   * caller gives it back by `leave()`, once.
   * @returns A function that gives up waiting; it does nothing once the turn has come.
   */
  enter(onTurn: () => void): () => void {
    if (!this.#held) {
      this.#held = true;
      onTurn();
      return noop;
    }
    const place = this.#waiting.push(onTurn);
    return () => this.#waiting.remove(place);
  }

  /** Gives the gate back; the next one has it before this returns. */
  leave(): void {
    const next = this.#waiting.shift();
    // Stays held for the next one, which has it from this moment on.
    if (next === undefined) this.#held = false;
    else next();
  }

  #releaser(): () => void {
    let released = false;
    return () => {
      if (released) return;
      released = true;
      this.leave();
    };
  }
}

const noop = (): void => undefined;
