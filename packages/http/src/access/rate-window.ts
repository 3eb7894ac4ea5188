// Tokens' rates: the setting, and fixed windows in this isolate's memory. Pure; it knows no request.
import { z } from 'zod';

/** The periods are those of the platform's binding, so that one entry can describe both. */
export const rateSchema: z.ZodType<RateSettings> = z.strictObject({
  /** Requests in one period. */
  limit: z.number().int().min(1).max(1_000_000),
  /** The period's length. */
  periodSeconds: z.literal([10, 60]),
});

/** A token's member `rate`. */
export interface RateSettings {
  readonly limit: number;
  readonly periodSeconds: 10 | 60;
}

/** What is used of a binding under `[[ratelimits]]`. Its limit and its period are those of `wrangler.toml`. */
export interface RateLimiter {
  limit(options: { readonly key: string }): Promise<{ readonly success: boolean }>;
}

/** Names whose windows are kept; the one that was first is forgotten first. Only an issuer of JWTs has so many. */
const MAX_WINDOWS = 10_000;

/** A window after one more request. */
export interface RateState {
  readonly isWithin: boolean;
  /** How many more requests this window takes. */
  readonly left: number;
  /** Whole seconds until the window ends, at least 1. */
  readonly resetSeconds: number;
}

/** A fixed window, which begins with the first request after the one before has ended. */
class RateWindow {
  readonly #settings: RateSettings;
  #endsAt = 0;
  #left = 0;

  constructor(settings: RateSettings) {
    this.#settings = settings;
  }

  /**
   * Counts a request. One that is refused takes nothing and does not prolong the window.
   * @param now `Date.now()`.
   */
  take(now: number): RateState {
    const { limit, periodSeconds } = this.#settings;
    // A clock that was set back must not make a window longer than its period.
    if (now >= this.#endsAt || now < this.#endsAt - periodSeconds * 1000) {
      this.#endsAt = now + periodSeconds * 1000;
      this.#left = limit;
    }
    const isWithin = this.#left > 0;
    if (isWithin) this.#left -= 1;
    return { isWithin, left: this.#left, resetSeconds: Math.ceil((this.#endsAt - now) / 1000) };
  }
}

/**
 * The windows of all names. They belong to the app, not to its settings: these may be read by several requests at once, and
 * anew at any time.
 */
export class RateWindows {
  readonly #windows = new Map<string, RateWindow>();

  /** Counts a request in the window of a name; another limit of the same name is another window. */
  take(name: string, settings: RateSettings, now: number): RateState {
    const key = `${settings.limit}/${settings.periodSeconds} ${name}`;
    let window = this.#windows.get(key);
    if (window === undefined) {
      const [first] = this.#windows.keys();
      if (this.#windows.size >= MAX_WINDOWS && first !== undefined) this.#windows.delete(first);
      window = new RateWindow(settings);
      this.#windows.set(key, window);
    }
    return window.take(now);
  }
}
