// Who may use the one connection: everybody, or one holder while the others wait in turn. It knows no query.

/** A first-come, first-served lock with a fast way through while nobody holds it. */
export class Gate {
  #held = false;
  readonly #waiting: (() => void)[] = [];

  /** Whether a caller would have to wait. */
  get shut(): boolean {
    return this.#held || this.#waiting.length > 0;
  }

  /** Takes the gate, once it is free. Call the returned function, once, to give it back. */
  async hold(): Promise<() => void> {
    if (this.shut) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#held = true;
    let released = false;
    return () => {
      if (released) return;
      released = true;
      this.#release();
    };
  }

  #release(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#held = false;
    // Stays held: the next one has it from this moment on.
    else next();
  }
}
