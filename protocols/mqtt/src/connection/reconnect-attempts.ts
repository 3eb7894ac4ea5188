// When to connect again, and when to give up. It dials nothing.
import type { Deadlines } from '@fairlead/client';

/** `ReconnectOptions` with their defaults. */
export interface ReconnectSettings {
  readonly initialDelayMs: number;
  readonly maxDelayMs: number;
  readonly maxAttempts: number;
}

/** A connection that lasted so long was a good one, even without messages. */
const GOOD_AFTER_MS = 5_000;

/** Counts the attempts of one client, and waits between them. */
export class ReconnectAttempts {
  readonly #options: ReconnectSettings;
  readonly #deadlines: Deadlines;
  #made = 0;
  #connectedAt = 0;
  /** Ends the wait before the next attempt. */
  #wake: (() => void) | undefined;

  constructor(options: ReconnectSettings, deadlines: Deadlines) {
    this.#options = options;
    this.#deadlines = deadlines;
  }

  /** A connection was accepted. The count of attempts stays: some brokers accept, and hang up at the first packet. */
  connected(): void {
    this.#connectedAt = Date.now();
  }

  /** A connection has ended. @param hasWorked Whether messages went over it. */
  lost(hasWorked: boolean): void {
    if (hasWorked || Date.now() - this.#connectedAt >= GOOD_AFTER_MS) this.#made = 0;
  }

  /** Waits before the next attempt. @returns Whether there is one. */
  async next(): Promise<boolean> {
    const { initialDelayMs, maxDelayMs, maxAttempts } = this.#options;
    if (this.#made >= maxAttempts) return false;
    const delayMs = Math.min(maxDelayMs, initialDelayMs * 2 ** this.#made++);
    // Half of the delay is random, so that the clients of a restarted broker do not all come at once.
    await this.#pause(delayMs * (0.5 + Math.random() / 2));
    return true;
  }

  /** Ends the wait: the client has ended. */
  stop(): void {
    this.#wake?.();
  }

  #pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const deadline = this.#deadlines.add(delayMs, resolve);
      this.#wake = () => {
        this.#deadlines.remove(deadline);
        resolve();
      };
    });
  }
}
