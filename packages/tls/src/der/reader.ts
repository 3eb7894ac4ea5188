// Reads DER (X.690) front to back: definite lengths in the fewest bytes, low tags, nothing behind the last element. Nothing is
// copied, and no depth is set by what is read: callers walk down a grammar that they know.
import { TlsFault } from '../fault.ts';

/** Tags, as they stand in front of an element. */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** The tag of `[number]` with further elements inside. */
export function contextTag(number: number): number {
  return 0xa0 | number;
}

/** One element. */
export interface DerElement {
  readonly tag: number;
  /** What is inside. */
  readonly content: Uint8Array;
  /** With its tag and its length. */
  readonly whole: Uint8Array;
}

/** What is not DER, or not the DER of what it should be: `bad_certificate`. */
export function malformed(what: string): TlsFault {
  return new TlsFault('bad_certificate', `A certificate is malformed: ${what}`);
}

/** A cursor over the elements inside of one element. Every method throws TlsFault `bad_certificate`. */
export class DerReader {
  readonly #bytes: Uint8Array;
  readonly #what: string;
  #at = 0;

  /**
   * @param bytes The elements; not copied.
   * @param what What they are, for messages: `its validity`.
   */
  constructor(bytes: Uint8Array, what: string) {
    this.#bytes = bytes;
    this.#what = what;
  }

  /** Whether everything is read. */
  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** The tag of the next element; `undefined` at the end. */
  get nextTag(): number | undefined {
    return this.#bytes[this.#at];
  }

  /** The next element, of whatever tag. */
  any(): DerElement {
    const start = this.#at;
    const tag = this.#byte();
    if ((tag & 0x1f) === 0x1f) throw this.#notDer();
    const length = this.#length();
    if (length > this.#bytes.length - this.#at) throw this.#notDer();
    const from = this.#at;
    this.#at += length;
    const content = this.#bytes.subarray(from, this.#at);
    return { tag, content, whole: this.#bytes.subarray(start, this.#at) };
  }

  /** The next element, which must have this tag. */
  element(tag: number): DerElement {
    const found = this.any();
    if (found.tag !== tag) throw this.#notDer();
    return found;
  }

  /** The next element if it has this tag; otherwise nothing is read. */
  optional(tag: number): DerElement | undefined {
    return this.nextTag === tag ? this.any() : undefined;
  }

  /** A reader of what is inside the next element. */
  inside(tag: number, what: string = this.#what): DerReader {
    return new DerReader(this.element(tag).content, what);
  }

  /** Refuses anything left. */
  end(): void {
    if (!this.isAtEnd) throw this.#notDer();
  }

  #notDer(): TlsFault {
    return malformed(`${this.#what} is not as its syntax says`);
  }

  #byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw this.#notDer();
    return byte;
  }

  #length(): number {
    const first = this.#byte();
    if (first < 0x80) return first;
    // Three bytes are 16 MiB, far more than a handshake may have; 0x80 is an indefinite length.
    const digits = first & 0x7f;
    if (digits === 0 || digits > 3) throw this.#notDer();
    let length = 0;
    for (let left = digits; left > 0; left--) length = length * 256 + this.#byte();
    if (length < 0x80 || length < 2 ** (8 * (digits - 1))) {
      throw this.#notDer();
    }
    return length;
  }
}

/** A reader of what is inside the only element of `bytes`, a SEQUENCE with nothing behind it. */
export function readSequence(bytes: Uint8Array, what: string): DerReader {
  return new DerReader(onlyElement(bytes, TAG.sequence, what).content, what);
}

/** The only element of `bytes`, which must have this tag and nothing behind it. */
export function onlyElement(bytes: Uint8Array, tag: number, what: string): DerElement {
  const reader = new DerReader(bytes, what);
  const element = reader.element(tag);
  reader.end();
  return element;
}
