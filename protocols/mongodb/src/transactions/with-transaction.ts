// Runs work in a transaction, and again where the server says that it may be. It repeats nothing that may have had an effect.
import { abortedBy, type CallLimit, limitOf, pause, remainingMs } from '@fairlead/client';
import { FairleadError, usage } from '@fairlead/errors';
import type { MongoClient } from '../client.ts';
import { addErrorLabel, hasErrorLabel } from '../errors.ts';
import { executorOf } from '../operations/executor-of.ts';
import { isFinal } from '../topology/search.ts';
import { ABORT_MS, ClientSession } from './client-session.ts';
import type { SessionOptions, WithTransactionOptions } from './types.ts';

/** The time of all attempts: drivers take 120 s, of which a Worker's request has less. */
const DEFAULT_MS = 30_000;

/** Pauses between attempts: 5 ms, each half as long again, at most 500 ms, cut at random. */
const FIRST_PAUSE_MS = 5;
const MAX_PAUSE_MS = 500;

/** MaxTimeMSExpired. */
const MAX_TIME_EXPIRED = '50';

/**
 * Starts a session of the caller's own.
 * @param client A client of `connect`.
 * @throws FairleadError `usage`: options that exclude each other.
 * @example
 * ```ts
 * import { connect } from '@fairlead/mongodb';
 * import { startSession } from '@fairlead/mongodb/transactions';
 *
 * await using client = await connect('mongodb://localhost/shop?tls=false');
 * await using session = startSession(client);
 * const orders = client.db().collection('orders');
 * await orders.insertOne({ item: 'rope' }, { session });
 * const seen = await orders.findOne({ item: 'rope' }, { session });
 * ```
 */
export function startSession(client: MongoClient, options: SessionOptions = {}): ClientSession {
  const { snapshot, snapshotTime, causalConsistency } = options;
  if (snapshot === true && causalConsistency === true) {
    throw usage('A session has causal consistency or a snapshot, not both.');
  }
  if (snapshotTime !== undefined && snapshot !== true) throw usage('snapshotTime needs snapshot: true.');
  return new ClientSession(executorOf(client), { ...options });
}

/**
 * Runs `work` in a transaction and commits it. It runs again from the start where the transaction met an error labelled
 * `TransientTransactionError`, and the commit alone where its result is unknown (`UnknownTransactionCommitResult`), within
 * `timeoutMs`. Where `work` throws, the transaction is aborted. Work outside the database is done again, too.
 * @param work Gets the session, which its calls must have as their `session`.
 * @returns What `work` returned in the attempt that was committed.
 * @throws What `work` throws; FairleadError `timeout` with the last failure as its `cause` and with its labels.
 * @example
 * ```ts
 * import { connect } from '@fairlead/mongodb';
 * import { withTransaction } from '@fairlead/mongodb/transactions';
 *
 * await using client = await connect('mongodb://localhost/shop?tls=false');
 * const stock = client.db().collection<{ item: string; count: number }>('stock');
 * const orders = client.db().collection('orders');
 * await withTransaction(client, async (session) => {
 *   await stock.updateOne({ item: 'rope' }, { $inc: { count: -1 } }, { session });
 *   await orders.insertOne({ item: 'rope' }, { session });
 * });
 * ```
 */
export async function withTransaction<T>(
  client: MongoClient,
  work: (session: ClientSession) => T | Promise<T>,
  options: WithTransactionOptions = {},
): Promise<T> {
  if (typeof work !== 'function') throw usage('work is a function, which gets the session');
  const { signal, timeoutMs, sessionOptions, ...transaction } = options;
  const limit = limitOf({ signal, timeoutMs }, DEFAULT_MS);
  await using session = startSession(client, sessionOptions);
  for (let attempt = 0; ; attempt++) {
    session.startTransaction(transaction);
    let failure: unknown;
    try {
      const result = await work(session);
      // The work has ended it by itself.
      if (!session.inTransaction) return result;
      failure = await commit(session, limit);
      if (failure === undefined) return result;
    } catch (error) {
      failure = error;
      // Also where the caller has gone: the server would keep its locks.
      if (session.inTransaction) await session.abortTransaction({ timeoutMs: ABORT_MS });
    }
    if (!hasErrorLabel(failure, 'TransientTransactionError')) throw failure;
    await pauseWithin(attempt + 1, limit, failure);
  }
}

/** Commits, as often as its result is unknown. @returns A failure after which the transaction may be done anew. */
async function commit(session: ClientSession, limit: CallLimit): Promise<unknown> {
  for (let attempt = 1; ; attempt++) {
    try {
      await session.commitTransaction({ signal: limit.signal, timeoutMs: remainingMs(limit) });
      return undefined;
    } catch (error) {
      const isExpired = error instanceof FairleadError && error.server?.code === MAX_TIME_EXPIRED;
      if (isExpired || isFinal(error) || !hasErrorLabel(error, 'UnknownTransactionCommitResult'))
        return error;
      await pauseWithin(attempt, limit, error);
    }
  }
}

/** @throws FairleadError `timeout`: no time is left for another attempt. `aborted`. */
async function pauseWithin(attempt: number, limit: CallLimit, failure: unknown): Promise<void> {
  const ms = Math.random() * Math.min(FIRST_PAUSE_MS * 1.5 ** attempt, MAX_PAUSE_MS);
  const { signal } = limit;
  if (Date.now() + ms >= limit.at) throw timedOut(limit, failure);
  const isOver = await pause(ms, signal);
  if (!isOver && signal !== undefined) throw withLabels(abortedBy('transaction', signal), failure);
}

function timedOut({ timeoutMs }: CallLimit, cause: unknown): FairleadError {
  return withLabels(
    new FairleadError('timeout', `The transaction took longer than ${timeoutMs} ms.`, { cause }),
    cause,
  );
}

/** What is unknown or may be done again remains so. */
function withLabels(error: FairleadError, cause: unknown): FairleadError {
  for (const label of ['TransientTransactionError', 'UnknownTransactionCommitResult']) {
    if (hasErrorLabel(cause, label)) addErrorLabel(error, label);
  }
  return error;
}
