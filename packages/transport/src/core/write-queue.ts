// What is to be written, coalesced per tick and cut to size, one platform write at a time. It knows no platform.
import { noop } from '../deadline.ts';
import type { Channel } from './channel.ts';

/**
 * The largest single write. Cloudflare's production network drops a connection on which one write is
 * larger (workerd#7074).
 */
export const MAX_WRITE_BYTES = 65_536;

/** Writes of one tick, which settle together. */
interface Batch {
  /** What of it was not sent yet. */
  readonly chunks: Uint8Array[];
  readonly accepted: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (reason: Error) => void;
  /** Whether it was pushed while the queue was held. */
  readonly held: boolean;
  /** The batch behind it. */
  next: Batch | undefined;
}

const TICK = Promise.resolve();

// One executor for all batches, instead of a closure for each. It is read out before anything else runs.
let resolveLast: () => void = noop;
let rejectLast: (reason: Error) => void = noop;
const capture = (resolve: () => void, reject: (reason: Error) => void): void => {
  resolveLast = resolve;
  rejectLast = reject;
};

/**
 * Queues bytes and hands them to the channel in order: everything pushed within one tick leaves together.
 *
 * It runs once per round trip with cold caches, so it touches little: no array per write, one promise per tick.
 */
export class WriteQueue {
  readonly #channel: Pick<Channel, 'write'>;
  readonly #onError: (error: unknown) => void;
  /** The oldest unsettled batch; the others hang behind it. */
  #first: Batch | undefined;
  #last: Batch | undefined;
  /** The oldest batch that was not sent, or not all of it. */
  #unsent: Batch | undefined;
  /** The batch that further writes join: the last one, while nothing of it was sent. */
  #open: Batch | undefined;
  /** How many platform writes are on their way. */
  #inFlight = 0;
  /** How long the latest of them is. */
  #latestBytes = 0;
  #held = false;
  #untouched = true;

  /**
   * @param channel At most two of its writes are unsettled at a time, and a second one only behind one of less than 65,536 bytes.
   * @param onError Called when a write rejects or throws; it must call `fail`.
   */
  constructor(channel: Pick<Channel, 'write'>, onError: (error: unknown) => void) {
    this.#channel = channel;
    this.#onError = onError;
  }

  /** Whether no byte was ever handed to the platform. */
  get untouched(): boolean {
    return this.#untouched;
  }

  /** Queues `bytes`; settles when the platform has accepted them. May be left unawaited. */
  push(bytes: Uint8Array): Promise<void> {
    const open = this.#open;
    if (open !== undefined) {
      open.chunks.push(bytes);
      return open.accepted;
    }
    // Not queueMicrotask(): in workerd each call of it crosses into native code and back.
    void TICK.then(this.#onTick);
    const accepted = new Promise<void>(capture);
    const batch: Batch = {
      chunks: [bytes],
      accepted,
      resolve: resolveLast,
      reject: rejectLast,
      held: this.#held,
      next: undefined,
    };
    if (this.#last === undefined) this.#first = batch;
    else this.#last.next = batch;
    this.#last = this.#open = batch;
    this.#unsent ??= batch;
    return accepted;
  }

  /**
   * Sends what is queued now, without waiting for the end of the tick. Waiting for each platform write before the
   * next would let a reply overtake it: the next request would then leave behind the next read, which costs a
   * round trip a fifth of its time.
   */
  flush(): void {
    for (let batch = this.#unsent; batch !== undefined && this.#maySend(batch); batch = this.#unsent) {
      if (batch === this.#open) this.#open = undefined;
      const chunk = takeChunk(batch.chunks);
      const isWhole = batch.chunks.length === 0;
      if (isWhole) this.#unsent = batch.next;
      this.#untouched = false;
      this.#inFlight++;
      this.#latestBytes = chunk.length;
      try {
        this.#channel.write(chunk).then(isWhole ? this.#onBatch : this.#onPiece, this.#onError);
      } catch (error) {
        // What is used by another request than the one that opened it throws at once.
        this.#onError(error);
      }
    }
  }

  #maySend(batch: Batch): boolean {
    if (batch.held && this.#held) return false;
    return this.#inFlight === 0 || (this.#inFlight === 1 && this.#latestBytes < MAX_WRITE_BYTES);
  }

  /** Sends what is queued; settles when all of it was accepted, rejects when it never will be. */
  async flushed(): Promise<void> {
    this.flush();
    await this.#last?.accepted;
  }

  /** As `flushed`, and keeps what is pushed from now on until `release()`. */
  hold(): Promise<void> {
    this.#held = true;
    this.#open = undefined;
    return this.flushed();
  }

  /** Ends `hold()` and sends what it kept. */
  release(): void {
    this.#held = false;
    this.flush();
  }

  /** Drops what is queued and rejects every unsettled write with `reason`. */
  fail(reason: Error): void {
    for (let batch = this.#first; batch !== undefined; batch = batch.next) {
      // It may have been left unawaited. Said here, since most writes succeed.
      batch.accepted.catch(noop);
      batch.reject(reason);
    }
    this.#first = this.#last = this.#open = this.#unsent = undefined;
  }

  readonly #onTick = (): void => this.flush();

  /** A part of a batch was accepted. */
  readonly #onPiece = (): void => {
    this.#inFlight--;
    this.flush();
  };

  /** The last part of the oldest batch was accepted: platform writes settle in order. */
  readonly #onBatch = (): void => {
    this.#inFlight--;
    const batch = this.#first;
    if (batch === undefined) return;
    this.#first = batch.next;
    if (batch.next === undefined) this.#last = undefined;
    batch.resolve();
    this.flush();
  };
}

/** Takes the next at most 64 KiB: one buffer as it is, or several small ones put together. */
function takeChunk(chunks: Uint8Array[]): Uint8Array {
  const first = chunks[0] ?? new Uint8Array(0);
  if (first.length > MAX_WRITE_BYTES) {
    chunks[0] = first.subarray(MAX_WRITE_BYTES);
    return first.subarray(0, MAX_WRITE_BYTES);
  }
  if (chunks.length === 1) {
    chunks.length = 0;
    return first;
  }
  return joinChunks(chunks);
}

function joinChunks(chunks: Uint8Array[]): Uint8Array {
  let length = 0;
  let taken = 0;
  for (const bytes of chunks) {
    if (length + bytes.length > MAX_WRITE_BYTES) break;
    length += bytes.length;
    taken++;
  }
  const joined = new Uint8Array(length);
  let at = 0;
  for (const bytes of chunks.splice(0, taken)) {
    joined.set(bytes, at);
    at += bytes.length;
  }
  return joined;
}
