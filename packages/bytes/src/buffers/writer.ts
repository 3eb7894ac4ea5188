// Builds outgoing bytes in storage that many messages share. It refuses to grow past its cap.
import { FairleadError } from '@fairlead/errors';

const encoder = new TextEncoder();
const NOTHING = new Uint8Array(0);
/** The first storage: most connections and results need no more. */
const FIRST_BYTES = 2_048;
/** How much larger each further storage is, up to a whole chunk. */
const GROWTH = 8;
/** Storage that is larger than this is let go as soon as what is in it was taken. */
const KEEP_BYTES = 1 << 18;

/** A growable, capped byte builder. What was handed out by `take` is never overwritten. */
export class Writer {
  /** The storage. A codec's hot path may write into it at `at`, behind `ensure`, and then advance `at`. */
  bytes: Uint8Array;
  /** Index in `bytes` of the next byte to be written. */
  at = 0;
  readonly #maxBytes: number;
  readonly #chunkBytes: number;
  /** How large the next storage is at least. */
  #nextBytes: number;
  #start = 0;

  /**
   * @param maxBytes How many bytes it holds at most between two calls of `take`.
   * @param chunkBytes How much storage it sets aside at a time; many small messages share it. Default 16 KiB. The first ones
   *   are smaller, and none is set aside before there is something to write: thousands of writers may wait for their turn.
   */
  constructor(maxBytes: number, chunkBytes = 16_384) {
    this.#maxBytes = maxBytes;
    this.#chunkBytes = Math.min(chunkBytes, maxBytes);
    this.#nextBytes = Math.min(FIRST_BYTES, this.#chunkBytes);
    this.bytes = NOTHING;
  }

  /** How many bytes were written since the last `take`. */
  get length(): number {
    return this.at - this.#start;
  }

  /**
   * Makes room for `count` more bytes.
   * @throws FairleadError `limit` when that is more than `maxBytes` in all.
   */
  ensure(count: number): void {
    if (this.at + count <= this.bytes.length) return;
    const { length } = this;
    if (length + count > this.#maxBytes) {
      const reason = `${length + count} bytes wait to be sent, and ${this.#maxBytes} are allowed`;
      throw new FairleadError('limit', reason);
    }
    // Doubling keeps the copying linear; taken views keep the old storage for themselves.
    const next = new Uint8Array(
      Math.max(this.#nextBytes, length + count, Math.min(length * 2, this.#maxBytes)),
    );
    this.#nextBytes = Math.min(this.#nextBytes * GROWTH, this.#chunkBytes);
    next.set(this.bytes.subarray(this.#start, this.at));
    this.bytes = next;
    this.#start = 0;
    this.at = length;
  }

  /** One byte. */
  u8(value: number): void {
    this.ensure(1);
    this.bytes[this.at++] = value;
  }

  /** Two bytes, big-endian. */
  u16(value: number): void {
    this.u8(value >>> 8);
    this.u8(value);
  }

  /** Four bytes, big-endian. Signed values go out in two's complement. */
  u32(value: number): void {
    this.setU32(this.reserve(4), value);
  }

  /** A whole number of 0 to 2^53 - 1 in decimal digits, without a string in between. */
  decimal(value: number): void {
    this.ensure(16);
    let digits = 1;
    for (let power = 10; power <= value; power *= 10) digits++;
    const end = this.at + digits;
    let rest = value;
    for (let at = end - 1; at >= this.at; at--) {
      const next = Math.floor(rest / 10);
      this.bytes[at] = rest - next * 10 + 48;
      rest = next;
    }
    this.at = end;
  }

  /** Bytes, copied. */
  raw(bytes: Uint8Array): void {
    this.ensure(bytes.length);
    this.bytes.set(bytes, this.at);
    this.at += bytes.length;
  }

  /** A text as UTF-8. @returns How many bytes it took. */
  utf8(text: string): number {
    const { length } = this;
    // The usual text is ASCII; only another one needs room for three bytes a unit.
    this.ensure(text.length);
    const first = encoder.encodeInto(text, this.bytes.subarray(this.at));
    this.at += first.written;
    if (first.read < text.length) {
      this.ensure((text.length - first.read) * 3);
      this.at += encoder.encodeInto(text.slice(first.read), this.bytes.subarray(this.at)).written;
    }
    return this.length - length;
  }

  /** Leaves `count` bytes open, to be filled in later. @returns Where they begin, counted from the last `take`. */
  reserve(count: number): number {
    this.ensure(count);
    const { length } = this;
    this.at += count;
    return length;
  }

  /** Fills four bytes in, big-endian: a length that is known only now. `offset` is what `reserve` returned. */
  setU32(offset: number, value: number): void {
    const at = this.#start + offset;
    this.bytes[at] = value >>> 24;
    this.bytes[at + 1] = value >>> 16;
    this.bytes[at + 2] = value >>> 8;
    this.bytes[at + 3] = value;
  }

  /** Takes out what was written from `from` up to `to`, both counted from the last `take`. */
  cut(from: number, to: number): void {
    this.bytes.copyWithin(this.#start + from, this.#start + to, this.at);
    this.at -= to - from;
  }

  /** Hands out what was written since the last call. The view stays as it is, whatever is written later. */
  take(): Uint8Array {
    const taken = this.bytes.subarray(this.#start, this.at);
    if (this.bytes.length > KEEP_BYTES) {
      this.bytes = NOTHING;
      this.at = 0;
    }
    this.#start = this.at;
    return taken;
  }
}
