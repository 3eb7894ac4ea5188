// What users see of a client: types only. No type of any driver appears here.
import type {
  ArrayRows,
  CallOptions,
  QueryOptions,
  StatementOptions,
  StreamOptions,
  TransactionOptions,
} from './options/call-options.ts';
import type { BatchBuilder } from './results/batches.ts';
import type { Sql } from './sql.ts';
import type { Parameter, Value } from './values/index.ts';
import type { ArrayRow, Column, ObjectRow } from './values/value.ts';
import type { Field } from './wire/messages.ts';

export type * from './options/call-options.ts';
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

/**
 * A result in batches, as it comes. The statement is sent when the first batch, or `fields`, is asked for. While
 * no batch is taken, nothing is read from the network. Leaving the loop early cancels the statement.
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
   * @example
   * ```ts
   * const { rows } = await db.query<{ id: number; total: string }>('select id, total from orders where id = $1', [42]);
   * for (const { id, total } of rows) console.log(id, total);
   * ```
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
   * @example
   * ```ts
   * const order = await db.queryRow<{ total: string }>('select total from orders where id = $1', [42]);
   * console.log(order?.total ?? 'there is no such order');
   * ```
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
   * @example
   * ```ts
   * const count = await db.queryValue<string>('select count(*) from orders'); // int8 is a string
   * ```
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
   * @example
   * ```ts
   * for await (const row of db.stream('select * from events order by id', [], { fetchSize: 1000 })) console.log(row);
   * ```
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
  /**
   * As `stream`, but `builder` makes of the rows' bytes what it likes: JSON, say, without a value in between.
   * @example
   * ```ts
   * import { JsonRowWriter } from '@fairlead/postgres/json';
   *
   * const lines = db.streamWith('select id, name from items', [], new JsonRowWriter());
   * for await (const bytes of lines.batches()) console.log(bytes.length);
   * ```
   */
  streamWith<Batch>(
    text: string,
    params: readonly Parameter[] | undefined,
    builder: BatchBuilder<Batch>,
    options?: StreamOptions,
  ): BatchStream<Batch>;
  /**
   * Runs a script: one or more statements without parameters, separated by semicolons, in one implicit transaction.
   * @returns A result for each statement; values are text (the simple query protocol), decoded as ever.
   * @example
   * ```ts
   * await db.script('create table items (id int primary key); insert into items values (1), (2)');
   * ```
   */
  script(text: string, options?: QueryOptions): Promise<QueryResult<ObjectRow>[]>;
  /**
   * Runs statements in one flight and one implicit transaction: all of them, or, when one fails, none. For many small
   * statements it is several times as fast as `query`, because the server commits and answers once.
   * @returns A result for each statement.
   * @throws FairleadError as `query`: the first failure.
   * @example
   * ```ts
   * import { sql } from '@fairlead/postgres';
   *
   * await db.batch([sql`insert into log values (${'moved'})`, ['update accounts set cents = 0 where id = $1', [1]]]);
   * ```
   */
  batch(statements: readonly BatchStatement[], options?: QueryOptions): Promise<QueryResult<ObjectRow>[]>;
  /**
   * Feeds a `COPY ... FROM STDIN` (text, CSV or binary).
   * @throws FairleadError as `query`; what `source` throws, after the server was told to drop what it got.
   * @example
   * ```ts
   * await db.copyFrom('copy items (id, name) from stdin (format csv)', ['1,rope\n', '2,hook\n']);
   * ```
   */
  copyFrom(text: string | Sql, source: CopySource, options?: CallOptions): Promise<Summary>;
  /**
   * What a `COPY ... TO STDOUT` sends (text, CSV or binary), with backpressure. Cancelling it cancels the statement.
   * @example
   * ```ts
   * const response = new Response(db.copyTo('copy items to stdout (format csv, header)'));
   * ```
   */
  copyTo(text: string | Sql, options?: CallOptions): ReadableStream<Uint8Array>;
}

/** A transaction in progress. It is over when the function that got it has settled. */
export interface Transaction extends Queryable {
  /**
   * Runs `work` within a savepoint: if it rejects, what it did is undone, and the transaction can go on. Several that are
   * called together run one after another. `work` uses the transaction that it gets: a savepoint of the outer one would
   * wait for itself, until the timeout, and the outer one's statements are undone as well.
   * @example
   * ```ts
   * await db.begin(async (tx) => {
   *   await tx.query('insert into orders values (1)');
   *   await tx.savepoint((inner) => inner.query('insert into log values (1)')).catch(console.error);
   * });
   * ```
   */
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
   * @example
   * ```ts
   * await db.begin(
   *   async (tx) => {
   *     await tx.query('update accounts set cents = cents - $1 where id = $2', [500, 1]);
   *     await tx.query('update accounts set cents = cents + $1 where id = $2', [500, 2]);
   *   },
   *   { isolation: 'serializable', retries: 3, timeoutMs: 5_000 },
   * );
   * ```
   */
  begin<T>(work: (transaction: Transaction) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /**
   * Listens on a channel. Resolves when the server has confirmed it.
   * @throws FairleadError `limit` from the stream when notifications are not taken (1,000 wait at most),
   *   `connection_lost`.
   * @example
   * ```ts
   * await using news = await db.listen('news');
   * for await (const { payload } of news) console.log(payload);
   * ```
   */
  listen(channel: string, options?: CallOptions): Promise<NotificationStream>;
  /** Says goodbye and closes; takes at most two seconds. Idempotent, never rejects. */
  close(): Promise<void>;
  /** Settles when the connection has ended, whichever way. Never rejects. */
  readonly closed: Promise<void>;
}
