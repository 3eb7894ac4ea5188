// One statement with all its rows in memory. It refuses to gather more than its limits.
import type { FairleadError } from '@fairlead/errors';
import { appended, EMPTY, maxBytesOf, maxRowsOf, tooManyBytes, tooManyRows } from '@fairlead/sql-client';
import type { ResultLimits } from '../options/connect-options.ts';
import type { Sink } from '../statements/request.ts';
import type { ArrayRow, Column, ObjectRow, QueryOptions, QueryResult, Summary } from '../types.ts';
import type { TypeRegistry } from '../values/registry.ts';
import type { CellSource } from '../values/rows/cell-source.ts';
import { rowReader } from '../values/rows/row-reader.ts';
import type { RowReader, Shape } from '../values/rows/shape.ts';
import type { Field } from '../wire/messages.ts';

const ONE_ROW: Summary = { command: 'SELECT', rowCount: 1 };

type Row = ArrayRow | ObjectRow;

/** Finds again what was made of columns before. */
function shapeOf(fields: readonly Field[], registry: TypeRegistry): Shape {
  let shape = registry.shapes.get(fields);
  if (shape === undefined) {
    const columns = fields.map(({ name, typeOid: oid }) => ({ name, type: registry.typeName(oid), oid }));
    shape = { columns };
    registry.shapes.set(fields, shape);
  }
  return shape;
}

/** The columns as users see them. */
export function columnsOf(fields: readonly Field[] | undefined, registry: TypeRegistry): readonly Column[] {
  return fields === undefined ? [] : shapeOf(fields, registry).columns;
}

function readerIn(
  shape: Shape,
  fields: readonly Field[],
  registry: TypeRegistry,
  rowMode: 'object' | 'array',
): RowReader<Row> {
  const found = shape[rowMode] ?? rowReader(fields, registry, rowMode);
  shape[rowMode] = found;
  return found;
}

/** What makes rows of a result. */
export function readerOf(
  fields: readonly Field[],
  registry: TypeRegistry,
  rowMode: 'object' | 'array' = 'object',
): RowReader<Row> {
  return readerIn(shapeOf(fields, registry), fields, registry, rowMode);
}

/**
 * The number of rows at a command tag's end, and the tag without its numbers.
 * @param rows How many rows came, for statements whose tag does not say: SHOW, EXPLAIN, CALL.
 */
export function readTag(tag: string, rows = 0): Summary {
  // What is read most by far.
  if (tag === 'SELECT 1') return ONE_ROW;
  const at = tag.search(/ \d/);
  if (at < 0) return { command: tag, rowCount: rows };
  return { command: tag.slice(0, at), rowCount: Number(tag.slice(tag.lastIndexOf(' ') + 1)) };
}

/** Gathers the rows of one statement, or of each one of a script. */
export class Collector implements Sink {
  results: QueryResult<Row>[] = EMPTY;
  readonly #registry: TypeRegistry;
  readonly #rowMode: 'object' | 'array' | undefined;
  readonly #maxRows: number;
  readonly #maxBytes: number;
  #rows: Row[] = EMPTY;
  #bytes = 0;
  #read: RowReader<Row> | undefined;
  #columns: readonly Column[] | undefined;

  constructor(registry: TypeRegistry, options: QueryOptions, limits: ResultLimits | undefined) {
    this.#registry = registry;
    this.#rowMode = options.rowMode;
    this.#maxRows = maxRowsOf(options, limits);
    this.#maxBytes = maxBytesOf(options, limits);
  }

  begin(fields: readonly Field[]): void {
    const shape = shapeOf(fields, this.#registry);
    this.#columns = shape.columns;
    this.#read = readerIn(shape, fields, this.#registry, this.#rowMode ?? 'object');
  }

  row(source: CellSource, start: number, end: number): void {
    this.#bytes += end - start;
    if (this.#rows.length >= this.#maxRows) throw this.#over(tooManyRows(this.#maxRows));
    if (this.#bytes > this.#maxBytes) throw this.#over(tooManyBytes(this.#maxBytes));
    if (this.#read !== undefined) this.#rows = appended(this.#rows, this.#read(source, start, end));
  }

  tag(tag: string, fields: readonly Field[] | undefined): void {
    const rows = this.#rows === EMPTY ? [] : this.#rows;
    const { command, rowCount } = readTag(tag, rows.length);
    const columns = this.#columns ?? columnsOf(fields, this.#registry);
    this.results = appended(this.results, { columns, rows, rowCount, command });
    this.#rows = EMPTY;
    this.#columns = undefined;
  }

  #over(reason: FairleadError): FairleadError {
    this.#rows = EMPTY;
    return reason;
  }
}
