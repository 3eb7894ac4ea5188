// The options of calls: types only. statements/arguments.ts checks them.
import type { CommonTransactionOptions } from '@fairlead/sql-client';

/** Options of every call. A `CallLimit` of `@fairlead/client` will do as well: then all of the call ends when it says. */
export interface CallOptions {
  /** Cancels the statement on the server; rejects with `aborted` when it has ended, but within a second. */
  readonly signal?: AbortSignal | undefined;
  /**
   * As `signal`, with `timeout`. For streams and COPY: how long to wait for the next rows or the next data. Milliseconds
   * above 0, `Infinity` for no limit. Default: the connection's `timeoutMs`.
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

/** Options of `begin`. */
export interface TransactionOptions extends CommonTransactionOptions {
  /** Only of use with `serializable` and `readOnly`. */
  readonly deferrable?: boolean | undefined;
}
