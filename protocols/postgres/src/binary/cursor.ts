// Reads the binary format of one cell. It never reads past the cell's end.

import type { CellSource } from '../values/rows/cell-source.ts';
import { malformed } from '../values/text/malformed.ts';
import type { Value } from '../values/value.ts';

/** Makes a value of a cell's bytes, all of which it must take. */
export type BinaryDecoder = (cursor: Cursor) => Value;

/** A position in a cell. Every method throws FairleadError `protocol` when the cell is too short. */
export class Cursor {
  readonly source: CellSource;
  at: number;
  readonly end: number;

  constructor(source: CellSource, start: number, end: number) {
    this.source = source;
    this.at = start;
    this.end = end;
  }

  /** Where the next `length` bytes begin. */
  take(length: number): number {
    const { at } = this;
    if (length < 0 || length > this.end - at) throw malformed('binary');
    this.at = at + length;
    return at;
  }

  u8(): number {
    return this.source.view.getUint8(this.take(1));
  }

  u16(): number {
    return this.source.view.getUint16(this.take(2));
  }

  i16(): number {
    return this.source.view.getInt16(this.take(2));
  }

  i32(): number {
    return this.source.view.getInt32(this.take(4));
  }

  i64(): bigint {
    return this.source.view.getBigInt64(this.take(8));
  }

  /** The next `length` bytes, copied. Default: all that are left. */
  bytes(length: number = this.end - this.at): Uint8Array {
    const at = this.take(length);
    return this.source.bytes.slice(at, this.at);
  }

  /** All that is left, as text. */
  text(): string {
    const at = this.take(this.end - this.at);
    return this.source.text(at, this.end);
  }

  /** A text with a NUL behind it. */
  terminated(): string {
    const from = this.at;
    const to = this.source.bytes.indexOf(0, from);
    if (to < 0 || to >= this.end) throw malformed('binary');
    this.at = to + 1;
    return this.source.text(from, to);
  }

  /** The next element of a container: a length of 32 bits, -1 for NULL, and what `decode` makes of as many bytes. */
  cell(decode: BinaryDecoder): Value {
    const length = this.i32();
    return length === -1 ? null : new Cursor(this.source, this.take(length), this.at).whole(decode);
  }

  /** How many elements follow, each of `size` bytes or more. */
  count(size: number): number {
    const count = this.i32();
    if (count < 0 || count * size > this.end - this.at) throw malformed('binary');
    return count;
  }

  /** What `decode` makes of everything. */
  whole(decode: BinaryDecoder): Value {
    const value = decode(this);
    if (this.at !== this.end) throw malformed('binary');
    return value;
  }
}
