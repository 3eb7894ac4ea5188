// Geometric types from the binary format, as the server's texts.

import { malformed } from '../values/text/malformed.ts';
import type { BinaryDecoder, Cursor } from './cursor.ts';
import { float8Text } from './numbers.ts';

const SIZE_BYTES = 16;

/** `(1,2)`. */
export function point(cursor: Cursor): string {
  return `(${float8Text(cursor)},${float8Text(cursor)})`;
}

/** As many points as are said, with commas between. */
function points(cursor: Cursor, count: number): string {
  return Array.from({ length: count }, () => point(cursor)).join();
}

function countOf(cursor: Cursor): number {
  return cursor.count(SIZE_BYTES);
}

/** `{A,B,C}`. */
export const line: BinaryDecoder = (cursor) =>
  `{${float8Text(cursor)},${float8Text(cursor)},${float8Text(cursor)}}`;

/** `[(0,0),(1,1)]`. */
export const segment: BinaryDecoder = (cursor) => `[${points(cursor, 2)}]`;

/** `(1,1),(0,0)`. */
export const box: BinaryDecoder = (cursor) => points(cursor, 2);

/** `((0,0),(1,1))` where it is closed, `[(0,0),(1,1)]` where it is open. */
export const path: BinaryDecoder = (cursor) => {
  const closed = cursor.u8();
  if (closed > 1) throw malformed('path');
  const text = points(cursor, countOf(cursor));
  return closed === 1 ? `(${text})` : `[${text}]`;
};

/** `((0,0),(1,0),(1,1))`. */
export const polygon: BinaryDecoder = (cursor) => `(${points(cursor, countOf(cursor))})`;

/** `<(0,0),1.5>`. */
export const circle: BinaryDecoder = (cursor) => `<${point(cursor)},${float8Text(cursor)}>`;
