// Arrays, ranges, multiranges and composites in the binary format. It nests no deeper than its caller lets it.

import { Range, type RangeBounds } from '../values/range.ts';
import { malformed } from '../values/text/malformed.ts';
import type { Value } from '../values/value.ts';
import type { BinaryDecoder } from './cursor.ts';

/** The server's own limit, MAXDIM. */
const MAX_DIMENSIONS = 6;

/** Dimensions, and for each its size and lower bound; then the elements, the last dimension's first. */
export function arrayOf(decode: BinaryDecoder): BinaryDecoder {
  return (cursor) => {
    const dimensions = cursor.i32();
    cursor.take(8);
    if (dimensions < 0 || dimensions > MAX_DIMENSIONS) throw malformed('array');
    const sizes = Array.from({ length: dimensions }, () => {
      const size = cursor.count(4);
      cursor.take(4);
      // An empty dimension would let the ones around it count to any number for nothing; the only one may be so, as an
      // `oidvector` without elements is.
      if (size === 0 && dimensions > 1) throw malformed('array');
      return size;
    });
    const level = (depth: number): Value => {
      const size = sizes[depth];
      if (size === undefined) return cursor.cell(decode);
      const values: Value[] = [];
      for (let i = 0; i < size; i += 1) values.push(level(depth + 1));
      return values;
    };
    return dimensions === 0 ? [] : level(0);
  };
}

/** Flags (rangetypes.h): 1 is empty; 2 and 4, the lower and the upper bound belong to it; 8 and 16, there is none. */
export function rangeOf(decode: BinaryDecoder): BinaryDecoder {
  return (cursor) => {
    const flags = cursor.u8();
    if (flags & 1) return 'empty';
    const lower = flags & 8 ? null : cursor.cell(decode);
    const upper = flags & 16 ? null : cursor.cell(decode);
    return new Range(lower, upper, `${flags & 2 ? '[' : '('}${flags & 4 ? ']' : ')'}` as RangeBounds);
  };
}

/** How many ranges, and these. */
export function multirangeOf(decode: BinaryDecoder): BinaryDecoder {
  return (cursor) => Array.from({ length: cursor.count(5) }, () => cursor.cell(decode));
}

/**
 * How many columns, and of each its type and value.
 * @param names Of the columns; without them the value is an array.
 */
export function compositeOf(
  names: readonly string[] | undefined,
  decoderOf: (oid: number) => BinaryDecoder,
): BinaryDecoder {
  return (cursor) => {
    const values = Array.from({ length: cursor.count(8) }, () => cursor.cell(decoderOf(cursor.i32() >>> 0)));
    if (names === undefined) return values;
    if (names.length !== values.length) throw malformed('composite');
    return Object.fromEntries(names.map((name, i) => [name, values[i] ?? null]));
  };
}
