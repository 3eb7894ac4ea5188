// What users see of a client: types only. No type of any driver appears here.
import type { CommonTransactionOptions } from '@fairlead/sql-client';
import type { BatchBuilder } from './results/batches.ts';
import type { Sql } from './sql.ts';
import type { Parameter, Value } from './values/index.ts';
import type { ArrayRow, Column, ObjectRow } from './values/value.ts';
import type { Field } from './wire/messages.ts';

export type { ArrayRow, Column, ObjectRow } from './values/value.ts';
export type { Notice } from './wire/messages.ts';

/** What a statement says at its end. */
export interface Summary {
  /** Rows returned (by SHOW and EXPLAIN too), or touched by INSERT, UPDATE, DELETE, MERGE and COPY; else 0. */
  readonly rowCount: number;
  /** The command tag without its numbers: `SELECT`, `INSERT`, `CREATE TABLE`; empty for an empty query. */
  readonly command: string;
}

/** What a query answered. */
export interface QueryResult<Row> extends Summary {
  readonly columns: readonly Column[];
  readonly rows: Row[];
}

/** Options of every call. A `CallLimit` of `@fairlead/client` will do as well: then all of the call ends when it says. */
export interface CallOptions {
  /** Cancels the statement on the server; rejects with `aborted` when it has ended, but within a second. */
  readonly signal?: AbortSignal | undefined;
  /**
   * As `signal`, with `timeout`. For streams and COPY: how long to wait for the next rows or the next data. Milliseconds
   * above 0, `Infinity` for no limit. Default: the connection's `queryTimeoutMs`.
   */
  readonly timeoutMs?: number | undefined;
}

/** Options of every statement with parameters. */
export interface StatementOptions extends CallOptions {
  /** As the connection's `prepare`, which is the default. */
  readonly prepare?: boolean | 'always' | undefined;
  /** How the server writes values. `binary` suits bytea; a type without a binary decoder comes as bytes then. Default `text`. */
  readonly format?: 'text' | 'binary' | undefined;
  /**
   * The server's own time limit for the statement (`statement_timeout`), in milliseconds, in the same flight: it ends the
   * statement also when this client is gone. In a transaction of `readOnly` it is local to that; else it is set for
   * the session, and set back with the next statement that has none: not for poolers in transaction mode, and refused inside
   * of transactions, which have SET LOCAL. Default: the session's; of `readOnly` statements, but for streams, a second more
   * than `timeoutMs`.
   */
  readonly serverTimeoutMs?: number | undefined;
  /** Runs the statement in a READ ONLY transaction of its own, rolled back behind it, in the same flight. Default false. */
  readonly readOnly?: boolean | undefined;
}

/** Options of `query`. */
export interface QueryOptions extends StatementOptions {
  /** Default `object`. */
  readonly rowMode?: 'object' | 'array' | undefined;
  /** Default: the connection's `limits.maxRows`. Not for streams. */
  readonly maxRows?: number | undefined;
  /** Default: the connection's `limits.maxBytes`. Not for streams. */
  readonly maxBytes?: number | undefined;
}

/** Options of `stream` and `streamWith`. */
export interface StreamOptions extends StatementOptions {
  /** Default `object`. */
  readonly rowMode?: 'object' | 'array' | undefined;
  /**
   * How many rows the server sends before it waits to be asked for more. Leaving early then costs no cancellation;
   * each portion costs a round trip. Default: no portions, only the network's own backpressure.
   */
  readonly fetchSize?: number | undefined;
}

/** Options that choose rows as arrays. */
export interface ArrayRows {
  readonly rowMode: 'array';
}

/**
 * A result in batches, as it comes. The statement is sent when the first batch, or `fields`, is asked for. While
 * nobody takes batches, nothing is read from the network. Leaving the loop early cancels the statement.
 */
export interface BatchStream<Batch> {
  /**
   * Known with the first row, or at the end of a result without rows. A stream of which only this was asked for gives way
   * to the next call on the connection: it is cancelled.
   */
  readonly fields: Promise<readonly Field[]>;
  /** What has come with each network read. Once. */
  batches(): AsyncIterableIterator<Batch>;
  /** What the server said at the end; `undefined` until then. */
  readonly summary: Summary | undefined;
}

/** Rows as they come. As `BatchStream`. */
export interface RowStream<Row> extends AsyncIterable<Row> {
  /** As `fields` of `BatchStream`. */
  readonly columns: Promise<readonly Column[]>;
  /** The same rows, as many at a time as have come (some 64 KiB of them). Use one of the two ways, once. */
  batches(): AsyncIterableIterator<Row[]>;
  readonly summary: Summary | undefined;
}

/** One statement of a batch: of the tag `sql`, or a text and its parameters. */
export type BatchStatement = Sql | readonly [text: string, params?: readonly Parameter[]];

/** What COPY can be fed with: bytes, or text. */
export type CopySource =
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array | string>
  | Iterable<Uint8Array | string>;

