// How a transaction goes: begun, its work raced against its time, committed or undone, run again after a conflict. How a
// database does each of these, and what its answers mean, is the protocol's part.
import { type CallLimit, type Deadlines, inTurn, watchCall } from '@fairlead/client';
import type { FairleadError } from '@fairlead/errors';
import { TransactionScope } from './scope.ts';
import { afterBegin, isConflict, ownError } from './transaction-errors.ts';
import { TransactionWatch } from './transaction-watch.ts';

/** How what was begun ends: a transaction, or a savepoint in one. */
export interface TransactionEnds {
  /** The error for work that has left a stream open; undefined where it has not. */
  leftOpen(): FairleadError | undefined;
  /** @throws Unless the server has done it; then nothing stays of the work, or COMMIT is in doubt and the connection over. */
  commit(): Promise<void>;
  /** Undoes the work, whatever is still under way. Never rejects: a connection on which it fails is ended. */
  undo(): Promise<void>;
}

/** One protocol's way to run a transaction. */
export interface TransactionPort<Transaction> {
  readonly deadlines: Deadlines;
  /**
   * Begins a transaction.
   * @throws When no transaction was begun, or `watch` has a reason to end it: then it was undone.
   */
  begin(watch: TransactionWatch): Promise<TransactionEnds>;
  /** The transaction as its work sees it. */
  open(scope: TransactionScope): Transaction;
  /** Stops the transaction's statements. */
  stop(reason: FairleadError): void;
}

/** The limits of a whole transaction. */
export interface TransactionLimits {
  readonly limit: CallLimit;
  /** How often the work is run again after a conflict. */
  readonly retries: number;
}

/**
 * Runs `work` between BEGIN and COMMIT or ROLLBACK. The connection must be the caller's alone.
 * @returns Settles when the connection is out of the transaction, or what takes it out is in line before all that follows.
 */
export async function runTransaction<T, Transaction>(
  port: TransactionPort<Transaction>,
  work: (transaction: Transaction) => Promise<T>,
  { limit, retries }: TransactionLimits,
): Promise<T> {
  const watch = new TransactionWatch(port.deadlines, limit, (reason) => port.stop(reason));
  try {
    for (let left = retries; ; left -= 1) {
      // When the whole is run again, the statements of the run before were sent.
      const ends = await port.begin(watch).catch((error: unknown) => {
        throw left === retries ? error : afterBegin(error);
      });
      const scope = new TransactionScope();
      try {
        return await settleWork(scope, ends, () => watch.race(() => work(port.open(scope))));
      } catch (error) {
        if (left <= 0 || watch.reason !== undefined || !isConflict(error)) throw afterBegin(error);
      }
    }
  } finally {
    watch.end();
  }
}

/** The connection of savepoints: how long one of them waits for its turn. */
export interface SavepointLimits {
  readonly deadlines: Deadlines;
  readonly timeoutMs: number;
}

/**
 * Runs `work` within a savepoint. On the server savepoints are a stack: of several that are called together, each begins
 * when the one before it has ended, so that none of them undoes another one's work.
 * @param outer The scope of the transaction, or savepoint, that it is in.
 * @param begin Sets the savepoint under this name, which no other one of the transaction has.
 * @throws FairleadError `usage` when the transaction is over; `timeout` when its turn has not come, as that of a savepoint
 *   that the work of another one waits for; what `begin`, `work` and the savepoint's ends throw.
 */
export function runSavepoint<T>(
  outer: TransactionScope,
  { deadlines, timeoutMs }: SavepointLimits,
  begin: (name: string) => Promise<TransactionEnds>,
  work: (scope: TransactionScope) => Promise<T>,
): Promise<T> {
  return inTurn(
    outer.savepoints,
    (stop) => watchCall(deadlines, 'savepoint behind another one', { timeoutMs }, stop),
    async () => {
      outer.assertOpen();
      const ends = await begin(outer.nameSavepoint());
      const inner = new TransactionScope(outer);
      return await settleWork(inner, ends, () => work(inner));
    },
  );
}

/** Runs what was begun to its end. @param work May throw at once. */
async function settleWork<T>(
  scope: TransactionScope,
  ends: TransactionEnds,
  work: () => Promise<T>,
): Promise<T> {
  let result: T;
  try {
    result = await work();
  } catch (error) {
    scope.end();
    await ends.undo();
    throw error;
  }
  scope.end();
  const leftOpen = ends.leftOpen();
  if (leftOpen !== undefined) {
    await ends.undo();
    throw ownError(leftOpen);
  }
  await ends.commit();
  return result;
}
