// What callers of `begin` and `savepoint` pass, checked before anything is sent.
import { usage } from '@fairlead/errors';
import { checkChoice } from '../statements/option-checks.ts';

const ISOLATION_LEVELS: readonly unknown[] = [
  'read uncommitted',
  'read committed',
  'repeatable read',
  'serializable',
];

/** Options of `begin` that both databases have. */
export interface CommonTransactionOptions {
  /** Ends the transaction: what runs is cancelled, all is rolled back, and `begin` rejects with `aborted`. */
  readonly signal?: AbortSignal | undefined;
  /**
   * As `signal`, with `timeout`, in milliseconds: for the wait for its turn, `work`, its statements and its retries together.
   * What is left to undo is undone within moments, or behind this call's back. Default: no limit; each statement has its
   * own.
   */
  readonly timeoutMs?: number | undefined;
  /** Default: the session's; unless configured, Postgres' is `read committed`, and MySQL's `repeatable read`. */
  readonly isolation?: 'read uncommitted' | 'read committed' | 'repeatable read' | 'serializable' | undefined;
  readonly readOnly?: boolean | undefined;
  /**
   * How often the whole of `work` is run again after a serialization failure or a deadlock (SQLSTATE 40001, 40P01).
   * Default 0.
   */
  readonly retries?: number | undefined;
}

/** @throws FairleadError `usage` for work that is no function. */
export function checkWork(work: unknown): void {
  if (typeof work !== 'function') throw usage('The work of a transaction is a function.');
}

/** @throws FairleadError `usage` for what is no isolation level; undefined is none. */
export function checkIsolation(isolation: unknown): void {
  checkChoice('isolation', isolation, ISOLATION_LEVELS);
}

/** @throws FairleadError `usage` for what is no number of retries. @returns 0 for undefined. */
export function retriesOf(retries: unknown = 0): number {
  if (typeof retries === 'number' && Number.isSafeInteger(retries) && retries >= 0) return retries;
  throw usage('retries is a whole number, 0 or more.');
}
