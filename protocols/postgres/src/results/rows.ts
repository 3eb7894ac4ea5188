// A stream's rows as objects or arrays. It decodes each network read's rows at once.
import type { ArrayRow, BatchStream, Column, ObjectRow, RowStream, Summary } from '../types.ts';
import type { TypeRegistry } from '../values/registry.ts';
import type { CellSource } from '../values/rows/cell-source.ts';
import type { RowReader } from '../values/rows/shape.ts';
import type { Field } from '../wire/messages.ts';
import type { BatchBuilder } from './batches.ts';
import { columnsOf, readerOf } from './collect.ts';

type Row = ArrayRow | ObjectRow;

/** Gathers rows as users know them. */
export class RowBuilder implements BatchBuilder<Row[]> {
  readonly #registry: TypeRegistry;
  readonly #rowMode: 'object' | 'array' | undefined;
  #rows: Row[] = [];
  #read: RowReader<Row> | undefined;

  constructor(registry: TypeRegistry, rowMode: 'object' | 'array' | undefined) {
    this.#registry = registry;
    this.#rowMode = rowMode;
  }

  begin(fields: readonly Field[]): void {
    this.#read = readerOf(fields, this.#registry, this.#rowMode);
  }

  row(source: CellSource, start: number, end: number): void {
    if (this.#read !== undefined) this.#rows.push(this.#read(source, start, end));
  }

  take(): Row[] | undefined {
    if (this.#rows.length === 0) return undefined;
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }
}

/** A stream of batches, row by row. */
export class Rows implements RowStream<Row> {
  readonly #stream: BatchStream<Row[]>;
  readonly #registry: TypeRegistry;

  constructor(stream: BatchStream<Row[]>, registry: TypeRegistry) {
    this.#stream = stream;
    this.#registry = registry;
  }

  get columns(): Promise<readonly Column[]> {
    const columns = this.#stream.fields.then((fields) => columnsOf(fields, this.#registry));
    columns.catch(() => undefined);
    return columns;
  }

  get summary(): Summary | undefined {
    return this.#stream.summary;
  }

  batches(): AsyncIterableIterator<Row[]> {
    return this.#stream.batches();
  }

  async *[Symbol.asyncIterator](): AsyncIterableIterator<Row> {
    for await (const batch of this.#stream.batches()) yield* batch;
  }
}
