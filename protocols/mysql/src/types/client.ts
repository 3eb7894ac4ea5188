// What users see of a client: types only. No type of any driver appears here.
import type { CommonTransactionOptions } from '@fairlead/sql-client';
import type { Sql } from '../sql.ts';
import type { InputParameters, Value } from '../values/value.ts';
import type {
  ArrayQueryOptions,
  ArrayRow,
  CallOptions,
  ObjectRow,
  QueryOptions,
  QueryResult,
  RowStream,
  StreamOptions,
  Warning,
} from './results.ts';

/** One statement of a batch: of the tag `sql`, or a text and its parameters. */
export type BatchStatement = Sql | readonly [text: string, params?: InputParameters];

/**
 * How `query` and `execute` are called: with a text, its parameters and options, or with a statement of the tag `sql` and
 * options.
 */
export interface QueryCall {
  (
    text: string,
    params: InputParameters | undefined,
    options: ArrayQueryOptions,
  ): Promise<QueryResult<ArrayRow>>;
  <Row = ObjectRow>(
    text: string,
    params?: InputParameters,
    options?: QueryOptions,
  ): Promise<QueryResult<Row>>;
  (statement: Sql, options: ArrayQueryOptions): Promise<QueryResult<ArrayRow>>;
  <Row = ObjectRow>(statement: Sql, options?: QueryOptions): Promise<QueryResult<Row>>;
}

/** What both a client and a transaction can do. */
export interface Queryable {
  /**
   * Runs a statement by the text protocol. Parameters stand in the text as `?` (then `params` is an array) or as
   * `:name` (an object), and are put in here, safe under any `sql_mode`.
   * @throws FairleadError `server` (SQLSTATE in `server.code`, error number in `server.fields.errno`), `timeout`,
   *   `aborted`, `limit`, `usage`, `policy` (LOAD DATA LOCAL), `protocol`, `connection_lost`, `closed`.
   * @example
   * ```ts
   * const { rows } = await db.query<{ id: number }>('select id from orders where total > ?', [100]);
   * await db.query('insert into log (text) values (:text)', { text: "it's" }, { timeoutMs: 2_000, signal });
   * ```
   */
  readonly query: QueryCall;
  /**
   * Runs a statement by the binary protocol: it is prepared once per connection and text (two round trips, then
   * one), and parameters travel apart from it. Values come out as from `query`. One statement; not through
   * Hyperdrive, nor for the few statements that a server does not prepare.
   * @throws FairleadError as `query`.
   * @example
   * ```ts
   * const { rows } = await db.execute('select name, total from orders where id = ?', [42]);
   * const { affectedRows } = await db.execute('update orders set total = ? where id = ?', ['12.50', 42]);
   * ```
   */
  readonly execute: QueryCall;
  /**
   * The only row, or `undefined`; as `query`.
   * @throws FairleadError as `query`; `limit` when there is more than one row.
   * @example
   * ```ts
   * const order = await db.queryRow<{ total: string }>('select total from orders where id = ?', [42]);
   * ```
   */
  queryRow<Row = ObjectRow>(
    text: string,
    params?: InputParameters,
    options?: QueryOptions,
  ): Promise<Row | undefined>;
  queryRow<Row = ObjectRow>(statement: Sql, options?: QueryOptions): Promise<Row | undefined>;
  /**
   * The first column of the only row, or `undefined` without a row; as `query`.
   * @throws FairleadError as `queryRow`.
   * @example
   * ```ts
   * const count = await db.queryValue<number>('select count(*) + 0e0 from orders');
   * ```
   */
  queryValue<T = Value>(
    text: string,
    params?: InputParameters,
    options?: QueryOptions,
  ): Promise<T | undefined>;
  queryValue<T = Value>(statement: Sql, options?: QueryOptions): Promise<T | undefined>;
  /**
   * Runs statements of which all stay, or, when one fails, none: in a transaction of their own, or, within a transaction,
   * in a savepoint. Statements that only read share a round trip. `readOnly` makes the transaction READ ONLY; `timeoutMs` is
   * for all of them together, `maxRows` and `maxBytes` for each one. Mind statements that commit by themselves, such as
   * ALTER TABLE.
   * @returns A result for each statement.
   * @throws FairleadError as `query`: the first failure.
   * @example
   * ```ts
   * await db.batch([
   *   ['update accounts set cents = cents - ? where id = ?', [500, 1]],
   *   ['update accounts set cents = cents + ? where id = ?', [500, 2]],
   * ]);
   * ```
   */
  batch(statements: readonly BatchStatement[], options?: QueryOptions): Promise<QueryResult<ObjectRow>[]>;
  /**
   * Runs a statement and hands out its rows with backpressure. Until its reader has the last rows, or has left the loop, no other
   * statement can run on this connection: those are refused with `usage`. Where `columns` alone was asked for, until all rows have come.
   * @example
   * ```ts
   * for await (const row of db.stream('select * from events order by id')) console.log(row);
   * ```
   */
  stream(
    text: string,
    params: InputParameters | undefined,
    options: StreamOptions & ArrayQueryOptions,
  ): RowStream<ArrayRow>;
  stream<Row = ObjectRow>(text: string, params?: InputParameters, options?: StreamOptions): RowStream<Row>;
  stream(statement: Sql, options: StreamOptions & ArrayQueryOptions): RowStream<ArrayRow>;
  stream<Row = ObjectRow>(statement: Sql, options?: StreamOptions): RowStream<Row>;
  /**
   * Runs a statement with several results (CALL, or several statements) and hands them out one after another, each with
   * its rows as from `stream`. Rows that were not read are dropped when the next result is asked for; leaving
   * the outer loop cancels the statement on the server. A CALL's last result has no rows.
   * @example
   * ```ts
   * for await (const result of db.results('call monthly_report(?)', [2026])) {
   *   console.log(await result.columns);
   *   for await (const row of result) console.log(row);
   * }
   * ```
   */
  results(
    text: string,
    params: InputParameters | undefined,
    options: StreamOptions & ArrayQueryOptions,
  ): AsyncIterableIterator<RowStream<ArrayRow>>;
  results<Row = ObjectRow>(
    text: string,
    params?: InputParameters,
    options?: StreamOptions,
  ): AsyncIterableIterator<RowStream<Row>>;
  results(
    statement: Sql,
    options: StreamOptions & ArrayQueryOptions,
  ): AsyncIterableIterator<RowStream<ArrayRow>>;
  results<Row = ObjectRow>(statement: Sql, options?: StreamOptions): AsyncIterableIterator<RowStream<Row>>;
  /**
   * The warnings of the statement before (SHOW WARNINGS).
   * @example
   * ```ts
   * const { warningCount } = await db.query('insert into log (text) select text from old_log');
   * if (warningCount > 0) console.warn(await db.warnings());
   * ```
   */
  warnings(options?: CallOptions): Promise<Warning[]>;
}

