// Values from the text format. It makes no number of what JavaScript's numbers cannot hold.

import type { CellSource } from '../rows/cell-source.ts';
import type { JsonValue, Value } from '../value.ts';
import { isoDateTime, isoInterval, isoTimeWithZone } from './datetime.ts';
import { malformed } from './malformed.ts';

/** Makes a value of a cell that is not NULL: `source.bytes[start..end)`. */
export type CellDecoder = (source: CellSource, start: number, end: number) => Value;

/** Makes a value of a text. */
export type TextDecoderOf = (text: string) => Value;

/** As many digits fit into a double, whatever they are. */
const SAFE_DIGITS = 15;
const BACKSLASH = 0x5c;

function parseNumber(text: string): number {
  const value = Number(text);
  if (text === '' || (Number.isNaN(value) && text !== 'NaN')) throw malformed('number');
  return value;
}

/** A number's digits are read where they lie: most numbers are short and whole, and need no text. */
const numberAt: CellDecoder = (source, start, end) => {
  const { bytes } = source;
  const negative = bytes[start] === 0x2d;
  const first = negative ? start + 1 : start;
  let at = first;
  let value = 0;
  for (const stop = Math.min(end, start + SAFE_DIGITS); at < stop; at += 1) {
    const code = (bytes[at] ?? 0) - 0x30;
    if (code < 0 || code > 9) break;
    value = value * 10 + code;
  }
  if (at < end || at === first) return parseNumber(source.text(start, end));
  return negative ? -value : value;
};

function parseBool(text: string): boolean {
  if (text !== 't' && text !== 'f') throw malformed('bool');
  return text === 't';
}

const boolAt: CellDecoder = (source, start, end) => {
  const code = source.bytes[start];
  return end - start === 1 && (code === 0x74 || code === 0x66) ? code === 0x74 : parseBool('');
};

/** `2024-02-29 12:34:56.123456+00`, the most common of all, becomes one flat text; every other goes by `isoDateTime`. */
const dateTimeAt: CellDecoder = (source, start, end) => {
  const { bytes: b } = source;
  const s = start;
  if (
    end - s !== 29 ||
    b[s + 10] !== 0x20 ||
    b[s + 26] !== 0x2b ||
    b[s + 27] !== 0x30 ||
    b[s + 28] !== 0x30
  ) {
    return isoDateTime(source.text(s, end));
  }
  // biome-ignore format: one line a unit
  return String.fromCharCode(
    b[s] ?? 0, b[s + 1] ?? 0, b[s + 2] ?? 0, b[s + 3] ?? 0, b[s + 4] ?? 0, b[s + 5] ?? 0, b[s + 6] ?? 0,
    b[s + 7] ?? 0, b[s + 8] ?? 0, b[s + 9] ?? 0, 0x54, b[s + 11] ?? 0, b[s + 12] ?? 0, b[s + 13] ?? 0,
    b[s + 14] ?? 0, b[s + 15] ?? 0, b[s + 16] ?? 0, b[s + 17] ?? 0, b[s + 18] ?? 0, b[s + 19] ?? 0,
    b[s + 20] ?? 0, b[s + 21] ?? 0, b[s + 22] ?? 0, b[s + 23] ?? 0, b[s + 24] ?? 0, b[s + 25] ?? 0, 0x5a,
  );
};

/** The text itself. */
export const textAt: CellDecoder = (source, start, end) => source.text(start, end);

/** The digit's value; NaN for what is none. */
function digit(code: number | undefined, base: 8 | 16): number {
  return Number.parseInt(String.fromCharCode(code ?? 0), base);
}

const HEX_DIGITS: readonly number[] = Array.from({ length: 256 }, (_, code) => digit(code, 16));

/** Hex (`\x01ff`), or the older escape format (`\001\\a`). */
function byteaAt({ bytes }: { readonly bytes: Uint8Array }, start: number, end: number): Uint8Array {
  if (bytes[start] !== BACKSLASH || bytes[start + 1] !== 0x78) return unescaped(bytes, start, end);
  const value = new Uint8Array((end - start - 2) >> 1);
  let at = start + 2;
  let bad = (end - start) & 1;
  for (let i = 0; i < value.length; i += 1, at += 2) {
    const pair = (HEX_DIGITS[bytes[at] ?? 0] ?? 0) * 16 + (HEX_DIGITS[bytes[at + 1] ?? 0] ?? 0);
    if (Number.isNaN(pair)) bad = 1;
    value[i] = pair;
  }
  if (bad !== 0) throw malformed('bytea');
  return value;
}

function unescaped(bytes: Uint8Array, start: number, end: number): Uint8Array {
  const value: number[] = [];
  for (let at = start; at < end; at += 1) {
    let code = bytes[at] ?? 0;
    if (code === BACKSLASH) {
      at += 1;
      if (bytes[at] !== BACKSLASH || at === end) {
        code = digit(bytes[at], 8) * 64 + digit(bytes[at + 1], 8) * 8 + digit(bytes[at + 2], 8);
        at += 2;
        if (!(code < 256) || at >= end) throw malformed('bytea');
      }
    }
    value.push(code);
  }
  return Uint8Array.from(value);
}

function parseBytea(text: string): Uint8Array {
  const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
  return byteaAt({ bytes }, 0, bytes.length);
}

/** JSON as what it means. */
export function parseJson(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    // The engine's own error quotes the text.
    throw malformed('JSON');
  }
}

/** Decoders that read the bytes of a cell, by OID. */
export const CELLS: ReadonlyMap<number, CellDecoder> = new Map([
  [16, boolAt],
  [17, byteaAt],
  [1184, dateTimeAt],
  ...[21, 23, 26, 700, 701].map((oid): [number, CellDecoder] => [oid, numberAt]),
]);

/** By OID; a type that is in neither table is text. */
export const TEXTS: ReadonlyMap<number, TextDecoderOf> = new Map<number, TextDecoderOf>([
  [16, parseBool],
  [17, parseBytea],
  ...[21, 23, 26, 700, 701].map((oid): [number, TextDecoderOf] => [oid, parseNumber]),
  ...[1082, 1114, 1184].map((oid): [number, TextDecoderOf] => [oid, isoDateTime]),
  [1186, isoInterval],
  [1266, isoTimeWithZone],
]);
