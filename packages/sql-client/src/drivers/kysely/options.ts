// Options of a Kysely dialect, and the interface that a database implements for it. Types only.
import type { CompiledQuery, QueryResult, TransactionSettings } from 'kysely';

/** A client that can be closed. */
export interface Closable {
  close(): Promise<void>;
}

/** Options of `FairleadDialect`. */
export interface KyselyDialectConfig<Client> {
  /**
   * The client, or a function that opens one. A function is called once, before the first query, and again only if it failed;
   * `destroy` of Kysely closes the client that it returned. A client that was handed over stays open.
   */
  readonly connection: Client | (() => Client | Promise<Client>);
  /**
   * How long a query waits for the connection, in milliseconds: while a transaction has it, queries outside of that
   * transaction wait. Default 60,000; Infinity for no limit.
   */
  readonly turnTimeoutMs?: number | undefined;
}

/** How a database runs what Kysely asks for. `Runner` is what its clients and its transactions have in common. */
export interface KyselyDatabase<Runner, Client extends Runner & Closable> {
  /** What errors call the database. */
  readonly name: string;
  /** Runs a query. @param signal Cancels it on the server. */
  query<R>(runner: Runner, query: CompiledQuery, signal: AbortSignal | undefined): Promise<QueryResult<R>>;
  /** Runs a query and hands out its rows. @param size How many at a time, where the database can choose. */
  batches<R>(
    runner: Runner,
    query: CompiledQuery,
    size: number,
    signal: AbortSignal | undefined,
  ): AsyncIterable<R[]>;
  /** Runs a statement that has no result. */
  command(runner: Runner, text: string): Promise<void>;
  /** Runs `work` within a transaction of the client's. The isolation level is one that the database has. */
  begin(client: Client, work: (transaction: Runner) => Promise<void>, settings: BeginOptions): Promise<void>;
  /** The statements for which Kysely's log shows the begin of a transaction. */
  beginning(settings: TransactionSettings): BeginStatements;
  /** The words before a savepoint's name that release it. */
  readonly releaseSavepoint: 'release' | 'release savepoint';
  /** Quotes a name, so that any name will do. */
  quote(name: string): string;
}

/**
 * The begin of a transaction as Kysely's own dialect for the database writes it. The client sends statements of its own
 * to the same effect.
 */
export interface BeginStatements {
  /** Sets the isolation level and the access mode, where that is a statement by itself. */
  readonly characteristics?: string | undefined;
  readonly begin: string;
}

/** A transaction's options as all our clients take them. */
export interface BeginOptions {
  readonly isolation: Exclude<TransactionSettings['isolationLevel'], 'snapshot'>;
  readonly readOnly: boolean | undefined;
}
