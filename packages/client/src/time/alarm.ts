// One timer for the nearest of many moments. It does not know what happens then.
import { MAX_TIMER_MS } from '@fairlead/transport';

/**
 * A timer that is set by moments instead of delays, and set anew only where it would ring too late: a moment that is
 * given up may still ring, so that the owner looks at what is due and sets it again.
 * @example
 * ```ts
 * import { Alarm } from '@fairlead/client';
 *
 * const alarm = new Alarm(() => console.log('a second has passed'));
 * alarm.ringBy(Date.now() + 1_000);
 * ```
 */
export class Alarm {
  readonly #onRing: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #at = Number.POSITIVE_INFINITY;

  /** @param onRing Called once for each ring; nothing is set at that moment. */
  constructor(onRing: () => void) {
    this.#onRing = onRing;
  }

  /** Whether it will ring. */
  get isSet(): boolean {
    return this.#timer !== undefined;
  }

  /**
   * Rings at `at` or earlier, never at once.
   * @param at A time of `Date.now()`; `Infinity` sets nothing.
   */
  ringBy(at: number): void {
    if (at >= this.#at) return;
    clearTimeout(this.#timer);
    this.#at = at;
    // A timer that cannot wait so long rings early.
    const delayMs = Math.min(Math.max(at - Date.now(), 0), MAX_TIMER_MS);
    this.#timer = setTimeout(this.#ring, delayMs);
    // It must not keep a Node process alive; workerd's timers are numbers.
    if (typeof this.#timer === 'object') this.#timer.unref();
  }

  /** Lets go of the timer; it may be set again. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#at = Number.POSITIVE_INFINITY;
  }

  readonly #ring = (): void => {
    this.#timer = undefined;
    this.#at = Number.POSITIVE_INFINITY;
    this.#onRing();
  };
}
