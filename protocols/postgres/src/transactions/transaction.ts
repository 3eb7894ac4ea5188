// How Postgres begins, commits and undoes a transaction, and a savepoint in one. It leaves no connection of which it does
// not know that the transaction has ended; what a transaction is, `@fairlead/sql-client` knows.
import {
  type CallLimit,
  type Deadlines,
  deferred,
  firstOf,
  limitOf,
  remainingMs,
  watchCall,
} from '@fairlead/client';
import { FairleadError } from '@fairlead/errors';
import {
  checkIsolation,
  checkWork,
  ownError,
  retriesOf,
  runSavepoint,
  type TransactionEnds,
  type TransactionLimits,
  type TransactionPort,
  type TransactionScope,
  type TransactionWatch,
} from '@fairlead/sql-client';
import { watch } from '../connection/call-limits.ts';
import { CANCEL_TIMEOUT_MS, STOP_GRACE_MS, settled } from '../connection/canceller.ts';
import type { Connection } from '../connection/connection.ts';
import { failure, forCaller, usage } from '../errors.ts';
import type { PendingStatement } from '../statements/pending-statement.ts';
import { DISCARD, statementRequest } from '../statements/request.ts';
import { type Runner, wholeMs } from '../statements/runner.ts';
import { Statements } from '../statements/statements.ts';
import type { Transaction, TransactionOptions } from '../types.ts';
import { type CommandOutcome, command, isNow } from './control.ts';

/** What `work` is. */
type Work<T> = (transaction: Transaction) => Promise<T>;

/** What `begin` was asked for, checked. */
export interface TransactionPlan extends TransactionLimits {
  readonly text: string;
  readonly readOnly: boolean;
}

/** @throws FairleadError `usage`. */
export function planTransaction(work: unknown, options: TransactionOptions): TransactionPlan {
  checkWork(work);
  const retries = retriesOf(options.retries);
  return {
    text: beginStatement(options),
    readOnly: options.readOnly === true,
    retries,
    limit: limitOf(options),
  };
}

function beginStatement({ isolation, readOnly, deferrable }: TransactionOptions): string {
  checkIsolation(isolation);
  let text = 'BEGIN';
  if (isolation !== undefined) text += ` ISOLATION LEVEL ${isolation.toUpperCase()}`;
  if (readOnly !== undefined) text += readOnly ? ' READ ONLY' : ' READ WRITE';
  if (deferrable !== undefined) text += deferrable ? ' DEFERRABLE' : ' NOT DEFERRABLE';
  return text;
}

/** Transactions on one connection, which is the caller's alone. */
export class PostgresTransactions implements TransactionPort<Transaction> {
  readonly deadlines: Deadlines;
  readonly #runner: Runner;
  readonly #connection: Connection;
  readonly #plan: TransactionPlan;
  /** What was asked before, and may still be on its way, is no part of the transaction. Its ROLLBACK is not stopped either. */
  readonly #others: Set<PendingStatement>;

  constructor(runner: Runner, plan: TransactionPlan) {
    this.#runner = runner;
    this.#connection = runner.connection;
    this.#plan = plan;
    this.deadlines = runner.connection.deadlines;
    this.#others = new Set(runner.connection.pending);
  }

  stop(reason: FairleadError): void {
    this.#connection.stopAll(reason, this.#others);
  }

  open(scope: TransactionScope): Transaction {
    return new OpenTransaction(this.#runner.within(scope), scope);
  }

  async begin(whole: TransactionWatch): Promise<TransactionEnds> {
    const connection = this.#connection;
    const ahead = connection.latest;
    const { tag, error, sent } = await command(connection, this.#plan.text, (statement) => {
      if (whole.reason === undefined) this.#tellTime();
      else statement.stop(whole.reason);
      return watchBehind(connection, ahead, statement);
    });
    const ends = endsBy(connection, 'COMMIT', 'ROLLBACK', undefined, this.#others);
    const reason = whole.reason ?? error;
    if (reason === undefined && tag !== undefined) return ends;
    if (sent && !isNow(connection, 'I')) await ends.undo();
    throw ownError(forCaller(reason ?? noAnswer(), connection.peer, !sent));
  }

  /** No read outlives its caller: the server has the time limit as well. Behind a BEGIN that fails it does nothing. */
  #tellTime(): void {
    const { readOnly, limit } = this.#plan;
    const timeMs = readOnly ? wholeMs(remainingMs(limit) + STOP_GRACE_MS) : 0;
    if (timeMs === 0) return;
    const request = statementRequest(`SET LOCAL statement_timeout = ${timeMs}`);
    this.#connection.submit(request, DISCARD);
  }
}

