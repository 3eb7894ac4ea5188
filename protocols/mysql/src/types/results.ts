// What statements answer, and the options of a call: types only.
import type { Value } from '../values/value.ts';

/** One column of a result. */
export interface Column {
  /** The column's name or alias. */
  readonly name: string;
  /** `bigint unsigned`, `varchar`, `datetime`, `json`, ... */
  readonly type: string;
  /** The table's name or alias; empty for what no table holds. */
  readonly table: string;
  /** The database; empty for what no table holds. */
  readonly schema: string;
}

/** A row by its columns' names. Where two columns have one name, the last one wins: `rowMode: 'array'` keeps both. */
export type ObjectRow = Record<string, Value>;

/** A row's values in the order of the columns. */
export type ArrayRow = Value[];

/** What the server said at the end of one result. */
export interface Summary {
  /** Rows returned, or `affectedRows` where no rows can be. */
  readonly rowCount: number;
  /** Rows that INSERT, DELETE and REPLACE touched, and that UPDATE found, changed or not. */
  readonly affectedRows: number;
  /** The value that AUTO_INCREMENT gave to the first row inserted, in decimal digits; `"0"` for none. */
  readonly lastInsertId: string;
  /** How many warnings there are: `warnings()` fetches them. */
  readonly warningCount: number;
  /** The server's remark, such as `Rows matched: 1  Changed: 1  Warnings: 0`. */
  readonly info: string;
}

/** One result of a statement. */
export interface StatementResult<Row> extends Summary {
  /** Empty where no rows can be. */
  readonly columns: readonly Column[];
  readonly rows: Row[];
}

/** What a query answered: its first result, and all of them. */
export interface QueryResult<Row> extends StatementResult<Row> {
  /** The statement's first word in upper case: `SELECT`, `INSERT`, `CALL`. */
  readonly command: string;
  /** More than one for CALL, whose last one has no rows, and for several statements. */
  readonly results: readonly StatementResult<Row>[];
}

/** A warning of the last statement. */
export interface Warning {
  readonly level: string;
  readonly code: number;
  readonly message: string;
}

/** Options of every call. */
export interface CallOptions {
  /** Cancels the statement on the server (KILL QUERY), then rejects with `aborted`. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Milliseconds, `Infinity` for no limit. Cancels the statement on the server, then rejects with `timeout`. For streams:
   * how long to wait for rows, and how long rows may wait for their reader after `columns` was asked for. Default: the connection's
   * `timeoutMs`.
   */
  readonly timeoutMs?: number | undefined;
}

/** Options of `query`, `execute`, `stream` and `results`. */
export interface QueryOptions extends CallOptions {
  /** Default `object`. */
  readonly rowMode?: 'object' | 'array' | undefined;
  /** Of all results together. Default: the connection's `limits.maxRows`. Not for streams. */
  readonly maxRows?: number | undefined;
  /** Default: the connection's `limits.maxBytes`. Not for streams. */
  readonly maxBytes?: number | undefined;
  /**
   * Runs the statement in a READ ONLY transaction of its own, rolled back behind it, in the same flight. For one that
   * reads (SELECT, WITH, VALUES, TABLE, SHOW, EXPLAIN, DESCRIBE), where no transaction is open. Default false.
   */
  readonly readOnly?: boolean | undefined;
  /**
   * Milliseconds that the server lets the statement run, whatever becomes of this client, `Infinity` for no limit: MySQL's
   * `max_execution_time`, which ends SELECT alone, MariaDB's `max_statement_time`. Default: `timeoutMs`; streams: no limit,
   * since the server also counts the time in which their rows wait for a reader.
   */
  readonly serverTimeoutMs?: number | undefined;
  /**
   * What `LOAD DATA LOCAL INFILE` of this statement reads instead of the file that it names. Without it the server
   * gets nothing, and the call rejects with `policy`. If it throws, so does the call; the connection is ended, and the
   * load with it.
   */
  readonly localData?: AsyncIterable<Uint8Array> | undefined;
}

/** Options that choose rows as arrays. */
export interface ArrayQueryOptions extends QueryOptions {
  readonly rowMode: 'array';
}

/** Options of `stream` and `results`. */
export interface StreamOptions extends QueryOptions {
  /** `prepared` as by `execute`, `text` as by `query`. Default `text`. */
  readonly protocol?: 'text' | 'prepared' | undefined;
}

/**
 * Rows as they come, of the statement's first result with columns; further ones are read, dropped and counted
 * (`results()` hands them out). The statement is sent when the first row, or `columns`, is asked for. While no
 * rows are asked for, none are read from the network. Leaving the loop early cancels the statement on the server.
 */
export interface RowStream<Row> extends AsyncIterable<Row> {
  /** Known with the first row, or at the end of a result without rows. */
  readonly columns: Promise<readonly Column[]>;
  /** The same rows, as many at a time as have come (some 64 KiB of them). Use one of the two ways, once. */
  batches(): AsyncIterableIterator<Row[]>;
  /** What the server said at the end; `undefined` until then. */
  readonly summary: StreamSummary | undefined;
}

/** The end of a result whose rows were streamed. */
export interface StreamSummary extends Summary {
  /** The statement's first word in upper case. */
  readonly command: string;
  /** How many results with columns came behind the stream's, and were dropped; 0 from `results()`, which hands them out. */
  readonly droppedResults: number;
}
