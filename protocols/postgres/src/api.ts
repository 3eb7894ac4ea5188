// What users see of a client: types only. No type of any driver appears here.
import type { Parameter, Value } from './values.ts';

/** One column of a result. */
export interface Column {
  readonly name: string;
  /** `int8`, `text[]`, ...; `oid:16385` for a type that the database defines itself. */
  readonly type: string;
  /** The type's OID. */
  readonly oid: number;
}

/** A row by its columns' names. Where two columns have one name, the last one wins: `rowMode: 'array'` keeps both. */
export type ObjectRow = Record<string, Value>;

/** A row's values in the order of the columns. */
export type ArrayRow = Value[];

/** What a query answered. */
export interface QueryResult<Row> {
  readonly columns: readonly Column[];
  readonly rows: Row[];
  /** Rows returned, or touched by INSERT, UPDATE, DELETE and MERGE; 0 for statements that count none. */
  readonly rowCount: number;
  /** The command tag without its number: `SELECT`, `INSERT`, `CREATE TABLE`; empty for an empty query. */
  readonly command: string;
}

/** Options of every call. */
export interface CallOptions {
  /** Cancels the statement on the server, then rejects with `aborted`. */
  readonly signal?: AbortSignal | undefined;
  /** Cancels the statement on the server, then rejects with `timeout`. For streams: how long to wait for rows. Default: the connection's `queryTimeoutMs`. */
  readonly timeoutMs?: number | undefined;
}

/** Options of `query` and `stream`. */
export interface QueryOptions extends CallOptions {
  /** Default `object`. */
  readonly rowMode?: 'object' | 'array' | undefined;
  /** Default: the connection's `limits.maxRows`. Not for streams. */
  readonly maxRows?: number | undefined;
  /** Default: the connection's `limits.maxBytes`. Not for streams. */
  readonly maxBytes?: number | undefined;
}

/** Options that choose rows as arrays. */
export interface ArrayQueryOptions extends QueryOptions {
  readonly rowMode: 'array';
}

/**
 * Rows as they come. The statement is sent when the first row, or `columns`, is asked for. While nobody takes rows,
 * none are read from the network. Leaving the loop early cancels the statement on the server.
 */
export interface RowStream<Row> extends AsyncIterable<Row> {
  /** Known with the first row, or at the end of a result without rows. */
  readonly columns: Promise<readonly Column[]>;
  /** The same rows, as many at a time as have come (some 64 KiB of them). Use one of the two ways, once. */
  batches(): AsyncIterableIterator<Row[]>;
  /** What the server said at the end; `undefined` until then. */
  readonly summary: { readonly rowCount: number; readonly command: string } | undefined;
}

/** What both a client and a transaction can do. */
export interface Queryable {
  /**
   * Runs one statement. Parameters stand in the text as `$1`, `$2`, ...; calls are pipelined.
   * @throws FairleadError `server` (SQLSTATE in `server.code`), `timeout`, `aborted`, `limit`, `usage`,
   *   `connection_lost`, `closed`.
   */
  query(
    text: string,
    params: readonly Parameter[] | undefined,
    options: ArrayQueryOptions,
  ): Promise<QueryResult<ArrayRow>>;
  query<Row = ObjectRow>(
    text: string,
    params?: readonly Parameter[],
    options?: QueryOptions,
  ): Promise<QueryResult<Row>>;
  /**
   * Runs one statement and hands out its rows with backpressure. Until it has ended, no other statement can run
   * on this connection: those are refused with `usage`.
   */
  stream(
    text: string,
    params: readonly Parameter[] | undefined,
    options: ArrayQueryOptions,
  ): RowStream<ArrayRow>;
  stream<Row = ObjectRow>(
    text: string,
    params?: readonly Parameter[],
    options?: QueryOptions,
  ): RowStream<Row>;
}

/** Options of `begin`. */
export interface TransactionOptions extends CallOptions {
  /** Default: the server's, `read committed`. */
  readonly isolation?: 'read uncommitted' | 'read committed' | 'repeatable read' | 'serializable' | undefined;
  readonly readOnly?: boolean | undefined;
  /** Only of use with `serializable` and `readOnly`. */
  readonly deferrable?: boolean | undefined;
}

/** A transaction in progress. It is over when the function that got it has settled. */
export interface Transaction extends Queryable {
  /** Runs `work` within a savepoint: if it rejects, what it did is undone, and the transaction can go on. */
  savepoint<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
}

/** One connection to a Postgres server. */
export interface Client extends Queryable, AsyncDisposable {
  /** What the server says it is, such as `17.6 (Debian 17.6-1)`. */
  readonly server: { readonly version: string; readonly parameters: ReadonlyMap<string, string> };
  /** The backend's process id, as `pg_backend_pid()` has it; 0 where the server gave none. */
  readonly processId: number;
  /**
   * Runs `work` within a transaction: commits when it resolves, rolls back when it rejects. Queries of the client
   * itself wait until the transaction is over.
   * @throws What `work` throws; FairleadError `server` with code `25P02` when a statement had failed and `work`
   *   did not say so.
   */
  begin<T>(work: (transaction: Transaction) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /** Says goodbye and closes; takes at most two seconds. Idempotent, never rejects. */
  close(): Promise<void>;
  /** Settles when the connection has ended, whichever way. Never rejects. */
  readonly closed: Promise<void>;
}
