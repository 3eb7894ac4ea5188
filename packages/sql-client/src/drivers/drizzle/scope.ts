// Where a session's statements go, a client or a transaction, and how a transaction begins there: by the client's `begin`,
// never by a statement, so that no other queries get into it.
import { type Logger, NoopLogger } from 'drizzle-orm';
import { type Cache, NoopCache } from 'drizzle-orm/cache/core';

/** Where the statements go, and how a transaction begins there. `Config` is the dialect's. */
export interface Scope<Runner, Transaction extends Runner, Config> {
  readonly runner: Runner;
  nest<T>(work: (transaction: Transaction) => Promise<T>, config?: Config): Promise<T>;
}

/** A transaction of a client, which has savepoints. */
interface Nestable<Transaction> {
  savepoint<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
}

/** Transactions within a transaction are savepoints. */
export function transactionScope<Runner, Transaction extends Runner & Nestable<Transaction>, Config>(
  transaction: Transaction,
): Scope<Runner, Transaction, Config> {
  return { runner: transaction, nest: (work) => transaction.savepoint(work) };
}

/** Options of a session. */
export interface SessionOptions {
  readonly logger?: Logger | undefined;
  readonly cache?: Cache | undefined;
}

/** The parts that all queries of a session share. */
export function sessionParts<Runner>(
  { runner }: { readonly runner: Runner },
  { logger = new NoopLogger(), cache = new NoopCache() }: SessionOptions,
): { readonly runner: Runner; readonly logger: Logger; readonly cache: Cache } {
  return { runner, logger, cache };
}
