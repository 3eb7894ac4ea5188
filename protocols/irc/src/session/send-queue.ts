// What waits to be sent, let out by a token bucket: servers throw out clients that talk too fast. It knows no clock.
import { FairleadError } from '@fairlead/errors';

/** How fast commands may leave. A PING that frames a command does not count: servers hold it for next to nothing. */
export interface FloodOptions {
  /** Commands that may leave at once. Default 5. */
  readonly burst?: number | undefined;
  /** The time in which one more command may leave, in milliseconds; 0 for no limit. Default 1,000. */
  readonly intervalMs?: number | undefined;
}

/** Lines that leave together. */
export interface QueuedLines {
  readonly lines: readonly string[];
  /** Whether they were handed out. */
  sent: boolean;
}

/** Two queues: what must leave at once (PONG, registration, QUIT), and the rest. */
export class SendQueue {
  readonly #burst: number;
  readonly #intervalMs: number;
  readonly #maxQueued: number;
  #urgent = '';
  #queued: QueuedLines[] = [];
  #tokens: number;
  #countedAt = 0;

  /** @param maxQueued How many parcels may wait. */
  constructor({ burst = 5, intervalMs = 1000 }: FloodOptions, maxQueued: number) {
    this.#burst = this.#tokens = Math.max(1, burst);
    this.#intervalMs = intervalMs;
    this.#maxQueued = maxQueued;
  }

  /** A line that does not wait. */
  urgent(line: string): void {
    this.#urgent += `${line}\r\n`;
  }

  /** @throws FairleadError `limit` when too much waits. */
  push(parcel: QueuedLines): void {
    if (this.#queued.length >= this.#maxQueued) {
      const message = `${this.#maxQueued} messages wait to be sent (maxQueuedMessages)`;
      throw new FairleadError('limit', message, { safeToRetry: true });
    }
    this.#queued.push(parcel);
  }

  /** Takes a parcel back, if it is still here. */
  remove(parcel: QueuedLines): void {
    this.#queued = this.#queued.filter((other) => other !== parcel);
  }

  /** Whether a line could leave at once, and none waits. */
  isFree(now: number): boolean {
    this.#refill(now);
    return this.#queued.length === 0 && this.#tokens >= 1;
  }

  /** What may leave now, with line ends. */
  take(now: number): string {
    let text = this.#urgent;
    this.#urgent = '';
    this.#refill(now);
    while (this.#queued.length > 0 && this.#tokens >= 1) {
      for (const parcel of this.#queued.splice(0, 1)) {
        parcel.sent = true;
        text += parcel.lines.map((line) => `${line}\r\n`).join('');
        if (this.#intervalMs > 0) this.#tokens -= 1;
      }
    }
    return text;
  }

  /** How long a command that is queued now waits for its turn, in milliseconds. */
  delayMs(): number {
    return Math.max(0, Math.ceil((this.#queued.length + 1 - this.#tokens) * this.#intervalMs));
  }

  /** When the next parcel may leave; Infinity if none waits. */
  readyAt(): number {
    if (this.#queued.length === 0) return Number.POSITIVE_INFINITY;
    return this.#countedAt + Math.max(0, Math.ceil((1 - this.#tokens) * this.#intervalMs));
  }

  #refill(now: number): void {
    if (this.#intervalMs > 0) {
      const gained = Math.max(0, now - this.#countedAt) / this.#intervalMs;
      this.#tokens = Math.min(this.#burst, this.#tokens + gained);
    }
    this.#countedAt = now;
  }
}
