// The values of DER's simple types, strictly: each has one spelling.
import { type DerReader, malformed, TAG } from './reader.ts';

/** An INTEGER's bytes, two's complement, in the fewest bytes. */
export function readInteger(reader: DerReader, what: string): Uint8Array {
  const { content } = reader.element(TAG.integer);
  const [first, second = 0] = content;
  const isPadded =
    content.length > 1 && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80));
  if (first === undefined || isPadded) throw malformed(`${what} is no number in its shortest form`);
  return content;
}

/** A number from 0 to 2,147,483,647. */
export function readSmallNumber(reader: DerReader, what: string): number {
  const content = readInteger(reader, what);
  if (content.length > 4 || (content[0] ?? 0) >= 0x80) throw malformed(`${what} is negative or too large`);
  return content.reduce((number, byte) => number * 256 + byte, 0);
}

/** A BOOLEAN with the default `false`, which DER never writes down. */
export function readFlag(reader: DerReader, what: string): boolean {
  const found = reader.optional(TAG.boolean);
  if (found === undefined) return false;
  if (found.content.length !== 1 || found.content[0] !== 0xff)
    throw malformed(`${what} is neither true nor left out`);
  return true;
}

/** A BIT STRING of whole bytes. */
export function readBytes(reader: DerReader, what: string): Uint8Array {
  const { content } = reader.element(TAG.bitString);
  if (content[0] !== 0) throw malformed(`${what} is not whole bytes`);
  return content.subarray(1);
}

/** Named bits. */
export interface NamedBits {
  /** Bit 0 of the string is bit 0 of the number. */
  readonly bits: number;
  /** Whether bytes of zeros follow the last bit that is set: no DER, and two public authorities have it. */
  readonly isPadded: boolean;
}

/** A BIT STRING of at most 16 named bits. */
export function readNamedBits(reader: DerReader, what: string): NamedBits {
  const { content } = reader.element(TAG.bitString);
  const [unused = 8, ...bytes] = content.subarray(0, 4);
  const last = bytes.at(-1) ?? 0;
  const isWrong = unused > 7 || bytes.length > 2 || (bytes.length === 0 && unused > 0);
  if (isWrong || (last & ((1 << unused) - 1)) !== 0) throw malformed(`${what} has a wrong number of bits`);
  let bits = 0;
  for (let bit = 0; bit < 8 * bytes.length; bit++) {
    if (((bytes[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1) bits |= 1 << bit;
  }
  return { bits, isPadded: bytes.length > 0 && last === 0 };
}

/** Far more than any identifier has; messages show them. */
const MAX_OID_BYTES = 64;

/** An OBJECT IDENTIFIER's contents in dotted form. */
export function oidText(content: Uint8Array): string {
  if (content.length > MAX_OID_BYTES) throw malformed('an object identifier is too long');
  const parts: number[] = [];
  let part = 0;
  let isInside = false;
  for (const byte of content) {
    if ((!isInside && byte === 0x80) || part > 2 ** 45) throw malformed('an object identifier is not DER');
    part = part * 128 + (byte & 0x7f);
    isInside = byte >= 0x80;
    if (isInside) continue;
    if (parts.length > 0) parts.push(part);
    else parts.push(Math.min(2, Math.floor(part / 40)), part - 40 * Math.min(2, Math.floor(part / 40)));
    part = 0;
  }
  if (isInside || parts.length === 0) throw malformed('an object identifier is not DER');
  return parts.join('.');
}

/**
 * A moment, RFC 5280 section 4.1.2.5: UTCTime for years up to 2049, or GeneralizedTime, both with seconds and `Z`. That the latter is
 * for later years alone is not asked: public authorities that everybody trusts have it otherwise.
 * @returns Milliseconds since 1970.
 */
export function readTime(reader: DerReader, what: string): number {
  const { tag, content } = reader.any();
  const digits = String.fromCharCode(...content.subarray(0, 16));
  const century = digits < '5' ? '20' : '19';
  const text = tag === TAG.utcTime ? century + digits : tag === TAG.generalizedTime ? digits : '';
  const iso = text.replace(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6.000Z');
  const time = Date.parse(iso);
  // `Date` takes other spellings, carries the 30th of February over, and takes 24:00.
  if (!(time >= 0) || new Date(time).toISOString() !== iso)
    throw malformed(`${what} is no time from 1970 on`);
  return time;
}
