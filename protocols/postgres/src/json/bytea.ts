// `bytea` as base64 in a JSON string: three hexadecimal digits are two of base64, so no byte is made in between.
import type { Writer } from '@fairlead/bytes';
import { malformed } from '../values/text/malformed.ts';
import { ascii, type CellWriter } from './cell-writer.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const EQUALS = 0x3d;
const HEX_MARK = 0x78;

const BASE64 = ascii('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/');
const HEX = ascii('0123456789abcdef');

/** What is no digit makes all that it is added to too large. */
const NO_DIGIT = 0x1000;

const VALUES = new Uint16Array(256).fill(NO_DIGIT);
for (const [value, code] of HEX.entries()) VALUES[code] = value;
for (const [value, code] of ascii('ABCDEF').entries()) VALUES[code] = value + 10;

/** `bytea` in either of the server's forms, `hex` (its default) and `escape`. */
export const writeBytea: CellWriter = (out, bytes, start, end) => {
  if (bytes[start] === BACKSLASH && bytes[start + 1] === HEX_MARK && end > start + 1) {
    writeHex(out, bytes, start + 2, end);
    return;
  }
  const hex = hexOfEscapes(bytes, start, end);
  writeHex(out, hex, 0, hex.length);
};

function writeHex(out: Writer, bytes: Uint8Array, start: number, end: number): void {
  const digits = end - start;
  if (digits % 2 === 1) throw malformed('bytea');
  out.ensure(Math.ceil(digits / 6) * 4 + 2);
  const to = out.bytes;
  let { at } = out;
  let from = start;
  let seen = 0;
  to[at++] = QUOTE;
  for (; from + 3 <= end; from += 3) {
    const bits = digit(bytes, from) * 256 + digit(bytes, from + 1) * 16 + digit(bytes, from + 2);
    seen |= bits;
    to[at++] = BASE64[(bits >> 6) & 63] ?? 0;
    to[at++] = BASE64[bits & 63] ?? 0;
  }
  out.at = at;
  if (from < end) seen |= writeRest(out, bytes, from, end);
  if (seen >= NO_DIGIT) throw malformed('bytea');
  out.bytes[out.at++] = QUOTE;
}

function digit(bytes: Uint8Array, at: number): number {
  return VALUES[bytes[at] ?? 0] ?? 0;
}

/** One or two digits that are left over, with what base64 fills up. @returns Their bits. */
function writeRest(out: Writer, bytes: Uint8Array, from: number, end: number): number {
  const two = end - from === 2;
  const bits = two ? (digit(bytes, from) * 16 + digit(bytes, from + 1)) << 4 : digit(bytes, from) << 2;
  if (two) out.bytes[out.at++] = BASE64[(bits >> 6) & 63] ?? 0;
  out.bytes[out.at++] = BASE64[bits & 63] ?? 0;
  out.bytes[out.at++] = EQUALS;
  if (two) out.bytes[out.at++] = EQUALS;
  return two ? bits >> 4 : bits >> 2;
}

/** The `escape` form, `a\\b\001`, as hexadecimal digits. */
function hexOfEscapes(bytes: Uint8Array, start: number, end: number): Uint8Array {
  const hex = new Uint8Array((end - start) * 2);
  let length = 0;
  for (let at = start; at < end; ) {
    let code = bytes[at] ?? 0;
    let size = 1;
    if (code === BACKSLASH && bytes[at + 1] === BACKSLASH && at + 2 <= end) size = 2;
    else if (code === BACKSLASH) {
      code = octal(bytes, at + 1, end);
      size = 4;
    }
    hex[length++] = HEX[code >> 4] ?? 0;
    hex[length++] = HEX[code & 15] ?? 0;
    at += size;
  }
  return hex.subarray(0, length);
}

function octal(bytes: Uint8Array, from: number, end: number): number {
  if (from + 3 > end) throw malformed('bytea');
  let value = 0;
  for (let at = from; at < from + 3; at += 1) {
    const next = (bytes[at] ?? 0) - 0x30;
    if (next < 0 || next > 7) throw malformed('bytea');
    value = value * 8 + next;
  }
  if (value > 255) throw malformed('bytea');
  return value;
}
