// The little of ASN.1's DER that encrypted keys need (X.690): definite lengths, no sets, no long tags.
import { Reader, toHex } from '@fairlead/bytes';
import { protocolError } from '../errors.ts';
import { TAG } from '../keys/private/der.ts';

/** A cursor over the values of one DER value. Every method throws FairleadError `protocol` for what is not DER. */
export class DerReader extends Reader {
  readonly #tags: Uint8Array;

  constructor(bytes: Uint8Array) {
    super(bytes);
    this.#tags = bytes;
  }

  /** The tag of the next value; `undefined` at the end. */
  get tag(): number | undefined {
    return this.#tags[this.#tags.length - this.left];
  }

  /** The content of the next value, which has this tag. */
  value(tag: number): Uint8Array {
    if (this.u8() !== tag) throw protocolError('A DER value has another tag than expected');
    const first = this.u8();
    if (first < 0x80) return this.bytes(first);
    if (first > 0x84 || first === 0x80) throw protocolError('A DER value has an impossible length');
    let length = 0;
    for (let count = first - 0x80; count > 0; count--) length = length * 0x100 + this.u8();
    return this.bytes(length);
  }

  /** A cursor over the values of the next value. */
  enter(tag: number = TAG.SEQUENCE): DerReader {
    return new DerReader(this.value(tag));
  }

  /** A whole number of 0 or more, without leading zeros. */
  integer(): Uint8Array {
    const bytes = this.value(TAG.INTEGER);
    let at = 0;
    while (bytes[at] === 0) at++;
    return bytes.subarray(at);
  }

  /** A whole number of at most four bytes. */
  smallInteger(): number {
    const bytes = this.integer();
    if (bytes.length > 4) throw protocolError('A DER number is too large');
    return bytes.reduce((value, byte) => value * 0x100 + byte, 0);
  }

  /** An object identifier, its content in hexadecimal digits. */
  identifier(): string {
    return toHex(this.value(TAG.OBJECT_IDENTIFIER));
  }
}
