// Measures the lag by PING, and finds out that the server is silent. It sends nothing and reads no clock.
import { FairleadError } from '@fairlead/errors';

const NEVER = Number.POSITIVE_INFINITY;

/** Options of the PINGs that this client sends by itself. */
export interface KeepAliveOptions {
  /** How often the lag is measured, in milliseconds. Default 60,000. */
  readonly pingIntervalMs?: number | undefined;
  /** How long the server may be silent after a PING before the connection counts as lost, in milliseconds. Default 30,000. */
  readonly pingTimeoutMs?: number | undefined;
}

/** The PINGs of one connection. At most one is unanswered. */
export class KeepAlive {
  /** How long the server took to answer the last PING, in milliseconds. */
  lagMs: number | undefined;
  readonly #intervalMs: number;
  readonly #timeoutMs: number;
  #heardAt = 0;
  #nextAt = NEVER;
  /** When the unanswered PING was sent. */
  #sentAt: number | undefined;
  #count = 0;

  constructor({ pingIntervalMs = 60_000, pingTimeoutMs = 30_000 }: KeepAliveOptions) {
    this.#intervalMs = pingIntervalMs;
    this.#timeoutMs = pingTimeoutMs;
  }

  /** The server has sent something. */
  heard(now: number): void {
    this.#heardAt = now;
  }

  /** Sets the time of the next PING. */
  schedule(now: number): void {
    this.#nextAt = now + this.#intervalMs;
  }

  /** @returns The token of the PING to send now, if one is due. @throws FairleadError `connection_lost` if the server is silent. */
  tick(now: number): string | undefined {
    if (this.#sentAt === undefined) {
      if (this.#nextAt > now) return undefined;
      this.#sentAt = now;
      return `lag${++this.#count}`;
    }
    if (this.#deadline(this.#sentAt) <= now) {
      throw new FairleadError('connection_lost', `The server has been silent for ${this.#timeoutMs} ms`);
    }
    return undefined;
  }

  /** Takes the token of a PONG. */
  pong(token: string, now: number): void {
    if (this.#sentAt === undefined || token !== `lag${this.#count}`) return;
    this.lagMs = now - this.#sentAt;
    this.#sentAt = undefined;
    this.schedule(now);
  }

  /** When `tick` must be called. */
  wakeAt(): number {
    return this.#sentAt === undefined ? this.#nextAt : this.#deadline(this.#sentAt);
  }

  #deadline(sentAt: number): number {
    return Math.max(this.#heardAt, sentAt) + this.#timeoutMs;
  }
}
