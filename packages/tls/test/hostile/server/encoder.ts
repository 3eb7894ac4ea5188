// Writes TLS's messages and remembers where their length fields stand, so that a test can lie in each of them.

/** A length field. */
export interface LengthField {
  /** Where it begins. */
  readonly at: number;
  /** In bytes: 1, 2 or 3. */
  readonly size: number;
}

/** A message, whole, and its length fields. */
export interface Encoded {
  readonly bytes: Uint8Array;
  readonly lengths: readonly LengthField[];
}

/** Appends to a message. */
export class Encoder {
  readonly #bytes: number[] = [];
  readonly #lengths: LengthField[] = [];

  /** A whole number, big-endian. */
  number(value: number, size: number): this {
    for (let shift = size - 1; shift >= 0; shift--) this.#bytes.push(Math.floor(value / 256 ** shift) % 256);
    return this;
  }

  /** Bytes as they are. */
  raw(bytes: Iterable<number>): this {
    for (const byte of bytes) this.#bytes.push(byte);
    return this;
  }

  /** A vector of TLS: its length in `size` bytes, then what `fill` writes. */
  vector(size: number, fill: (inside: Encoder) => void): this {
    const at = this.#bytes.length;
    this.#lengths.push({ at, size });
    this.number(0, size);
    fill(this);
    let length = this.#bytes.length - at - size;
    for (let i = size - 1; i >= 0; i--) {
      this.#bytes[at + i] = length % 256;
      length = Math.floor(length / 256);
    }
    return this;
  }

  /** An extension: its number, and its contents as a vector. */
  extension(id: number, fill: (inside: Encoder) => void): this {
    return this.number(id, 2).vector(2, fill);
  }

  /** What was written. */
  done(): Encoded {
    return { bytes: Uint8Array.from(this.#bytes), lengths: [...this.#lengths] };
  }
}

/** A handshake message: type, length in 3 bytes, what `fill` writes. */
export function handshakeMessage(type: number, fill: (inside: Encoder) => void): Encoded {
  return new Encoder().number(type, 1).vector(3, fill).done();
}
