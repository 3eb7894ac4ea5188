// Whom a session's statements go to, and how a transaction begins there. A session begins none by a statement of its own:
// the client does, so that no other queries get into it.
import { type Logger, NoopLogger } from 'drizzle-orm';
import { type Cache, NoopCache } from 'drizzle-orm/cache/core';

/** Whom the statements go to, and how a transaction begins there. `Config` is the dialect's. */
export interface Scope<Runner, Transaction extends Runner, Config> {
  readonly runner: Runner;
  nest<T>(work: (transaction: Transaction) => Promise<T>, config?: Config): Promise<T>;
}

/** A transaction that has savepoints. */
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

/** What a session gives all of its queries. */
export function sessionParts<Runner>(
  { runner }: { readonly runner: Runner },
  { logger = new NoopLogger(), cache = new NoopCache() }: SessionOptions,
): { readonly runner: Runner; readonly logger: Logger; readonly cache: Cache } {
  return { runner, logger, cache };
}
