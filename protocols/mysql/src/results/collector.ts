// One statement with all its rows in memory. It refuses to gather more than its limits.
import { FairleadError } from '@fairlead/errors';
import { appended, EMPTY, maxBytesOf, maxRowsOf, tooManyBytes, tooManyRows } from '@fairlead/sql-client';
import type { Connection } from '../connection/connection.ts';
import type { ResultLimits } from '../options/connect-options.ts';
import type { Execution, ExecutionOptions, RowEvents, Statement } from '../session/statement.ts';
import type { ArrayRow, ObjectRow, QueryOptions, QueryResult, StatementResult } from '../types/results.ts';
import type { Value } from '../values/value.ts';
import type { OkPacket, ResultColumn } from '../wire/messages.ts';
import { describeColumns, objectMaker, summarize } from './public-shape.ts';

type Row = ArrayRow | ObjectRow;

/** How much a result counts for `maxBytes`, apart from its rows: a CALL may have no end of empty ones. */
const RESULT_BYTES = 256;

/** How much a value counts for `maxBytes`. */
function sizeOf(value: Value): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 8;
  return value instanceof Uint8Array ? value.length : JSON.stringify(value).length;
}

/** Gathers a statement's results, and stops it when they are too large. */
export class Collector implements RowEvents {
  readonly #command: string;
  #results: StatementResult<Row>[] = EMPTY;
  #execution: Execution | undefined;
  readonly #maxRows: number;
  readonly #maxBytes: number;
  readonly #asObjects: boolean;
  #rowsLeft: number;
  #bytes = 0;
  #columns: readonly ResultColumn[] | undefined;
  #rows: Row[] = EMPTY;
  #make: (row: Value[]) => Row = (row) => row;

  constructor(command: string, options: QueryOptions, limits: ResultLimits | undefined) {
    this.#command = command;
    this.#maxRows = maxRowsOf(options, limits);
    this.#rowsLeft = this.#maxRows;
    this.#maxBytes = maxBytesOf(options, limits);
    this.#asObjects = options.rowMode !== 'array';
  }

  /** Adds the statement to the connection's queue. */
  begin(connection: Connection, statement: Statement, options: ExecutionOptions): Execution {
    this.#execution = connection.start(statement, this, options);
    return this.#execution;
  }

  /**
   * What the statement answered.
   * @throws FairleadError `protocol` where that was nothing.
   */
  get result(): QueryResult<Row> {
    const results = this.#results;
    const [first] = results;
    if (first === undefined) throw new FairleadError('protocol', 'The server answered without a result.');
    return { ...first, command: this.#command, results };
  }

  onColumns(columns: readonly ResultColumn[]): void {
    this.#columns = columns;
    this.#rows = EMPTY;
    if (this.#asObjects) this.#make = objectMaker(columns);
  }

  onRow(row: Value[]): void {
    if (this.#rowsLeft === 0) {
      this.#over(tooManyRows(this.#maxRows));
      return;
    }
    this.#rowsLeft -= 1;
    let bytes = this.#bytes;
    for (let i = 0; i < row.length; i += 1) bytes += sizeOf(row[i] ?? null);
    this.#bytes = bytes;
    if (bytes > this.#maxBytes) this.#over(tooManyBytes(this.#maxBytes));
    else this.#rows = appended(this.#rows, this.#make(row));
  }

  onResult(words: OkPacket): void {
    const columns = this.#columns;
    const rows = this.#rows === EMPTY ? [] : this.#rows;
    this.#columns = undefined;
    this.#rows = EMPTY;
    this.#results = appended(this.#results, {
      columns: columns === undefined ? [] : describeColumns(columns),
      rows,
      ...summarize(words, columns === undefined ? undefined : rows.length),
    });
    if (this.#results.length === 1) return;
    this.#bytes += RESULT_BYTES;
    if (this.#bytes > this.#maxBytes) this.#over(tooManyBytes(this.#maxBytes));
  }

  #over(reason: FairleadError): void {
    this.#rows = EMPTY;
    this.#execution?.stop(reason);
  }
}
