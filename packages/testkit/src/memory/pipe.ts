// One direction of an in-memory connection: a bounded queue of chunks with an end, a failure and a stall.
import { deferred } from '../deferred.ts';

// It knows no transport rules; those are the transport's core.

/** Bytes queued before a writer has to wait, as a kernel's socket buffer would make it. */
const CAPACITY_BYTES = 262_144;

/** What a taker gets: bytes, `undefined` at the end; the promise rejects after `fail`. */
export type Taken = Uint8Array | undefined;

interface Waiter<T> {
  resolve(value: T): void;
  reject(reason: unknown): void;
}

/** A one-way stream of bytes inside this process. Chunk boundaries are kept, unlike TCP's. */
export class Pipe {
  #chunks: Uint8Array[] = [];
  #queuedBytes = 0;
  #ended = false;
  #failure: Error | undefined;
  #refusal: Error | undefined;
  #stalled = false;
  #taker: Waiter<Taken> | undefined;
  #takerMaxBytes = 0;
  #writers: Waiter<void>[] = [];

  readonly #failed = deferred<void>();

  /** Bytes pushed and not taken yet. */
  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  /** Settles when the pipe has failed. Never rejects. */
  get failed(): Promise<void> {
    return this.#failed.promise;
  }

  /** Queues a copy. Settles when there is room again; rejects if the pipe failed. */
  push(bytes: Uint8Array): Promise<void> {
    if (this.#failure) return Promise.reject(this.#failure);
    if (this.#ended) return Promise.reject(new Error('the pipe has ended'));
    if (this.#refusal) return Promise.reject(this.#refusal);
    this.#chunks.push(bytes.slice());
    this.#queuedBytes += bytes.length;
    this.#serve();
    if (this.#queuedBytes < CAPACITY_BYTES) return Promise.resolve();
    return new Promise((resolve, reject) => this.#writers.push({ resolve, reject }));
  }

  /** The next chunk, cut to `maxBytes`. One taker at a time. */
  take(maxBytes: number): Promise<Taken> {
    const ready = this.#next(maxBytes);
    if (ready !== 'wait') return ready === 'end' ? Promise.resolve(undefined) : Promise.resolve(ready);
    if (this.#failure && !this.#stalled) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#taker = { resolve, reject };
      this.#takerMaxBytes = maxBytes;
    });
  }

  /** Nothing follows. What is queued is still delivered. */
  end(): void {
    this.#ended = true;
    this.#serve();
  }

  /** Takes nothing more; what is queued is still delivered. */
  refuse(reason: Error): void {
    this.#refusal = reason;
    for (const writer of this.#writers.splice(0)) writer.reject(reason);
  }

  /** As an RST: what is queued is lost, pending reads and writes reject. */
  fail(reason: Error): void {
    if (this.#failure) return;
    this.#failure = reason;
    this.#chunks = [];
    this.#queuedBytes = 0;
    this.#failed.resolve();
    this.#serve();
    for (const writer of this.#writers.splice(0)) writer.reject(reason);
  }

  /** As `fail`, by the taking side itself: no stall keeps it from knowing. */
  abandon(reason: Error): void {
    this.#stalled = false;
    this.fail(reason);
    this.#serve();
  }

  /** While stalled nothing is delivered, neither bytes nor the end nor a failure. */
  stall(on: boolean): void {
    this.#stalled = on;
    this.#serve();
  }

  #next(maxBytes: number): Uint8Array | 'end' | 'wait' {
    if (this.#stalled) return 'wait';
    const first = this.#chunks[0];
    if (first === undefined) return this.#ended && !this.#failure ? 'end' : 'wait';
    const taken = first.subarray(0, maxBytes);
    if (taken.length === first.length) this.#chunks.shift();
    else this.#chunks[0] = first.subarray(maxBytes);
    this.#queuedBytes -= taken.length;
    if (this.#queuedBytes < CAPACITY_BYTES) for (const writer of this.#writers.splice(0)) writer.resolve();
    return taken;
  }

  #serve(): void {
    const taker = this.#taker;
    if (!taker || this.#stalled) return;
    const ready = this.#next(this.#takerMaxBytes);
    if (ready === 'wait' && !this.#failure) return;
    this.#taker = undefined;
    if (this.#failure) taker.reject(this.#failure);
    else taker.resolve(ready === 'end' ? undefined : (ready as Uint8Array));
  }
}
