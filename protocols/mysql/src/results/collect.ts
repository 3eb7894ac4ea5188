// One statement with all its rows in memory. It refuses to gather more than its limits.
import { type CallLimit, rowObjectMaker, stackAtCaller, watchCall } from '@fairlead/client';
import { FairleadError } from '@fairlead/errors';
import type { Connection } from '../connection/connection.ts';
import type { ResultLimits } from '../options/connect-options.ts';
import { firstWord } from '../route/reader/read-only.ts';
import type { ExecutionOptions, RowEvents, Statement } from '../statements/statement.ts';
import type {
  ArrayRow,
  Column,
  ObjectRow,
  QueryOptions,
  QueryResult,
  StatementResult,
  Summary,
} from '../types.ts';
import type { Value } from '../values/value.ts';
import { typeName } from '../wire/column-types.ts';
import type { OkWords, ResultColumn } from '../wire/messages.ts';

/** Half of what an isolate has: a result is held as values, and as text when it is sent on. */
const DEFAULT_MAX_BYTES = 67_108_864;

type Row = ArrayRow | ObjectRow;

/** Results of the same shape share their columns: what is made of them is made once. */
const described = new WeakMap<readonly ResultColumn[], readonly Column[]>();
const makers = new WeakMap<readonly ResultColumn[], (row: Value[]) => ObjectRow>();

/** The columns as users see them. */
export function describeColumns(columns: readonly ResultColumn[]): readonly Column[] {
  let found = described.get(columns);
  if (found === undefined) {
    found = columns.map((column) => ({
      name: column.name,
      type: typeName(column),
      table: column.table,
      schema: column.schema,
    }));
    described.set(columns, found);
  }
  return found;
}

/** Makes objects of rows. */
export function objectMaker(columns: readonly ResultColumn[]): (row: Value[]) => ObjectRow {
  let found = makers.get(columns);
  if (found === undefined) {
    found = rowObjectMaker<Value>(columns.map(({ name }) => name));
    makers.set(columns, found);
  }
  return found;
}

/** The end of a result as users see it. */
export function summarize(words: OkWords, rows: number | undefined): Summary {
  const affectedRows = Number(words.affectedRows);
  return {
    rowCount: rows ?? affectedRows,
    affectedRows,
    lastInsertId: String(words.lastInsertId),
    warningCount: words.warningCount,
    info: words.info,
  };
}

/** How much a result counts for `maxBytes`, apart from its rows: a CALL may have no end of empty ones. */
const RESULT_BYTES = 256;

/** How much a value counts for `maxBytes`. */
function sizeOf(value: Value): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 8;
  return value instanceof Uint8Array ? value.length : JSON.stringify(value).length;
}

/** Gathers results, and says when they are too large. */
class Collector implements RowEvents {
  readonly results: StatementResult<Row>[] = [];
  /** Stops the statement. */
  stop: (reason: FairleadError) => void = () => undefined;
  readonly #maxRows: number;
  readonly #maxBytes: number;
  readonly #asObjects: boolean;
  #rowsLeft: number;
  #bytes = 0;
  #columns: readonly ResultColumn[] | undefined;
  #rows: Row[] = [];
  #make: (row: Value[]) => Row = (row) => row;

  constructor(options: QueryOptions, limits: ResultLimits | undefined) {
    this.#maxRows = options.maxRows ?? limits?.maxRows ?? Number.POSITIVE_INFINITY;
    this.#rowsLeft = this.#maxRows;
    this.#maxBytes = options.maxBytes ?? limits?.maxBytes ?? DEFAULT_MAX_BYTES;
    this.#asObjects = options.rowMode !== 'array';
  }

  onColumns(columns: readonly ResultColumn[]): void {
    this.#columns = columns;
    this.#rows = [];
    if (this.#asObjects) this.#make = objectMaker(columns);
  }

  onRow(row: Value[]): void {
    if (this.#rowsLeft === 0) {
      this.#over(`${this.#maxRows} rows`);
      return;
    }
    this.#rowsLeft -= 1;
    let bytes = this.#bytes;
    for (let i = 0; i < row.length; i += 1) bytes += sizeOf(row[i] ?? null);
    this.#bytes = bytes;
    if (bytes > this.#maxBytes) this.#over(`${this.#maxBytes} bytes`);
    else this.#rows.push(this.#make(row));
  }

  onResult(words: OkWords): void {
    const columns = this.#columns;
    const rows = this.#rows;
    this.#columns = undefined;
    this.#rows = [];
    this.results.push({
      columns: columns === undefined ? [] : describeColumns(columns),
      rows,
      ...summarize(words, columns === undefined ? undefined : rows.length),
    });
    if (this.results.length === 1) return;
    this.#bytes += RESULT_BYTES;
    if (this.#bytes > this.#maxBytes) this.#over(`${this.#maxBytes} bytes`);
  }

  #over(limit: string): void {
    this.#rows = [];
    this.stop(
      new FairleadError(
        'limit',
        `The result is larger than the limit of ${limit}. Ask for less (LIMIT), raise the limit, or use stream().`,
      ),
    );
  }
}

/** How a statement is to be run, and how much of its results to gather. */
export interface CollectOptions extends ExecutionOptions {
  readonly limit: CallLimit;
  readonly options: QueryOptions;
  readonly limits: ResultLimits | undefined;
}

/**
 * Runs a statement and gathers its results.
 * @throws FairleadError as `Queryable.query`.
 */
export async function collect(
  connection: Connection,
  statement: Statement,
  how: CollectOptions,
): Promise<QueryResult<Row>> {
  const collector = new Collector(how.options, how.limits);
  const execution = connection.start(statement, collector, how);
  collector.stop = (reason) => execution.stop(reason);
  const unwatch = watchCall(connection.deadlines, 'query', how.limit, collector.stop);
  try {
    await execution.done;
  } catch (error) {
    throw stackAtCaller(error);
  } finally {
    unwatch();
  }
  const { results } = collector;
  const [first] = results;
  if (first === undefined) throw new FairleadError('protocol', 'The server answered without a result.');
  return { ...first, command: firstWord(statement.text), results };
}
