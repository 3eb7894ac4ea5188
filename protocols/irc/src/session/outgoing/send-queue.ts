// The queue of lines to send, with a token bucket against floods: servers disconnect clients that send too fast. It reads
// no clock.
import { FairleadError } from '@fairlead/errors';

/** How fast commands may be sent. A PING that frames a command does not count, since servers hardly count it either. */
export interface FloodOptions {
  /** How many commands may be sent at once. Default 5. */
  readonly burst?: number | undefined;
  /** Milliseconds after which one more command may be sent; 0 for no limit. Default 1,000. */
  readonly intervalMs?: number | undefined;
}

/** Lines that are sent together. */
export interface QueuedLines {
  /** The lines, without CR LF. */
  readonly lines: readonly string[];
  /** Whether they were taken from the queue. */
  sent: boolean;
}

/** Two queues: lines that are sent at once (PONG, registration, QUIT), and commands that wait for their turn. */
export class SendQueue {
  readonly #burst: number;
  readonly #intervalMs: number;
  readonly #maxQueued: number;
  #urgent = '';
  #queued: QueuedLines[] = [];
  #tokens: number;
  #countedAt = 0;

  /** @param maxQueued How many commands may wait. */
  constructor({ burst = 5, intervalMs = 1000 }: FloodOptions, maxQueued: number) {
    this.#burst = this.#tokens = Math.max(1, burst);
    this.#intervalMs = intervalMs;
    this.#maxQueued = maxQueued;
  }

  /** Queues a line that does not wait for a turn. */
  urgent(line: string): void {
    this.#urgent += `${line}\r\n`;
  }

  /** Queues a command. @throws FairleadError `limit` if as many wait as may. */
  push(lines: QueuedLines): void {
    if (this.#queued.length >= this.#maxQueued) {
      const message = `${this.#maxQueued} commands wait to be sent already (maxQueuedMessages)`;
      throw new FairleadError('limit', message, { safeToRetry: true });
    }
    this.#queued.push(lines);
  }

  /** Removes a command, if it was not sent. */
  remove(lines: QueuedLines): void {
    this.#queued = this.#queued.filter((other) => other !== lines);
  }

  /** Whether no command waits, and one could be sent at once. */
  isFree(now: number): boolean {
    this.#refill(now);
    return this.#queued.length === 0 && this.#tokens >= 1;
  }

  /** Takes the lines to send now, with their CR LF. */
  take(now: number): string {
    let text = this.#urgent;
    this.#urgent = '';
    this.#refill(now);
    while (this.#queued.length > 0 && this.#tokens >= 1) {
      for (const next of this.#queued.splice(0, 1)) {
        next.sent = true;
        text += next.lines.map((line) => `${line}\r\n`).join('');
        if (this.#intervalMs > 0) this.#tokens -= 1;
      }
    }
    return text;
  }

  /** How long a command that is queued now will wait for its turn, in milliseconds. */
  delayMs(): number {
    return Math.max(0, Math.ceil((this.#queued.length + 1 - this.#tokens) * this.#intervalMs));
  }

  /** When the next command may be sent; Infinity if none waits. */
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
