// When the next attempt to open a connection may begin, after attempts that failed. It sets no timer.

const FIRST_MS = 50;
const LONGEST_MS = 1_000;

/** The pause between attempts: it doubles with each failure in a row, up to the longest, give or take a fifth. */
export class Backoff {
  readonly #longestMs: number;
  #failures = 0;
  /** `Date.now()` before which no attempt begins. */
  until = 0;

  /** @param longestMs The longest pause. Default a second. */
  constructor(longestMs: number = LONGEST_MS) {
    this.#longestMs = longestMs;
  }

  /** How many attempts may be under way at once. */
  get atOnce(): number {
    return this.#failures === 0 ? Number.POSITIVE_INFINITY : 1;
  }

  /** Notes that an attempt has failed. Attempts that ran side by side count once. */
  fail(): void {
    const now = Date.now();
    if (now < this.until) return;
    const pauseMs = Math.min(FIRST_MS * 2 ** this.#failures, this.#longestMs);
    this.#failures += 1;
    this.until = now + pauseMs * (0.8 + 0.4 * Math.random());
  }

  /** Notes that a connection was opened. */
  succeed(): void {
    this.#failures = 0;
    this.until = 0;
  }
}
