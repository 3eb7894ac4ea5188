// Bytes that have arrived for one reader, in storage that grows with them. The channel's window is its cap.
import { type Deferred, deferred } from '@fairlead/client';
import { usage } from '@fairlead/errors';

/** Small packets share blocks of this size. */
const BLOCK_BYTES = 16_384;

interface Block {
  readonly bytes: Uint8Array;
  start: number;
  end: number;
}

/** A queue of bytes with one reader. What it hands out is never overwritten. */
export class ByteQueue {
  /** Bytes that wait. */
  length = 0;
  readonly #onTaken: (bytes: number) => void;
  readonly #blocks: Block[] = [];
  #atLeast = 0;
  #reader: Deferred<Uint8Array | undefined> | undefined;
  #ended = false;
  #failure: Error | undefined;
  #discarding = false;

  /** @param onTaken Called with the number of bytes that the reader has taken, or that were dropped for it. */
  constructor(onTaken: (bytes: number) => void) {
    this.#onTaken = onTaken;
  }

  /** Queues a copy. */
  push(bytes: Uint8Array): void {
    if (this.#discarding) {
      this.#onTaken(bytes.length);
      return;
    }
    this.length += bytes.length;
    const tail = this.#blocks.at(-1);
    const fits = tail === undefined ? 0 : Math.min(bytes.length, tail.bytes.length - tail.end);
    if (tail !== undefined && fits > 0) {
      tail.bytes.set(bytes.subarray(0, fits), tail.end);
      tail.end += fits;
    }
    if (fits < bytes.length) this.#pushBlock(bytes.subarray(fits));
    this.#serve();
  }

  /** The next bytes, at least `atLeast`; fewer at the end of the queue, then undefined. @throws The reason of `end`. */
  read(atLeast = 1): Promise<Uint8Array | undefined> {
    if (this.#reader !== undefined) return Promise.reject(usage('A read is pending already'));
    this.#atLeast = Math.max(1, atLeast);
    const reader = deferred<Uint8Array | undefined>();
    this.#reader = reader;
    this.#serve();
    return reader.promise;
  }

  /** Nothing follows. With a failure the reader gets that at once, and what waits is let go. */
  end(failure?: Error): void {
    if (this.#ended && failure === undefined) return;
    this.#ended = true;
    this.#failure ??= failure;
    if (failure !== undefined) this.#clear();
    this.#serve();
  }

  /** Drops what waits and what will come; the reader gets the end. */
  discard(): void {
    const { length } = this;
    this.#discarding = true;
    this.#clear();
    this.#ended = true;
    if (length > 0) this.#onTaken(length);
    this.#serve();
  }

  #clear(): void {
    this.#blocks.length = 0;
    this.length = 0;
  }

  #pushBlock(bytes: Uint8Array): void {
    if (bytes.length >= BLOCK_BYTES) {
      this.#blocks.push({ bytes: new Uint8Array(bytes), start: 0, end: bytes.length });
      return;
    }
    // The usual output is short, and has one packet.
    const size = this.#blocks.length === 0 ? bytes.length : BLOCK_BYTES;
    const storage = new Uint8Array(size);
    storage.set(bytes);
    this.#blocks.push({ bytes: storage, start: 0, end: bytes.length });
  }

  #serve(): void {
    const reader = this.#reader;
    if (reader === undefined) return;
    if (this.#failure !== undefined) {
      this.#reader = undefined;
      reader.reject(this.#failure);
    } else if (this.length > 0 && (this.length >= this.#atLeast || this.#ended)) {
      this.#reader = undefined;
      const taken = this.#take(Math.min(this.#atLeast, this.length));
      reader.resolve(taken);
      this.#onTaken(taken.length);
    } else if (this.#ended) {
      this.#reader = undefined;
      reader.resolve(undefined);
    }
  }

  /** All of the first block; where that is less than `atLeast`, so many bytes put together. */
  #take(atLeast: number): Uint8Array {
    const first = this.#takeBlock(Number.POSITIVE_INFINITY);
    if (first.length >= atLeast) return first;
    const joined = new Uint8Array(atLeast);
    joined.set(first);
    for (let at = first.length; at < atLeast; ) {
      const piece = this.#takeBlock(atLeast - at);
      joined.set(piece, at);
      at += piece.length;
    }
    return joined;
  }

  #takeBlock(atMost: number): Uint8Array {
    const block = this.#blocks[0];
    if (block === undefined) throw new Error('there is a block while bytes wait');
    const { bytes, start } = block;
    block.start = Math.min(block.end, start + atMost);
    this.length -= block.start - start;
    if (block.start === block.end) this.#blocks.shift();
    return bytes.subarray(start, block.start);
  }
}
