// A transaction in progress, and how it begins and ends. It refuses statements once it is over, and leaves no connection
// of which it does not know that the transaction has ended.
import { type CallLimit, deferred, limitOf, remainingMs, stackAtCaller, watchCall } from '@fairlead/client';
import { FairleadError } from '@fairlead/errors';
import { watch } from '../connection/call-limits.ts';
import { CANCEL_TIMEOUT_MS, STOP_GRACE_MS, settled } from '../connection/canceller.ts';
import type { Connection } from '../connection/connection.ts';
import { failure, forCaller, usage } from '../errors.ts';
import { DISCARD, statementRequest } from '../statements/request.ts';
import { type Runner, wholeMs } from '../statements/runner.ts';
import { Statements } from '../statements/statements.ts';
import type { Transaction, TransactionOptions } from '../types.ts';
import { command, isNow, latest, type Verdict } from './control.ts';

const ISOLATION_LEVELS = ['read uncommitted', 'read committed', 'repeatable read', 'serializable'];
/** Serialization failure, deadlock: whoever runs the whole transaction again may succeed. */
const RETRIABLE = ['40001', '40P01'];

/** What `work` is. */
type Work<T> = (transaction: Transaction) => Promise<T>;

/** How a transaction, or a savepoint in one, begins and ends. */
interface Ends {
  readonly begin: string;
  readonly commit: string;
  readonly rollback: string;
}

class OpenTransaction extends Statements implements Transaction {
  readonly #runner: Runner;
  readonly #depth: number;

  constructor(runner: Runner, depth: number) {
    super(runner);
    this.#runner = runner;
    this.#depth = depth;
  }

