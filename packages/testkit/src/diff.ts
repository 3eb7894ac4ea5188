// Hex dumps and the difference report of two byte strings. Formats for people; decides nothing.
import { firstDifference } from './bytes.ts';

const ROW_BYTES = 16;
const SHOWN_ROWS_BEFORE = 2;
const SHOWN_ROWS = 6;

function printable(byte: number): string {
  return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.';
}

function row(bytes: Uint8Array, offset: number): string {
  const part = [...bytes.subarray(offset, offset + ROW_BYTES)];
  const hex = part.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  const address = offset.toString(16).padStart(6, '0');
  return `${address}  ${hex.padEnd(ROW_BYTES * 3 - 1)}  |${part.map(printable).join('')}|`;
}

/**
 * Rows of 16 bytes: offset, hex, ASCII.
 * @param bytes What to show.
 * @param from First byte shown, rounded down to a row. Default 0.
 * @param maxRows Rows shown before the dump is cut with a note. Default: all.
 */
export function hexDump(bytes: Uint8Array, from = 0, maxRows = Number.POSITIVE_INFINITY): string {
  const rows: string[] = [];
  const start = Math.max(0, from - (from % ROW_BYTES));
  let offset = start;
  for (; offset < bytes.length && rows.length < maxRows; offset += ROW_BYTES) rows.push(row(bytes, offset));
  if (offset < bytes.length) rows.push(`        ... ${bytes.length - offset} more bytes`);
  return rows.length === 0 ? '(no bytes)' : rows.join('\n');
}

/**
 * What differs between two byte strings: the first offset, then both dumps around it with a caret below.
 * @returns `undefined` if they are equal.
 */
export function diffBytes(expected: Uint8Array, actual: Uint8Array): string | undefined {
  const at = firstDifference(expected, actual);
  if (at === -1) return undefined;
  const from = Math.max(0, at - (at % ROW_BYTES) - SHOWN_ROWS_BEFORE * ROW_BYTES);
  return [
    `first difference at offset ${at} (0x${at.toString(16)}); expected ${expected.length} bytes, got ${actual.length}`,
    'expected:',
    mark(hexDump(expected, from, SHOWN_ROWS), from, at),
    'actual:',
    mark(hexDump(actual, from, SHOWN_ROWS), from, at),
  ].join('\n');
}

/** Puts a caret line below the row that holds offset `at`. */
function mark(dump: string, from: number, at: number): string {
  const lines = dump.split('\n');
  const rowOfDifference = Math.floor((at - from) / ROW_BYTES);
  if (rowOfDifference >= lines.length) return dump;
  const column = 8 + (at % ROW_BYTES) * 3;
  lines.splice(rowOfDifference + 1, 0, `${' '.repeat(column)}^^`);
  return lines.join('\n');
}
