// Several statements of which all stay or none. MySQL has no implicit transaction around them, so they get one.
import { limitOf } from '@fairlead/client';
import { arrangeBatch, NO_OPTIONS, type Statement } from '@fairlead/sql-client';
import { usage } from '../errors.ts';
import { isReading } from '../text/first-word.ts';
import type { BatchStatement, Transaction, TransactionOptions } from '../types/client.ts';
import type { ObjectRow, QueryOptions, QueryResult } from '../types/results.ts';
import type { InputParameters } from '../values/value.ts';
import { checkCall, checkStatement } from './arguments.ts';

type Part = Statement<InputParameters>;

/** The results of a batch, in the order of its statements. */
export type BatchResults = QueryResult<ObjectRow>[];

/** Runs work of which all stays or nothing: within a transaction, or a savepoint in one. */
export type Atomically = (
  work: (transaction: Transaction) => Promise<BatchResults>,
  options: TransactionOptions,
) => Promise<BatchResults>;

/**
 * Runs a batch.
 * @param timeoutMs The time of all of it, unless the options say another.
 * @throws FairleadError `usage`; the first failure of a statement, when none of them stays.
 */
export async function runBatch(
  statements: readonly BatchStatement[],
  options: QueryOptions = NO_OPTIONS,
  timeoutMs: number,
  atomically: Atomically,
): Promise<BatchResults> {
  const parts = arrangeBatch<InputParameters>(statements);
  checkCall(options);
  for (const [text, params = []] of parts) checkStatement(text, params, options);
  const { readOnly, localData, ...each } = options;
  if (localData !== undefined) throw usage('localData is not for batches');
  if (readOnly && !parts.every(([text]) => isReading(text))) {
    throw usage('readOnly is for batches of statements that read');
  }
  if (parts.length === 0) return [];
  const limit = limitOf(options, timeoutMs);
  const queryOptions = { ...each, ...limit };
  const work = (transaction: Transaction): Promise<BatchResults> => runAll(transaction, parts, queryOptions);
  return atomically(work, { ...limit, readOnly });
}

async function runAll(
  transaction: Transaction,
  parts: readonly Part[],
  options: QueryOptions,
): Promise<BatchResults> {
  const run = ([text, params]: Part): Promise<QueryResult<ObjectRow>> =>
    transaction.query(text, params, options);
  if (!parts.every(([text]) => isReading(text))) {
    const results: BatchResults = [];
    for (const part of parts) results.push(await run(part));
    return results;
  }
  // Statements that only read are sent together. All of them have ended before a failure is thrown: none has to be cancelled.
  const ended = await Promise.allSettled(parts.map(run));
  return ended.map((each) => {
    if (each.status === 'rejected') throw each.reason;
    return each.value;
  });
}