  async savepoint<T>(work: Work<T>): Promise<T> {
    assertWork(work);
    this.#runner.assertOpen();
    const name = `SAVEPOINT fairlead_${this.#depth}`;
    const ends = { begin: name, commit: `RELEASE ${name}`, rollback: `ROLLBACK TO ${name}` };
    const { connection } = this.#runner;
    const limit = limitOf({}, connection.queryTimeoutMs);
    const { tag, error } = await run(connection, ends.begin, limit);
    // A savepoint that nobody knows of does no harm.
    if (error !== undefined || tag === undefined) throw ours(error ?? failed());
    return settle(this.#runner, this.#depth + 1, work, ends);
  }
}

/** Runs what was begun to its end. @param over Rejects when the time of all of it is up. */
async function settle<T>(
  runner: Runner,
  depth: number,
  work: Work<T>,
  ends: Ends,
  over?: Promise<never>,
): Promise<T> {
  const { connection } = runner;
  const inner = runner.inner();
  let result: T;
  try {
    const working = work(new OpenTransaction(inner, depth));
    result = await (over ? Promise.race([working, over]) : working);
  } catch (error) {
    inner.over = true;
    await undo(runner, ends.rollback);
    throw error;
  }
  inner.over = true;
  if (connection.queue.busy) {
    await undo(runner, ends.rollback);
    throw usage('a stream or COPY was still open when its transaction ended, which was rolled back', {
      safeToRetry: false,
    });
  }
  await commit(runner, ends);
  return result;
}

/** @throws FairleadError unless the server has done it: then all is undone. */
async function commit(runner: Runner, ends: Ends): Promise<void> {
  const { connection } = runner;
  if (runner.isOver) throw ours(usage('this transaction is over', { safeToRetry: false }));
  const { tag, error } = await run(connection, ends.commit, limitOf({}, connection.queryTimeoutMs));
  // Postgres answers the COMMIT of a failed transaction with success and the tag ROLLBACK.
  if (tag === 'ROLLBACK') throw ours(failedSilently());
  // Done is done, though its time may have been up on the way.
  if (tag !== undefined) return;
  if (!isNow(connection, 'I')) await undo(runner, ends.rollback);
  throw ours(error ?? failed());
}

/**
 * Rolls back, whatever is still under way: a stream, or a COPY, would keep the connection for itself. A connection of
 * which it is not certain that it was rolled back is ended.
 */
async function undo({ connection, isOver }: Runner, rollback: string): Promise<void> {
  await settled(connection.queue.dismiss(failure('closed', 'The transaction has ended.')));
  // Of a savepoint: all of its transaction is rolled back.
  if (isOver || connection.isOver) return;
  const limit = limitOf({ timeoutMs: CANCEL_TIMEOUT_MS });
  const { tag, error } = await run(connection, rollback, limit).catch(
    (reason): Verdict => ({ tag: undefined, error: reason, sent: false }),
  );
  // Refused, that of a savepoint leaves a failed transaction, which cannot be committed.
  if (tag !== undefined || (isNow(connection, 'E') && error?.server !== undefined)) return;
  const message = 'The connection to Postgres was ended: a transaction on it could not be rolled back.';
  connection.failed(new FairleadError('connection_lost', message, { cause: error }));
}

function run(connection: Connection, text: string, limit: CallLimit): Promise<Verdict> {
  return command(connection, text, (exchange) => watch(connection, limit, (reason) => exchange.stop(reason)));
}

function failed(): FairleadError {
  return new FairleadError('protocol', 'Postgres has ended a transaction command without an answer.');
}

function failedSilently(): FairleadError {
  const message =
    'The transaction was rolled back: a statement in it had failed, and that error was not passed on.';
  return new FairleadError('server', message, { server: { code: '25P02', message } });
}

/** What `begin` was asked for, checked. */
export interface TransactionPlan {
  readonly text: string;
  readonly readOnly: boolean;
  readonly retries: number;
  readonly limit: CallLimit;
}

/** @throws FairleadError `usage`. */
export function planTransaction(work: unknown, options: TransactionOptions): TransactionPlan {
  assertWork(work);
  const { retries = 0 } = options;
  if (!Number.isSafeInteger(retries) || retries < 0) throw usage('retries is a whole number, 0 or more');
  return {
    text: beginStatement(options),
    readOnly: options.readOnly === true,
    retries,
    limit: limitOf(options),
  };
}

/**
 * Runs `work` between BEGIN and COMMIT or ROLLBACK. The connection must be the caller's alone.
 * @returns Settles when the connection is out of the transaction, or has ended.
 */
export async function runTransaction<T>(runner: Runner, work: Work<T>, plan: TransactionPlan): Promise<T> {
  const { connection } = runner;
  const over = deferred<never>();
  over.promise.catch(() => undefined);
  let reason: FairleadError | undefined;
  // What was asked before, and may still be on its way, is no part of the transaction.
  const others = new Set(connection.pending);
  const unwatch = watchCall(connection.deadlines, 'transaction', plan.limit, (why) => {
    reason = why;
    connection.stopAll(why, others);
    over.reject(ours(why));
  });
  try {
    for (let left = plan.retries; ; left -= 1) {
      await begin(runner, plan, () => reason, left === plan.retries);
      try {
        return await settle(runner, 1, work, ENDS, over.promise);
      } catch (error) {
        const code = error instanceof FairleadError ? error.server?.code : undefined;
        if (left <= 0 || reason || code === undefined || !RETRIABLE.includes(code)) throw seen(error);
      }
    }
  } finally {
    unwatch();
  }
}

const ENDS: Ends = { begin: 'BEGIN', commit: 'COMMIT', rollback: 'ROLLBACK' };

/** @throws FairleadError when no transaction was begun, or it was not wanted any more: then it has ended. */
async function begin(
  runner: Runner,
  plan: TransactionPlan,
  over: () => FairleadError | undefined,
  isFirst: boolean,
): Promise<void> {
  const { connection } = runner;
  const ahead = latest(connection);
  const { tag, error, sent } = await command(connection, plan.text, (exchange) => {
    if (over() === undefined) tellTime(connection, plan);
    let unwatch = (): void => undefined;
    let ended = false;
    // What was asked before has its own time.
    (ahead?.finished() ?? Promise.resolve()).then(() => {
      const limit = limitOf({}, connection.queryTimeoutMs);
      if (!ended) unwatch = watch(connection, limit, (why) => exchange.stop(why));
    });
    const reason = over();
    if (reason !== undefined) exchange.stop(reason);
    return () => {
      ended = true;
      unwatch();
    };
  });
  const reason = over() ?? error;
  if (reason === undefined && tag !== undefined) return;
  if (sent && !isNow(connection, 'I')) await undo(runner, ENDS.rollback);
  throw ours(forCaller(reason ?? failed(), connection.peer, !sent && isFirst));
}

/** No read outlives its caller: the server has the time limit as well. Behind a BEGIN that fails it does nothing. */
function tellTime(connection: Connection, { readOnly, limit }: TransactionPlan): void {
  const timeMs = readOnly ? wholeMs(remainingMs(limit) + STOP_GRACE_MS) : 0;
  if (timeMs === 0) return;
  const request = statementRequest(`SET LOCAL statement_timeout = ${timeMs}`);
  connection.submit(request, DISCARD).done.catch(() => undefined);
}

/**
 * Settles as `whole` does, but no later than a moment after its limit: cleaning up goes on behind it, and whoever has
 * the turn next waits for that.
 */
export function noLater<T>(connection: Connection, limit: CallLimit, whole: Promise<T>): Promise<T> {
  if (limit.signal === undefined && limit.at === Number.POSITIVE_INFINITY) return whole;
  const late = deferred<never>();
  const unwatch = watchCall(connection.deadlines, 'transaction', limit, (reason) => {
    connection.deadlines.add(STOP_GRACE_MS, () => late.reject(ours(reason)));
  });
  return Promise.race([whole, late.promise]).finally(unwatch);
}

/**
 * The failure of a transaction that was begun: its last statement may not have left, but others have, whatever became of
 * them.
 */
function seen(error: unknown): unknown {
  const isSafe = error instanceof FairleadError && error.safeToRetry;
  return isSafe ? ours(forCaller(error, error.peer, false)) : error;
}

/** Errors of this file, which have no frame of whoever called `begin`; those of `work` have frames of their own. */
const OURS = /* @__PURE__ */ new WeakSet<object>();

/** One of this file's errors, on its way to the caller. */
function ours(error: FairleadError): FairleadError {
  OURS.add(error);
  return stackAtCaller(error);
}

/** What `begin` rejects with; see `stackAtCaller`. */
export function leadToCaller(error: unknown): unknown {
  return error instanceof FairleadError && OURS.has(error) ? stackAtCaller(error) : error;
}

function assertWork(work: unknown): void {
  if (typeof work !== 'function') throw usage('the work of a transaction is a function');
}

function beginStatement({ isolation, readOnly, deferrable }: TransactionOptions): string {
  if (isolation !== undefined && !ISOLATION_LEVELS.includes(isolation)) {
    throw usage(`isolation is one of ${ISOLATION_LEVELS.join(', ')}`);
  }
  let text = 'BEGIN';
  if (isolation !== undefined) text += ` ISOLATION LEVEL ${isolation.toUpperCase()}`;
  if (readOnly !== undefined) text += readOnly ? ' READ ONLY' : ' READ WRITE';
  if (deferrable !== undefined) text += deferrable ? ' DEFERRABLE' : ' NOT DEFERRABLE';
  return text;
}
