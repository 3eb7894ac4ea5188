// What callers of `begin` and `savepoint` pass, checked before anything is sent.
import { usage } from '@fairlead/errors';

const ISOLATION_LEVELS: readonly unknown[] = [
  'read uncommitted',
  'read committed',
  'repeatable read',
  'serializable',
];

/** @throws FairleadError `usage` for work that is no function. */
export function checkWork(work: unknown): void {
  if (typeof work !== 'function') throw usage('The work of a transaction is a function.');
}

/** @throws FairleadError `usage` for what is no isolation level; undefined is none. */
export function checkIsolation(isolation: unknown): void {
  if (isolation === undefined || ISOLATION_LEVELS.includes(isolation)) return;
  throw usage(`isolation is one of ${ISOLATION_LEVELS.join(', ')}.`);
}

/** @throws FairleadError `usage` for what is no number of retries. @returns 0 for undefined. */
export function retriesOf(retries: unknown = 0): number {
  if (typeof retries === 'number' && Number.isSafeInteger(retries) && retries >= 0) return retries;
  throw usage('retries is a whole number, 0 or more.');
}
