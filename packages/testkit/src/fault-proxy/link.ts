// One direction of a proxied connection: latency, rate, segment size and cut. It counts nothing and dials nothing.
import type { Socket } from 'node:net';
import type { LinkPlan } from './plan.ts';

/** Bytes under way in one direction before the sender is made to wait. */
const MAX_UNDER_WAY_BYTES = 8_388_608;

interface Parcel {
  readonly bytes: Uint8Array;
  /** When it may be passed on, by `performance.now()`. */
  readonly dueAt: number;
}

/** What a link tells its connection. */
export interface LinkEvents {
  /** Bytes were passed on to the receiver. */
  passed(bytes: number): void;
  /** The plan wants the whole connection reset. */
  reset(): void;
}

/** Passes bytes from one socket on to another, as its plan says. */
export class Link {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #plan: LinkPlan;
  readonly #events: LinkEvents;
  readonly #parcels: Parcel[] = [];
  #bytesUnderWay = 0;
  #lastDueAt = 0;
  #passedBytes = 0;
  /** How many of the plan's offsets lie behind. */
  #splits = 0;
  #running = false;
  #ended = false;
  #cut = false;

  constructor(from: Socket, to: Socket, plan: LinkPlan, events: LinkEvents) {
    this.#from = from;
    this.#to = to;
    this.#plan = plan;
    this.#events = events;
    from.on('end', () => {
      this.#ended = true;
      void this.#run();
    });
    if (plan.cut?.atByte === 0) this.#makeCut(plan.cut.how);
  }

  /** Takes bytes that came from the sender. */
  accept(bytes: Uint8Array): void {
    if (this.#cut) return;
    const { delayMs = 0, bytesPerSecond } = this.#plan;
    const sendingMs = bytesPerSecond === undefined ? 0 : (bytes.length / bytesPerSecond) * 1000;
    this.#lastDueAt = Math.max(this.#lastDueAt, performance.now() + delayMs) + sendingMs;
    this.#parcels.push({ bytes, dueAt: this.#lastDueAt });
    this.#bytesUnderWay += bytes.length;
    if (this.#bytesUnderWay > MAX_UNDER_WAY_BYTES) this.#from.pause();
    void this.#run();
  }

  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    for (let parcel = this.#parcels.shift(); parcel !== undefined; parcel = this.#parcels.shift()) {
      await until(parcel.dueAt);
      await this.#pass(parcel.bytes);
      this.#bytesUnderWay -= parcel.bytes.length;
      if (!this.#cut && this.#bytesUnderWay < MAX_UNDER_WAY_BYTES) this.#from.resume();
    }
    if (this.#ended && !this.#cut) {
      await until(performance.now() + (this.#plan.delayMs ?? 0));
      this.#to.end();
    }
    this.#running = false;
  }

  async #pass(bytes: Uint8Array): Promise<void> {
    const { segmentBytes, splitAt, cut } = this.#plan;
    const allowed = cut === undefined ? bytes.length : Math.min(bytes.length, cut.atByte - this.#passedBytes);
    for (let offset = 0; offset < allowed && !this.#cut; ) {
      const size = Math.min(segmentBytes ?? allowed, this.#untilSplit());
      const segment = bytes.subarray(offset, Math.min(allowed, offset + size));
      offset += segment.length;
      this.#passedBytes += segment.length;
      this.#events.passed(segment.length);
      await written(this.#to, segment);
      // Lets the receiver be woken for this segment alone before the next one is on its way.
      if (segmentBytes !== undefined || splitAt !== undefined)
        await new Promise((resolve) => setImmediate(resolve));
    }
    if (cut !== undefined && this.#passedBytes >= cut.atByte) this.#makeCut(cut.how);
  }

  #untilSplit(): number {
    const splitAt = this.#plan.splitAt ?? [];
    while ((splitAt[this.#splits] ?? Number.POSITIVE_INFINITY) <= this.#passedBytes) this.#splits += 1;
    return (splitAt[this.#splits] ?? Number.POSITIVE_INFINITY) - this.#passedBytes;
  }

  #makeCut(how: 'reset' | 'end' | 'stall'): void {
    if (this.#cut) return;
    this.#cut = true;
    this.#parcels.length = 0;
    if (how === 'stall') this.#from.pause();
    else if (how === 'end') this.#to.end();
    // What was passed on just now must be in the receiver's hands: an RST overtakes and discards it.
    else setTimeout(() => this.#events.reset(), RESET_AFTER_MS);
  }
}

const RESET_AFTER_MS = 20;

function until(dueAt: number): Promise<void> {
  const waitMs = dueAt - performance.now();
  return waitMs <= 0 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, waitMs));
}

/** Settles when the socket wants more, or is gone. */
function written(to: Socket, bytes: Uint8Array): Promise<void> {
  if (to.destroyed || to.writableEnded || to.write(bytes)) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      to.off('drain', done);
      to.off('close', done);
      resolve();
    };
    to.on('drain', done);
    to.on('close', done);
  });
}
