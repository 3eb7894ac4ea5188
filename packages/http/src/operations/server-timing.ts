// Where the time of a request went, for its `Server-Timing` header (W3C Server Timing): the pool's queue, the connection, and
// the server. It measures and decides nothing.
import type { Timing } from '@fairlead/mooring';
import type { Connector } from '@fairlead/transport';

/** The time of one request, from when its target is first reached for. */
export class RequestTiming {
  /** `Date.now()`; the platform's clock stands still while code runs, so these are times of waiting. */
  #since: number | undefined;
  #connectedAt: number | undefined;
  #pooled: { waitMs: number; connectMs: number } | undefined;
  #isRefused = false;
  #isUnopened = false;

  /** A connector whose first attempt is timed. */
  watch(connector: Connector): Connector {
    return (address, options) => this.opening(connector(address, options));
  }

  /** Times how long a connection, or a client on one, takes to open. */
  async opening<T>(result: Promise<T>): Promise<T> {
    this.#since ??= Date.now();
    const isFirst = this.#connectedAt === undefined;
    try {
      const opened = await result;
      if (isFirst) this.#connectedAt = Date.now();
      return opened;
    } catch (error) {
      if (isFirst) this.#connectedAt = undefined;
      throw error;
    }
  }

  /** The target's connections are a pool's, which tells the waits by what this returns. */
  pooled(): (timing: Timing) => void {
    this.#since ??= Date.now();
    const sum = { waitMs: 0, connectMs: 0 };
    this.#pooled = sum;
    return ({ waitMs = 0, connectMs = 0 }) => {
      sum.waitMs += waitMs;
      sum.connectMs += connectMs;
    };
  }

  /** The pool had no connection free: all of the time was spent in its queue. */
  refused(): void {
    this.#isRefused = true;
  }

  /** No connection came about, or its login failed: what was not spent in a queue was spent on that. */
  unopened(): void {
    this.#isUnopened = true;
  }

  /** The header's value; `undefined` where no target was reached for. */
  header(): string | undefined {
    if (this.#since === undefined) return undefined;
    const now = Date.now();
    const allMs = now - this.#since;
    if (this.#pooled === undefined) {
      if (this.#connectedAt === undefined || this.#isUnopened) return `connect;dur=${allMs}`;
      return `connect;dur=${this.#connectedAt - this.#since}, query;dur=${now - this.#connectedAt}`;
    }
    if (this.#isRefused) return `wait;dur=${allMs}`;
    const { waitMs, connectMs } = this.#pooled;
    if (this.#isUnopened) return `wait;dur=${waitMs}, connect;dur=${Math.max(0, allMs - waitMs)}`;
    return `wait;dur=${waitMs}, connect;dur=${connectMs}, query;dur=${Math.max(0, allMs - waitMs - connectMs)}`;
  }
}
