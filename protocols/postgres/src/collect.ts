// One statement with all its rows in memory. It refuses to gather more than its limits.
import { rowObjectMaker } from '@fairlead/client';
import { FairleadError } from '@fairlead/errors';
import type { ArrayRow, Column, ObjectRow, QueryOptions, QueryResult } from './api.ts';
import type { ResultLimits } from './connect-options.ts';
import { type Connection, watch } from './connection.ts';
import type { DriverColumn } from './driver.ts';
import { typeName } from './types.ts';
import type { Value } from './values.ts';

/** Half of what an isolate has: a result is held as values, and as text when it is sent on. */
const DEFAULT_MAX_BYTES = 67_108_864;

/** A prepared statement has one array of columns for all its runs: what is made of it is made once. */
const described = new WeakMap<readonly DriverColumn[], readonly Column[]>();
const makers = new WeakMap<readonly DriverColumn[], (row: Value[]) => ObjectRow>();

/** The driver's columns as users see them. */
export function describeColumns(columns: readonly DriverColumn[] | null): readonly Column[] {
  if (columns === null) return [];
  let found = described.get(columns);
  if (found === undefined) {
    found = columns.map(({ name, type }) => ({ name, type: typeName(type), oid: type }));
    described.set(columns, found);
  }
  return found;
}

/** Makes objects of rows. */
export function objectMaker(columns: readonly DriverColumn[]): (row: Value[]) => ObjectRow {
  let found = makers.get(columns);
  if (found === undefined) {
    found = rowObjectMaker<Value>(columns.map(({ name }) => name));
    makers.set(columns, found);
  }
  return found;
}

/** How much a value counts for `maxBytes`. */
function sizeOf(value: Value): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 8;
  if (value instanceof Uint8Array) return value.length;
  if (Array.isArray(value)) return value.reduce<number>((sum, each: Value) => sum + sizeOf(each), 8);
  return JSON.stringify(value).length;
}

/** Gathers rows, and says when there are too many. */
class Collector {
  readonly rows: unknown[] = [];
  readonly #maxRows: number;
  readonly #maxBytes: number;
  readonly #asObjects: boolean;
  #bytes = 0;
  #make: ((row: Value[]) => ObjectRow) | undefined;

  constructor(options: QueryOptions, limits: ResultLimits | undefined) {
    this.#maxRows = options.maxRows ?? limits?.maxRows ?? Number.POSITIVE_INFINITY;
    this.#maxBytes = options.maxBytes ?? limits?.maxBytes ?? DEFAULT_MAX_BYTES;
    this.#asObjects = options.rowMode !== 'array';
  }

  /** Takes one row; answers with an error once there are too many, and keeps nothing from then on. */
  take(row: Value[], columns: readonly DriverColumn[]): FairleadError | undefined {
    if (this.rows.length >= this.#maxRows) return this.#over(`${this.#maxRows} rows`);
    let bytes = this.#bytes;
    for (let i = 0; i < row.length; i += 1) bytes += sizeOf(row[i] ?? null);
    this.#bytes = bytes;
    if (bytes > this.#maxBytes) return this.#over(`${this.#maxBytes} bytes`);
    if (this.#asObjects) {
      this.#make ??= objectMaker(columns);
      this.rows.push(this.#make(row));
    } else {
      this.rows.push(row);
    }
    return undefined;
  }

  #over(limit: string): FairleadError {
    this.rows.length = 0;
    this.#bytes = Number.POSITIVE_INFINITY;
    return new FairleadError(
      'limit',
      `The result is larger than the limit of ${limit}. Ask for less (LIMIT), raise the limit, or use stream().`,
    );
  }
}

/**
 * Runs a statement and gathers its result.
 * @throws FairleadError as `Queryable.query`.
 */
export async function collect(
  connection: Connection,
  text: string,
  parameters: readonly unknown[],
  options: QueryOptions,
  limits: ResultLimits | undefined,
): Promise<QueryResult<ArrayRow | ObjectRow>> {
  const collector = new Collector(options, limits);
  const execution = connection.start(text, parameters, (row, columns) => {
    const over = collector.take(row, columns);
    if (over !== undefined) execution.stop(over);
  });
  const unwatch = watch(connection, options, (reason) => execution.stop(reason));
  try {
    const { columns, count, command } = await execution.done;
    return {
      columns: describeColumns(columns),
      rows: collector.rows as (ArrayRow | ObjectRow)[],
      rowCount: count ?? 0,
      command: command ?? '',
    };
  } finally {
    unwatch();
  }
}