/** Options of `begin`. */
export interface TransactionOptions extends CommonTransactionOptions {
  /** Takes the snapshot now instead of with the first read. Not with `readOnly: false` on MariaDB. */
  readonly consistentSnapshot?: boolean | undefined;
}

/** A transaction in progress. It is over when the function that got it has settled. */
export interface Transaction extends Queryable {
  /**
   * Runs `work` within a savepoint: if it rejects, what it did is undone, and the transaction can go on. Several of one
   * transaction take turns.
   * @example
   * ```ts
   * await db.begin(async (tx) => {
   *   await tx.execute('update stock set left_over = left_over - 1 where id = ?', [7]);
   *   await tx.savepoint((inner) => inner.query('insert into log (text) values (?)', ['sold'])).catch(console.warn);
   * });
   * ```
   */
  savepoint<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
}

/** One connection to a MySQL or MariaDB server. */
export interface Client extends Queryable, AsyncDisposable {
  /** What the server says it is: `9.7.0`, `11.8.3-MariaDB-0+deb13u1`. */
  readonly server: { readonly version: string; readonly isMariaDb: boolean };
  /** The connection's id, as `CONNECTION_ID()` has it; KILL takes it. */
  readonly connectionId: number;
  /**
   * Runs `work` within a transaction: commits when it resolves, rolls back when it rejects. Queries of the client
   * itself wait until the transaction is over. Mind statements that commit by themselves, such as ALTER TABLE. Where the
   * server has undone it all (a deadlock), no further statement of it is sent, and it cannot commit.
   * @throws What `work` throws, but never as `safeToRetry` once the transaction was begun; `timeout`, `aborted`; `usage` where
   *   a stream was left open, `server` where the server had undone it: in all these cases nothing of it stays.
   *   `connection_lost` and whatever COMMIT fails with may mean either.
   * @example
   * ```ts
   * await db.begin(async (tx) => {
   *   await tx.execute('update accounts set cents = cents - ? where id = ?', [500, 1]);
   *   await tx.execute('update accounts set cents = cents + ? where id = ?', [500, 2]);
   * }, { isolation: 'serializable', timeoutMs: 5_000 });
   * ```
   */
  begin<T>(work: (transaction: Transaction) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /** Sends COM_QUIT and closes the connection; takes at most two seconds. Idempotent, never rejects. */
  close(): Promise<void>;
  /** Settles when the connection has ended, whichever way. Never rejects. */
  readonly closed: Promise<void>;
}
