// Reads the numbers and vectors of TLS's presentation language (RFC 8446 section 3) out of one message. It never reads past the
// end, and gives views, not copies.
import { type TlsFault, undecodable } from '../fault.ts';

/** A cursor over a message or a part of it. Every method throws TlsFault `decode_error` where the bytes do not suffice. */
export class Cursor {
  readonly #bytes: Uint8Array;
  readonly #what: string;
  #at = 0;

  /**
   * @param bytes The message; it is not copied.
   * @param what Its name for the fault's message: `ServerHello`.
   */
  constructor(bytes: Uint8Array, what: string) {
    this.#bytes = bytes;
    this.#what = what;
  }

  /** How many bytes are left. */
  get left(): number {
    return this.#bytes.length - this.#at;
  }

  /** One unsigned byte. */
  u8(): number {
    return this.#number(1);
  }

  /** Two bytes, unsigned. */
  u16(): number {
    return this.#number(2);
  }

  /** Three bytes, unsigned. */
  u24(): number {
    return this.#number(3);
  }

  /** Four bytes, unsigned. */
  u32(): number {
    return this.#number(4);
  }

  /** The next `count` bytes, default all that are left. */
  bytes(count: number = this.left): Uint8Array {
    if (count > this.left) throw this.fault();
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }

  /**
   * A vector behind its length.
   * @param lengthBytes How many bytes its length takes.
   * @param least The fewest bytes that it may hold. Default 0.
   */
  vector(lengthBytes: 1 | 2 | 3, least = 0): Uint8Array {
    const content = this.bytes(this.#number(lengthBytes));
    if (content.length < least) throw this.fault();
    return content;
  }

  /** A vector as a cursor of its own. */
  inner(lengthBytes: 1 | 2 | 3, least = 0): Cursor {
    return new Cursor(this.vector(lengthBytes, least), this.#what);
  }

  /** A vector of 16-bit numbers behind a length of two bytes, at least one of them. */
  numbers(): number[] {
    const list = this.inner(2, 2);
    const numbers: number[] = [];
    while (list.left > 0) numbers.push(list.u16());
    return numbers;
  }

  /** Nothing may be left. */
  end(): void {
    if (this.left > 0) throw this.fault();
  }

  /** The fault of this message's syntax. */
  fault(): TlsFault {
    return undecodable(this.#what);
  }

  #number(bytes: number): number {
    if (bytes > this.left) throw this.fault();
    let value = 0;
    for (let i = 0; i < bytes; i++) value = value * 256 + (this.#bytes[this.#at++] ?? 0);
    return value;
  }
}
