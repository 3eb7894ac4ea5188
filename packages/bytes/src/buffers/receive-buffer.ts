// What has arrived and is not consumed yet. It never copies a chunk that is consumed whole, and never grows past its cap.
import { FairleadError } from '@fairlead/errors';

/** Storage that is larger than this is let go once two chunks in a row have done without it. */
const KEEP_BYTES = 1 << 18;
/** A rest that is shorter than this is copied: a read of its own would cost more. */
const LEND_BYTES = 1 << 16;
/** No more is lent at once: platforms set as much aside again, for the time of the read. */
const MAX_LENT_BYTES = 1 << 19;
const NOTHING = new Uint8Array(0);

/**
 * A capped window over received bytes: `bytes[start..end)` is what is still unread.
 *
 * While empty it adopts a chunk as it is. A transport's chunk is valid only until its next read, so call
 * `keep()` before that read: it copies the unread tail, if there is one, into storage of its own.
 */
export class ReceiveBuffer {
  /** The storage: the borrowed chunk, or this buffer's own. Read it from `start` to `end` only. */
  bytes: Uint8Array = new Uint8Array(0);
  /** Index of the first unread byte. Advance it with `consume`, or set it to a place up to `end`. */
  start = 0;
  /** Index behind the last unread byte. */
  end = 0;
  readonly #maxBytes: number;
  #own: Uint8Array = this.bytes;
  /** Whether the storage was not needed for the latest chunk. */
  #isIdle = false;
  #isLent = false;

  /** @param maxBytes How many unread bytes it holds at most. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** How many bytes are unread. */
  get length(): number {
    return this.end - this.start;
  }

  /**
   * Takes what a read returned: adopted when nothing is unread, else appended.
   * @throws FairleadError `limit` when more than `maxBytes` would be unread.
   */
  push(chunk: Uint8Array): void {
    const isLent = this.#isLent;
    this.#isLent = false;
    // A platform that has used what was lent has taken the memory away and brings it back.
    if (isLent && this.#own.length === 0) {
      this.bytes = this.#own = new Uint8Array(chunk.buffer);
      this.end += chunk.length;
      return;
    }
    if (this.start === this.end) {
      if (chunk.length > this.#maxBytes) throw this.#over(chunk.length);
      if (this.#isIdle && this.#own.length > KEEP_BYTES) this.#own = new Uint8Array(0);
      this.#isIdle = true;
      this.bytes = chunk;
      this.start = 0;
      this.end = chunk.length;
      return;
    }
    const total = this.length + chunk.length;
    this.#makeRoom(total, total * 2);
    this.bytes.set(chunk, this.end);
    this.end += chunk.length;
  }

  /** Lets go of the borrowed chunk: copies its unread tail, if any. Call it before the transport's next read. */
  keep(): void {
    if (this.bytes === this.#own) return;
    this.#makeRoom(this.length, this.length * 2);
  }

  /**
   * Sets room aside, once, for a frame whose length is known and checked.
   * @param total Bytes of the whole frame, counted from `start`.
   * @throws FairleadError `limit` when that is more than `maxBytes`.
   */
  reserve(total: number): void {
    // What comes with a long frame's last bytes must not make the storage grow by half, and be copied whole.
    this.#makeRoom(total, total < LEND_BYTES ? this.length * 2 : total + LEND_BYTES);
  }

  /**
   * Lends storage for the rest of a frame for which room was reserved: `transport.read(wanted, buffer.lend(wanted))`. What the read
   * returns is pushed as always, and is not copied where the platform could use the storage. Until then nothing else may be done.
   * @param wanted How many bytes the frame lacks.
   * @returns At most 512 KiB; `undefined` where there is no such room, or lending it is not worth it.
   */
  lend(wanted: number): Uint8Array | undefined {
    if (wanted < LEND_BYTES || this.bytes !== this.#own || this.end + wanted > this.bytes.length)
      return undefined;
    this.#isLent = true;
    return this.bytes.subarray(this.end, this.end + Math.min(wanted, MAX_LENT_BYTES));
  }

  /** Marks `count` bytes as read. `count` is at most `length`. */
  consume(count: number): void {
    this.start += count;
  }

  /** The next `count` unread bytes, as a view that is valid until the next `push` or `keep`. */
  view(count: number = this.length): Uint8Array {
    // Where all is read, whoever lent the chunk may have taken it back (TLS in user space reads while it is turned on).
    if (this.start === this.end) return NOTHING;
    return this.bytes.subarray(this.start, this.start + count);
  }

  /** Makes `bytes` this buffer's own storage, with `total` bytes of room from `start`. @param size How large new storage is to be. */
  #makeRoom(total: number, size: number): void {
    if (total > this.#maxBytes) throw this.#over(total);
    const own = this.#own;
    const unread = this.length;
    if (this.bytes === own && this.start + total <= own.length) return;
    this.#isIdle = false;
    // Doubling keeps the copying linear when a peer sends one byte at a time.
    const next =
      total <= own.length ? own : new Uint8Array(Math.min(this.#maxBytes, Math.max(total, size, 256)));
    if (unread > 0) next.set(this.view(), 0);
    this.bytes = this.#own = next;
    this.start = 0;
    this.end = unread;
  }

  #over(bytes: number): FairleadError {
    return new FairleadError('limit', `${bytes} bytes are waiting, and ${this.#maxBytes} are allowed`, {
      blame: 'peer',
    });
  }
}
