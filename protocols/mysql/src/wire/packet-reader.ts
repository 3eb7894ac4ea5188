// Reads one packet's payload, little-endian, in order. It refuses to read past the payload's end.
import { Buffer } from 'node:buffer';
import { FairleadError } from '@fairlead/errors';

/** How many bytes of a buffer are converted to characters at once. */
const SPAN_BYTES = 65_536;

/** The error of a malformed packet. It repeats no byte of the packet. */
export function malformed(what: string): FairleadError {
  return new FairleadError('protocol', `The server sent a malformed packet: ${what}.`);
}

/**
 * The bytes of one network read as Latin-1 characters. ASCII values are substrings of it, which needs neither a call into
 * the platform nor a copy per value: a third less time for large results.
 */
let span = { bytes: Buffer.alloc(0), start: 0, characters: '' };

/** The UTF-8 text between `start` and `end`. */
export function textOf(bytes: Buffer, start: number, end: number): string {
  for (let at = start; at < end; at += 1) {
    if ((bytes[at] ?? 0) >= 0x80) return bytes.toString('utf8', start, end);
  }
  if (span.bytes !== bytes || start < span.start || end - span.start > span.characters.length) {
    if (end - start > SPAN_BYTES) return bytes.toString('latin1', start, end);
    span = {
      bytes,
      start,
      characters: bytes.toString('latin1', start, Math.min(bytes.length, start + SPAN_BYTES)),
    };
  }
  return span.characters.slice(start - span.start, end - span.start);
}

/** A copy of the bytes between `start` and `end`, since the network's buffer is reused. */
export function bytesOf(bytes: Buffer, start: number, end: number): Uint8Array {
  const copy = new Uint8Array(end - start);
  copy.set(bytes.subarray(start, end));
  return copy;
}

/** Reads one payload. It is reused for the next one. */
export class PacketReader {
  bytes: Buffer = Buffer.alloc(0);
  at = 0;
  end = 0;

  /** Begins with another payload. */
  reset(bytes: Buffer, at: number, end: number): this {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
    return this;
  }

  /** How many bytes are left. */
  get left(): number {
    return this.end - this.at;
  }

  /** The next byte, which stays; -1 at the end. */
  peek(): number {
    return this.at < this.end ? (this.bytes[this.at] ?? -1) : -1;
  }

  /** Skips `count` bytes. @returns The position of the first of them. */
  take(count: number): number {
    const start = this.at;
    if (count > this.end - start) throw malformed('a length leads past its end');
    this.at = start + count;
    return start;
  }

  uint8(): number {
    return this.bytes[this.take(1)] ?? 0;
  }

  uint16(): number {
    return this.bytes.readUInt16LE(this.take(2));
  }

  uint24(): number {
    return this.bytes.readUIntLE(this.take(3), 3);
  }

  uint32(): number {
    return this.bytes.readUInt32LE(this.take(4));
  }

  uint64(): bigint {
    return this.bytes.readBigUInt64LE(this.take(8));
  }

  /** A length-encoded integer that counts bytes; -1 for NULL (0xfb). */
  length(): number {
    const first = this.uint8();
    if (first < 0xfb) return first;
    if (first === 0xfb) return -1;
    if (first === 0xfc) return this.uint16();
    if (first === 0xfd) return this.uint24();
    if (first === 0xff) throw malformed('a length begins with 0xff');
    const long = this.uint64();
    // More than any packet has left, so that taking as many bytes fails.
    return long > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(long);
  }

  /** A length-encoded integer of up to 64 bits. */
  integer(): bigint {
    const first = this.uint8();
    if (first < 0xfb) return BigInt(first);
    if (first === 0xfc) return BigInt(this.uint16());
    if (first === 0xfd) return BigInt(this.uint24());
    if (first === 0xfe) return this.uint64();
    throw malformed('a number is none');
  }

  /** A length-encoded text; NULL is none. */
  text(): string {
    const length = this.length();
    if (length < 0) throw malformed('a text is NULL');
    const start = this.take(length);
    return textOf(this.bytes, start, this.at);
  }

  /** The rest of the payload, as text. */
  rest(): string {
    const start = this.take(this.end - this.at);
    return textOf(this.bytes, start, this.end);
  }
}
