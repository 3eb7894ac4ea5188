// Rows as JSON, straight from DataRow's bytes to bytes: no value and no string in between. It waits for nothing, and
// writes no row by half.
import { Writer } from '@fairlead/bytes';
import { FairleadError } from '@fairlead/errors';
import type { BatchBuilder } from '../results/batches.ts';
import type { CellSource } from '../values/rows/cell-source.ts';
import type { Field } from '../wire/messages.ts';
import { ascii, type CellWriter } from './cell-writer.ts';
import { cellWriter } from './types.ts';

const OBJECT = [0x7b, 0x7d] as const;
const ARRAY = [0x5b, 0x5d] as const;
const NULL = ascii('null');

/** Much of this is one network read's worth of rows; what several share is set aside once. */
const CHUNK_BYTES = 262_144;
const DEFAULT_MAX_BYTES = 67_108_864;

/** Options of a `JsonRowWriter`. */
export interface JsonRowOptions {
  /** In an object, the last of several columns of one name stays. Default `object`. */
  readonly rowMode?: 'object' | 'array' | undefined;
  /** What stands behind each row, the last one too: a line break for NDJSON, a comma for an array. Default a line break. */
  readonly separator?: '\n' | ',' | undefined;
  /** The most that is held between two calls of `take`. Default 64 MiB. */
  readonly maxBytes?: number | undefined;
}

/** How one column is written. */
interface Cell {
  /** What stands before the value: a comma, and in an object the name and a colon. */
  readonly before: Uint8Array;
  /** `undefined` for a column whose name comes once more. */
  readonly write: CellWriter | undefined;
}

/**
 * Makes batches of rows as JSON texts in UTF-8. A batch holds whole rows; it is never written to again.
 * @example
 * ```ts
 * import { JsonRowWriter } from '@fairlead/postgres/json';
 *
 * const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
 * const out = writable.getWriter(); // return new Response(readable)
 * const ndjson = db.streamWith('select id, name from items', [], new JsonRowWriter());
 * for await (const lines of ndjson.batches()) await out.write(lines);
 * await out.close();
 * ```
 */
export class JsonRowWriter implements BatchBuilder<Uint8Array> {
  readonly #isObject: boolean;
  readonly #separator: number;
  readonly #out: Writer;
  readonly #writerOf: (oid: number) => CellWriter;
  #cells: readonly Cell[] = [];
  /** How much of `#out` is whole rows. */
  #whole = 0;
  #count = 0;
  #taken = 0;

  /** @param writerOf What writes the cells of a type, by its OID. Default: what `/pg/query` says. */
  constructor(
    { rowMode, separator = '\n', maxBytes = DEFAULT_MAX_BYTES }: JsonRowOptions = {},
    writerOf: (oid: number) => CellWriter = cellWriter,
  ) {
    this.#writerOf = writerOf;
    this.#isObject = rowMode !== 'array';
    this.#separator = separator.charCodeAt(0);
    this.#out = new Writer(maxBytes, CHUNK_BYTES);
  }

  /** How many rows were taken in all. */
  get taken(): number {
    return this.#taken;
  }

  /** @throws FairleadError `protocol` for a column that is not in text form. */
  begin(fields: readonly Field[]): void {
    const names = fields.map(({ name }) => name);
    let comma = '';
    this.#cells = fields.map(({ name, typeOid, format }, index) => {
      if (format !== 0) throw broken('a column in binary form, which was not asked for');
      if (this.#isObject && names.lastIndexOf(name) !== index) return { before: NULL, write: undefined };
      const before = ascii(this.#isObject ? `${comma}${JSON.stringify(name)}:` : comma);
      comma = ',';
      return { before, write: this.#writerOf(typeOid) };
    });
  }

  /**
   * @throws FairleadError `protocol` for a row that is not of these columns, or a value that is not of its type;
   *   `limit` for more than `maxBytes`.
   */
  row(source: CellSource, start: number, end: number): void {
    const out = this.#out;
    const [open, close] = this.#isObject ? OBJECT : ARRAY;
    out.u8(open);
    this.#writeCells(source.bytes, start, end);
    out.u8(close);
    out.u8(this.#separator);
    this.#whole = out.length;
    this.#count += 1;
  }

  #writeCells(bytes: Uint8Array, start: number, end: number): void {
    const cells = this.#cells;
    const out = this.#out;
    if (end - start < 2 || (((bytes[start] ?? 0) << 8) | (bytes[start + 1] ?? 0)) !== cells.length) {
      throw broken('a row whose number of columns is another one');
    }
    let at = start + 2;
    for (let i = 0; i < cells.length; i += 1) {
      const cell = cells[i];
      if (cell === undefined || at + 4 > end) throw broken('a row that ends too early');
      const length = int32(bytes, at);
      at += 4;
      const next = length < 0 ? at : at + length;
      if (length < -1 || next > end) throw broken('a value that is longer than its row');
      if (cell.write !== undefined) {
        copy(out, cell.before);
        if (length < 0) copy(out, NULL);
        else cell.write(out, bytes, at, next);
      }
      at = next;
    }
    if (at !== end) throw broken('a row with more than its columns');
  }

  /** Whole rows, each with the separator behind it. A row that was refused half-way is not in it. */
  take(): Uint8Array | undefined {
    const out = this.#out;
    out.cut(this.#whole, out.length);
    this.#whole = 0;
    this.#taken = this.#count;
    return out.length === 0 ? undefined : out.take();
  }
}

function int32(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] ?? 0) << 24) |
    ((bytes[at + 1] ?? 0) << 16) |
    ((bytes[at + 2] ?? 0) << 8) |
    (bytes[at + 3] ?? 0)
  );
}

/** A few bytes: the engine's own copying costs more than it saves. */
function copy(out: Writer, bytes: Uint8Array): void {
  out.ensure(bytes.length);
  const to = out.bytes;
  let { at } = out;
  for (let from = 0; from < bytes.length; from += 1) to[at++] = bytes[from] ?? 0;
  out.at = at;
}

function broken(what: string): FairleadError {
  return new FairleadError('protocol', `Postgres: the server sent ${what}.`);
}