/** Watches over a statement from the end of the one ahead of it: what was asked before has its own time. */
function watchBehind(
  connection: Connection,
  ahead: PendingStatement | undefined,
  statement: PendingStatement,
): () => void {
  let unwatch = (): void => undefined;
  let ended = false;
  (ahead?.finished() ?? Promise.resolve()).then(() => {
    if (!ended) unwatch = watch(connection, {}, (why) => statement.stop(why));
  });
  return () => {
    ended = true;
    unwatch();
  };
}

class OpenTransaction extends Statements implements Transaction {
  readonly #runner: Runner;
  readonly #scope: TransactionScope;

  constructor(runner: Runner, scope: TransactionScope) {
    super(runner);
    this.#runner = runner;
    this.#scope = scope;
  }

  async savepoint<T>(work: Work<T>): Promise<T> {
    checkWork(work);
    const { connection } = this.#runner;
    return runSavepoint(
      this.#scope,
      connection,
      (name) => savepoint(connection, this.#scope, `SAVEPOINT ${name}`),
      (scope) => work(new OpenTransaction(this.#runner.within(scope), scope)),
    );
  }
}

async function savepoint(
  connection: Connection,
  outer: TransactionScope,
  name: string,
): Promise<TransactionEnds> {
  const { tag, error } = await run(connection, name, limitOf({}, connection.timeoutMs));
  // A savepoint without an owner does no harm.
  if (error !== undefined || tag === undefined) throw ownError(error ?? noAnswer());
  return endsBy(connection, `RELEASE ${name}`, `ROLLBACK TO ${name}`, outer);
}

/**
 * How a transaction, or a savepoint in one, ends.
 * @param outer The scope that a savepoint is in.
 * @param kept Gets what undoes a transaction.
 */
function endsBy(
  connection: Connection,
  commit: string,
  rollback: string,
  outer?: TransactionScope,
  kept?: Set<PendingStatement>,
): TransactionEnds {
  /**
   * Rolls back, whatever is still under way: a stream, or a COPY, would keep the connection for itself. A connection of
   * which it is not certain that it was rolled back is ended.
   */
  const undo = async (): Promise<void> => {
    await settled(connection.queue.dismiss(failure('closed', 'The transaction has ended.')));
    // Of a savepoint: all of its transaction is rolled back.
    if (outer?.isOver || connection.isOver) return;
    const limit = limitOf({ timeoutMs: CANCEL_TIMEOUT_MS });
    const { tag, error } = await run(connection, rollback, limit, kept).catch(
      (reason): CommandOutcome => ({ tag: undefined, error: reason, sent: false }),
    );
    // Refused, that of a savepoint leaves a failed transaction, which cannot be committed.
    if (tag !== undefined || (isNow(connection, 'E') && error?.server !== undefined)) return;
    const message = 'The connection to Postgres was ended: a transaction on it could not be rolled back.';
    connection.failed(new FairleadError('connection_lost', message, { cause: error }));
  };
  return {
    undo,
    leftOpen: () => (connection.queue.busy ? leftOpen() : undefined),
    commit: async () => {
      if (outer?.isOver) throw ownError(usage('this transaction is over', { safeToRetry: false }));
      const { tag, error } = await run(connection, commit, limitOf({}, connection.timeoutMs));
      // Postgres answers the COMMIT of a failed transaction with success and the tag ROLLBACK.
      if (tag === 'ROLLBACK') throw ownError(failedSilently());
      // Done is done, though its time may have been up on the way.
      if (tag !== undefined) return;
      if (!isNow(connection, 'I')) await undo();
      throw ownError(error ?? noAnswer());
    },
  };
}

function run(
  connection: Connection,
  text: string,
  limit: CallLimit,
  kept?: Set<PendingStatement>,
): Promise<CommandOutcome> {
  return command(connection, text, (statement) => {
    kept?.add(statement);
    return watch(connection, limit, (reason) => statement.stop(reason));
  });
}

function leftOpen(): FairleadError {
  return usage('a stream or COPY was still open when its transaction ended, which was rolled back', {
    safeToRetry: false,
  });
}

function noAnswer(): FairleadError {
  return new FairleadError('protocol', 'Postgres has ended a transaction command without an answer.');
}

function failedSilently(): FairleadError {
  const message =
    'The transaction was rolled back: a statement in it had failed, and that error was not passed on.';
  return new FairleadError('server', message, { server: { code: '25P02', message } });
}

/**
 * Settles as `whole` does, but no later than a moment after its limit: cleaning up goes on behind it, and the next
 * statement waits for that.
 */
export function withinGrace<T>(connection: Connection, limit: CallLimit, whole: Promise<T>): Promise<T> {
  if (limit.signal === undefined && limit.at === Number.POSITIVE_INFINITY) return whole;
  const late = deferred<never>();
  const unwatch = watchCall(connection.deadlines, 'transaction', limit, (reason) => {
    connection.deadlines.add(STOP_GRACE_MS, () => late.reject(ownError(reason)));
  });
  return firstOf(whole, late.promise).finally(unwatch);
}
