// Numbers, booleans, dates and times, and bytea as JSON, from bytes to bytes. The rare forms go through text.
import { decodeUtf8, type Writer } from '@fairlead/bytes';
import { malformed } from '../values/text/malformed.ts';
import { ascii, type CellWriter } from './cell-writer.ts';
import { writeString } from './strings.ts';

const QUOTE = 0x22;
const PLUS = 0x2b;
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const COLON = 0x3a;
const SPACE = 0x20;
const TRUE = ascii('true');
const FALSE = ascii('false');

/** `bool`. */
export const writeBoolean: CellWriter = (out, bytes, start) => {
  out.raw(bytes[start] === 0x74 ? TRUE : FALSE);
};

/** Integers and floats as the server wrote them; `NaN` and the infinities as strings. */
export const writeNumber: CellWriter = (out, bytes, start, end) => {
  if (!isNumber(bytes, start, end)) return writeString(out, bytes, start, end);
  out.ensure(end - start);
  const to = out.bytes;
  let { at } = out;
  for (let from = start; from < end; from += 1) to[at++] = bytes[from] ?? 0;
  out.at = at;
};

/** Whether it is a number as JSON has them (RFC 8259, section 6). */
function isNumber(bytes: Uint8Array, start: number, end: number): boolean {
  const whole = bytes[start] === MINUS ? start + 1 : start;
  let at = digits(bytes, whole, end);
  if (at === whole || (bytes[whole] === ZERO && at > whole + 1)) return false;
  if (at < end && bytes[at] === DOT) {
    const fraction = at + 1;
    at = digits(bytes, fraction, end);
    if (at === fraction) return false;
  }
  if (at === end) return true;
  if (((bytes[at] ?? 0) | 0x20) !== 0x65) return false;
  const sign = bytes[at + 1];
  const exponent = sign === PLUS || sign === MINUS ? at + 2 : at + 1;
  return exponent < end && digits(bytes, exponent, end) === end;
}

/** Where the digits end that begin at `from`. */
function digits(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && ((bytes[at] ?? 0) - ZERO) >>> 0 <= 9) at += 1;
  return at;
}

/** A type whose text is rewritten, and then is a JSON string. */
export function rewritten(type: string, rewrite: (text: string) => string): CellWriter {
  return (out, bytes, start, end) => {
    const text = decodeUtf8(bytes, start, end);
    if (text === undefined) throw malformed(type);
    out.utf8(JSON.stringify(rewrite(text)));
  };
}

/**
 * `date`, `timestamp` and `timestamptz` as ISO 8601.
 * @param rare For what is not of a year from 1 to 9999.
 */
export function dateTimes(rare: CellWriter): CellWriter {
  return (out, bytes, start, end) => {
    if (!isCommon(bytes, start, end)) return rare(out, bytes, start, end);
    out.ensure(end - start + 5);
    const to = out.bytes;
    let { at } = out;
    to[at++] = QUOTE;
    for (let from = start; from < end; from += 1) to[at++] = bytes[from] ?? 0;
    out.at = at;
    if (end - start > 10) finishTime(out, bytes, start, end);
    to[out.at++] = QUOTE;
  };
}

/** `2024-02-29`, or `2024-02-29 12:34:56` with or without a fraction and an offset. */
function isCommon(bytes: Uint8Array, start: number, end: number): boolean {
  const size = end - start;
  if (bytes[start + 4] !== MINUS || bytes[start + 7] !== MINUS) return false;
  if (size !== 10 && (size < 19 || bytes[start + 10] !== SPACE)) return false;
  for (let at = start; at < end; at += 1) {
    const code = bytes[at] ?? 0;
    if ((code < PLUS || code > COLON) && at !== start + 10) return false;
  }
  return true;
}

/** Turns what was just copied into ISO's form: a `T` in the middle, `Z` or minutes in the offset. */
function finishTime(out: Writer, bytes: Uint8Array, start: number, end: number): void {
  const to = out.bytes;
  const { at } = out;
  to[at - (end - start) + 10] = 0x54;
  const sign = bytes[end - 3];
  if (sign !== PLUS && sign !== MINUS) return;
  if (sign === PLUS && bytes[end - 2] === ZERO && bytes[end - 1] === ZERO) {
    to[at - 3] = 0x5a;
    out.at = at - 2;
    return;
  }
  to[at] = COLON;
  to[at + 1] = ZERO;
  to[at + 2] = ZERO;
  out.at = at + 3;
}
