// Messages a second, without a timer: two counters of whole seconds, the older one fading out.

/** Counts what happens, and tells how often. */
export class Rate {
  #second = 0;
  #current = 0;
  #before = 0;

  /** Counts one. @param now In milliseconds, never going back. */
  count(now: number): void {
    this.#turn(Math.floor(now / 1000));
    this.#current++;
  }

  /** How many a second, over the last second. */
  at(now: number): number {
    const second = Math.floor(now / 1000);
    this.#turn(second);
    const share = now / 1000 - second;
    return this.#before * (1 - share) + this.#current;
  }

  #turn(second: number): void {
    if (second === this.#second) return;
    this.#before = second === this.#second + 1 ? this.#current : 0;
    this.#current = 0;
    this.#second = second;
  }
}
