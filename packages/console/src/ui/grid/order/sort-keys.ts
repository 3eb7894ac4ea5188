// What rows are sorted by: one number a row, and the cell's own bytes where two numbers are equal. It sorts nothing.
import { type ColumnKind, type GridColumn, kindOf } from '../column.ts';
import { findCell } from '../rows/raw-cells.ts';
import type { RowStore } from '../rows/row-store.ts';
import { compareDecimals } from './decimals.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LETTER_N = 0x6e;
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
/** With a sign or a point among them so many digits are no more than fifteen. */
const PLAIN_LENGTH = 15;
/** So many bytes of a text fit into a double, exactly. */
const PREFIX_BYTES = 6;
const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

const decoder = new TextDecoder();
const utf8 = new TextEncoder();

/** The rank of each byte of a text: small letters and capitals are one. */
const TEXT_RANKS = Uint8Array.from({ length: 256 }, (_, i) => (i >= 0x41 && i <= 0x5a ? i + 0x20 : i));
/** The rank of each byte of base64, so that bytes are sorted as bytes. */
const BASE64_RANKS = Uint8Array.from({ length: 256 }, (_, i) => 1 + BASE64.indexOf(String.fromCharCode(i)));

/** The keys of a column's cells, row by row. */
export class SortKeys {
  readonly #store: RowStore;
  readonly #column: number;
  readonly #kind: ColumnKind;
  readonly #ranks: Uint8Array;
  readonly #keys: Float64Array;
  /** Where the cell's text begins in its row, and how long it is. */
  readonly #starts: Uint32Array;
  readonly #lengths: Uint32Array;
  readonly #place = { start: 0, end: 0 };

  /** @param count Rows from the first on. */
  constructor(store: RowStore, column: number, count: number) {
    const empty: GridColumn = { name: '', type: '' };
    this.#store = store;
    this.#column = column;
    this.#kind = kindOf(store.columns.peek()[column] ?? empty);
    this.#ranks = this.#kind === 'bytes' ? BASE64_RANKS : TEXT_RANKS;
    this.#keys = new Float64Array(count);
    this.#starts = new Uint32Array(count);
    this.#lengths = new Uint32Array(count);
  }

  /** Reads a row's key. @returns False for NULL, which has none. */
  read(row: number): boolean {
    const { bytes, start, end } = this.#store.find(row);
    const place = this.#place;
    if (!findCell(bytes, start, end, this.#column, place) || bytes[place.start] === LETTER_N) return false;
    const isQuoted = bytes[place.start] === QUOTE;
    if (isQuoted && this.#kind !== 'json') {
      place.start += 1;
      place.end -= 1;
    }
    this.#starts[row] = place.start - start;
    this.#lengths[row] = place.end - place.start;
    this.#keys[row] = this.#kind === 'number' ? this.#number(bytes) : this.#prefix(row);
    return true;
  }

  /** Negative where the first row comes first; 0 where both have one value. */
  compare(a: number, b: number): number {
    const first = this.#keys[a] ?? 0;
    const second = this.#keys[b] ?? 0;
    if (first !== second) return first < second ? -1 : 1;
    if (this.#kind === 'number')
      return Number.isSafeInteger(first) ? 0 : compareDecimals(this.#text(a), this.#text(b));
    return this.#compareTexts(this.#bytes(a), this.#bytes(b));
  }

  #number(bytes: Uint8Array): number {
    const { start, end } = this.#place;
    const plain = readPlain(bytes, start, end);
    if (plain !== undefined) return plain;
    const value = Number(decoder.decode(bytes.subarray(start, end)));
    // As Postgres has it: what is not a number comes behind all numbers.
    return Number.isNaN(value) ? Number.POSITIVE_INFINITY : value;
  }

  #prefix(row: number): number {
    const bytes = this.#bytes(row);
    let key = 0;
    for (let i = 0; i < PREFIX_BYTES; i += 1) key = key * 256 + (this.#ranks[bytes[i] ?? 0] ?? 0);
    return key;
  }

  #compareTexts(a: Uint8Array, b: Uint8Array): number {
    const length = Math.min(a.length, b.length);
    for (let i = 0; i < length; i += 1) {
      const order = (this.#ranks[a[i] ?? 0] ?? 0) - (this.#ranks[b[i] ?? 0] ?? 0);
      if (order !== 0) return order;
    }
    return a.length - b.length;
  }

  /** The cell's text in UTF-8, without escapes. */
  #bytes(row: number): Uint8Array {
    const raw = this.#raw(row);
    if (this.#kind === 'json' || !raw.includes(BACKSLASH)) return raw;
    return utf8.encode(String(JSON.parse(`"${decoder.decode(raw)}"`)));
  }

  #text(row: number): string {
    return decoder.decode(this.#raw(row));
  }

  #raw(row: number): Uint8Array {
    const { bytes, start } = this.#store.find(row);
    const from = start + (this.#starts[row] ?? 0);
    return bytes.subarray(from, from + (this.#lengths[row] ?? 0));
  }
}

/**
 * A number of at most fifteen digits, without an exponent; undefined for all others. The quotient of two doubles that hold their
 * values exactly is the nearest double.
 */
function readPlain(bytes: Uint8Array, start: number, end: number): number | undefined {
  if (end - start > PLAIN_LENGTH || start === end) return undefined;
  const isNegative = bytes[start] === MINUS;
  let digits = 0;
  let divisor = 0;
  for (let at = isNegative ? start + 1 : start; at < end; at += 1) {
    const code = bytes[at] ?? 0;
    if (code === DOT && divisor === 0) divisor = 1;
    else if (code >= ZERO && code <= NINE) {
      digits = digits * 10 + code - ZERO;
      divisor *= 10;
    } else return undefined;
  }
  const value = divisor === 0 ? digits : digits / divisor;
  return isNegative ? -value : value;
}
