// Writes SSH's data types (RFC 4251 section 5).
import { Writer } from '@fairlead/bytes';

/** A growable, capped byte builder for payloads, key blobs and what is hashed or signed. */
export class SshWriter extends Writer {
  /** A `string`: its length, then the bytes, or the text as UTF-8. */
  string(value: Uint8Array | string): void {
    if (typeof value === 'string') {
      const length = this.reserve(4);
      this.setU32(length, this.utf8(value));
      return;
    }
    this.u32(value.length);
    this.raw(value);
  }

  /** A `name-list`. */
  names(names: readonly string[]): void {
    this.string(names.join(','));
  }

  /** A `boolean`. */
  boolean(value: boolean): void {
    this.u8(value ? 1 : 0);
  }

  /** Eight bytes, unsigned, big-endian. @param value A whole number of 0 to 2^53 - 1, or a bigint below 2^64. */
  u64(value: number | bigint): void {
    const wide = BigInt(value);
    this.u32(Number(wide >> 32n));
    this.u32(Number(wide & 0xffff_ffffn));
  }

  /** An `mpint` of 0 or more. @param magnitude Big-endian; leading zeros do not matter. */
  mpint(magnitude: Uint8Array): void {
    let from = 0;
    while (magnitude[from] === 0) from++;
    const digits = magnitude.subarray(from);
    const sign = (digits[0] ?? 0) >= 0x80 ? 1 : 0;
    this.u32(digits.length + sign);
    if (sign) this.u8(0);
    this.raw(digits);
  }
}