/** What both a client and a transaction can do. */
export interface Queryable {
  /**
   * Runs one statement. Parameters stand in the text as `$1`, `$2`, ...; calls are pipelined.
   * @throws FairleadError `server` (SQLSTATE in `server.code`), `timeout`, `aborted`, `limit`, `usage`, `protocol`,
   *   `connection_lost`, `closed`; with a client of `open`, also what kept it from connecting.
   */
  query(
    text: string,
    params: readonly Parameter[] | undefined,
    options: QueryOptions & ArrayRows,
  ): Promise<QueryResult<ArrayRow>>;
  query<Row = ObjectRow>(
    text: string,
    params?: readonly Parameter[],
    options?: QueryOptions,
  ): Promise<QueryResult<Row>>;
  query(statement: Sql, options: QueryOptions & ArrayRows): Promise<QueryResult<ArrayRow>>;
  query<Row = ObjectRow>(statement: Sql, options?: QueryOptions): Promise<QueryResult<Row>>;
  /**
   * The only row, or `undefined`.
   * @throws FairleadError as `query`; `limit` when there is more than one row.
   */
  queryRow<Row = ObjectRow>(
    text: string,
    params?: readonly Parameter[],
    options?: StatementOptions,
  ): Promise<Row | undefined>;
  queryRow<Row = ObjectRow>(statement: Sql, options?: StatementOptions): Promise<Row | undefined>;
  /**
   * The first column of the only row, or `undefined` without a row.
   * @throws FairleadError as `queryRow`.
   */
  queryValue<T = Value>(
    text: string,
    params?: readonly Parameter[],
    options?: StatementOptions,
  ): Promise<T | undefined>;
  queryValue<T = Value>(statement: Sql, options?: StatementOptions): Promise<T | undefined>;
  /**
   * Runs one statement and hands out its rows with backpressure. Until the loop over them has ended, no other
   * statement can run on this connection: those are refused with `usage`.
   */
  stream(
    text: string,
    params: readonly Parameter[] | undefined,
    options: StreamOptions & ArrayRows,
  ): RowStream<ArrayRow>;
  stream<Row = ObjectRow>(
    text: string,
    params?: readonly Parameter[],
    options?: StreamOptions,
  ): RowStream<Row>;
  stream(statement: Sql, options: StreamOptions & ArrayRows): RowStream<ArrayRow>;
  stream<Row = ObjectRow>(statement: Sql, options?: StreamOptions): RowStream<Row>;
  /** As `stream`, but `builder` makes of the rows' bytes what it likes: JSON, say, without a value in between. */
  streamWith<Batch>(
    text: string,
    params: readonly Parameter[] | undefined,
    builder: BatchBuilder<Batch>,
    options?: StreamOptions,
  ): BatchStream<Batch>;
  /**
   * Runs a script: one or more statements without parameters, separated by semicolons, in one implicit transaction.
   * @returns A result for each statement; values are text (the simple query protocol), decoded as ever.
   */
  script(text: string, options?: QueryOptions): Promise<QueryResult<ObjectRow>[]>;
  /**
   * Runs statements in one flight and one implicit transaction: all of them, or, when one fails, none. For many small
   * statements it is several times as fast as `query`, because the server commits and answers once.
   * @returns A result for each statement.
   * @throws FairleadError as `query`: the first failure.
   */
  batch(statements: readonly BatchStatement[], options?: QueryOptions): Promise<QueryResult<ObjectRow>[]>;
  /**
   * Feeds a `COPY ... FROM STDIN` (text, CSV or binary).
   * @throws FairleadError as `query`; what `source` throws, after the server was told to drop what it got.
   */
  copyFrom(text: string | Sql, source: CopySource, options?: CallOptions): Promise<Summary>;
  /** What a `COPY ... TO STDOUT` sends (text, CSV or binary), with backpressure. Cancelling it cancels the statement. */
  copyTo(text: string | Sql, options?: CallOptions): ReadableStream<Uint8Array>;
}

/** Options of `begin`. */
export interface TransactionOptions extends CommonTransactionOptions {
  /** Only of use with `serializable` and `readOnly`. */
  readonly deferrable?: boolean | undefined;
}

/** A transaction in progress. It is over when the function that got it has settled. */
export interface Transaction extends Queryable {
  /** Runs `work` within a savepoint: if it rejects, what it did is undone, and the transaction can go on. */
  savepoint<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
}

/** What NOTIFY sent. */
export interface Notification {
  readonly channel: string;
  readonly payload: string;
  /** Of the backend that sent it. */
  readonly processId: number;
}

/** Notifications of one channel. Leaving the loop, or disposing it, sends UNLISTEN. */
export interface NotificationStream extends AsyncIterableIterator<Notification>, AsyncDisposable {}

/** One connection to a Postgres server. */
export interface Client extends Queryable, AsyncDisposable {
  /** Settles when the server is ready for queries; rejects with why it is not. `connect` has awaited it. */
  readonly ready: Promise<void>;
  /** What the server says it is, such as `17.6 (Debian 17.6-1)`; empty until it is ready. */
  readonly server: { readonly version: string };
  /** What the server reports of its settings, kept up to date: `TimeZone`, `in_hot_standby`, ... */
  readonly parameterStatus: ReadonlyMap<string, string>;
  /** The backend's process id, as `pg_backend_pid()` has it; 0 where the server gave none, and until it is ready. */
  readonly processId: number;
  /**
   * Runs `work` within a transaction: commits when it resolves, rolls back when it rejects. Queries of the client
   * itself wait until the transaction is over.
   * @throws What `work` throws, but never as `safeToRetry` once BEGIN has left; FairleadError `server` with code `25P02`
   *   when a statement had failed and `work` did not say so.
   */
  begin<T>(work: (transaction: Transaction) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /**
   * Listens on a channel. Resolves when the server has confirmed it.
   * @throws FairleadError `limit` from the stream when nobody takes notifications (1,000 wait at most),
   *   `connection_lost`.
   */
  listen(channel: string, options?: CallOptions): Promise<NotificationStream>;
  /**
   * Looks up types that the database defines (enums, domains, composites, ranges, and arrays of them), so that their
   * values are decoded from now on. Without names: all of the search path's.
   */
  loadTypes(names?: readonly string[]): Promise<void>;
  /** Says goodbye and closes; takes at most two seconds. Idempotent, never rejects. */
  close(): Promise<void>;
  /** Settles when the connection has ended, whichever way. Never rejects. */
  readonly closed: Promise<void>;
}
