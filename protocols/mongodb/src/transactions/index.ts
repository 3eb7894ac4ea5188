// Explicit sessions and transactions.

export { ClientSession } from './client-session.ts';
export type { TransactionState } from './states.ts';
export type { SessionOptions, TransactionOptions, WithTransactionOptions } from './types.ts';
export { startSession, withTransaction } from './with-transaction.ts';
