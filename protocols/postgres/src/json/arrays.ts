// Postgres's text form of arrays (manual, section 8.15.6) as JSON arrays, from bytes to bytes. Explicit bounds are
// dropped; nesting deeper than the server allows is refused.
import type { Writer } from '@fairlead/bytes';
import { malformed } from '../values/text/malformed.ts';
import { ascii, type CellWriter } from './cell-writer.ts';

/** The server's own limit, MAXDIM. */
const MAX_DIMENSIONS = 6;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = 0x7b;
const CLOSE = 0x7d;
const COMMA = 0x2c;
const JSON_OPEN = 0x5b;
const JSON_CLOSE = 0x5d;
/** Opens explicit bounds, which end at the equals sign: `[0:1]={1,2}`. */
const BOUNDS = 0x5b;
const EQUALS = 0x3d;

const NULL = ascii('null');

/** The text of one array under way. */
interface Cursor {
  readonly out: Writer;
  readonly bytes: Uint8Array;
  readonly end: number;
  readonly element: CellWriter;
  readonly delimiter: number;
  at: number;
}

/**
 * An array of any dimension.
 * @param element Writes one element, which is not NULL.
 * @param delimiter Between elements: `;` for `box`, else `,`.
 */
export function arrays(element: CellWriter, delimiter: string): CellWriter {
  const code = delimiter.charCodeAt(0);
  return (out, bytes, start, end) => {
    const at = bytes[start] === BOUNDS ? bytes.indexOf(EQUALS, start) + 1 : start;
    const cursor: Cursor = { out, bytes, end, element, delimiter: code, at };
    writeAll(cursor);
    if (cursor.at !== end) throw malformed('array');
  };
}

/** The byte under the cursor; 0 behind the end. */
function peek({ bytes, at, end }: Cursor): number {
  return at < end ? (bytes[at] ?? 0) : 0;
}

function writeAll(cursor: Cursor): void {
  const { out, delimiter } = cursor;
  let depth = 0;
  if (peek(cursor) !== OPEN) throw malformed('array');
  do {
    const opened = openLevels(cursor, depth);
    depth += opened;
    // Only an empty array has nothing between its braces.
    if (opened === 0 || peek(cursor) !== CLOSE) writeElement(cursor);
    for (; depth > 0 && peek(cursor) === CLOSE; cursor.at += 1) {
      out.u8(JSON_CLOSE);
      depth -= 1;
    }
    if (depth > 0) {
      if (peek(cursor) !== delimiter) throw malformed('array');
      cursor.at += 1;
      out.u8(COMMA);
    }
  } while (depth > 0);
}

function openLevels(cursor: Cursor, depth: number): number {
  let opened = 0;
  for (; peek(cursor) === OPEN; cursor.at += 1) {
    opened += 1;
    if (depth + opened > MAX_DIMENSIONS) throw malformed('array');
    cursor.out.u8(JSON_OPEN);
  }
  return opened;
}

function writeElement(cursor: Cursor): void {
  const { out, bytes, element, at } = cursor;
  if (peek(cursor) === QUOTE) {
    writeQuoted(cursor);
    return;
  }
  for (let next = peek(cursor); next !== cursor.delimiter && next !== CLOSE; next = peek(cursor)) {
    if (cursor.at >= cursor.end) throw malformed('array');
    cursor.at += 1;
  }
  if (cursor.at === at) throw malformed('array');
  if (isNull(bytes, at, cursor.at)) out.raw(NULL);
  else element(out, bytes, at, cursor.at);
}

function isNull(bytes: Uint8Array, start: number, end: number): boolean {
  return (
    end - start === 4 &&
    bytes[start] === 0x4e &&
    bytes[start + 1] === 0x55 &&
    bytes[start + 2] === 0x4c &&
    bytes[start + 3] === 0x4c
  );
}

function writeQuoted(cursor: Cursor): void {
  const { out, bytes, end, element } = cursor;
  const start = cursor.at + 1;
  let escaped = false;
  let at = start;
  for (; at < end && bytes[at] !== QUOTE; at += 1) {
    if (bytes[at] !== BACKSLASH) continue;
    escaped = true;
    at += 1;
  }
  if (at >= end) throw malformed('array');
  cursor.at = at + 1;
  const text = escaped ? unescaped(bytes, start, at) : bytes.subarray(start, at);
  element(out, text, 0, text.length);
}

/** A quoted element without its backslashes. */
function unescaped(bytes: Uint8Array, start: number, end: number): Uint8Array {
  const text = new Uint8Array(end - start);
  let length = 0;
  for (let at = start; at < end; at += 1) {
    if (bytes[at] === BACKSLASH) at += 1;
    text[length++] = bytes[at] ?? 0;
  }
  return text.subarray(0, length);
}
