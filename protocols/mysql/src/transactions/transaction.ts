// A transaction in progress, and how it begins and ends. It refuses statements once it is over.
import {
  abortedBy,
  type CallLimit,
  deferred,
  firstOf,
  Gate,
  inTurn,
  limitOf,
  stackAtCaller,
  watchCall,
} from '@fairlead/client';
import { bounded, FairleadError, type Peer } from '@fairlead/transport';
import type { Connection } from '../connection/connection.ts';
import { forCaller, usage } from '../errors.ts';
import type { ResultLimits } from '../options/connect-options.ts';
import { TransactionState } from '../session/transaction-state.ts';
import { checkWork } from '../statements/arguments.ts';
import { ConnectionRunner } from '../statements/runner.ts';
import { plain, type Runner, Statements } from '../statements/statements.ts';
import type { Transaction, TransactionOptions } from '../types.ts';

/** How long the caller of a transaction that failed waits for its end at the server. */
const UNDO_GRACE_MS = 1_000;

/** What users do within a transaction, or within a savepoint. */
type Work<T> = (transaction: Transaction) => Promise<T>;

/** Runs statements as long as the transaction, or the savepoint, is open. */
class OpenRunner implements Runner {
  readonly #runner: Runner;
  over = false;

  constructor(runner: Runner) {
    this.#runner = runner;
  }

  async query(...call: Parameters<Runner['query']>): ReturnType<Runner['query']> {
    this.#assertOpen();
    return this.#runner.query(...call);
  }

  stream(...call: Parameters<Runner['stream']>): ReturnType<Runner['stream']> {
    this.#assertOpen();
    return this.#runner.stream(...call);
  }

  results(...call: Parameters<Runner['results']>): ReturnType<Runner['results']> {
    this.#assertOpen();
    return this.#runner.results(...call);
  }

  #assertOpen(): void {
    if (this.over) throw usage('this transaction is over');
  }
}

/** What all parts of one transaction share. */
class Scope {
  readonly connection: Connection;
  readonly state: TransactionState;
  /** Names of savepoints: one that is given twice would hide the first. */
  #names = 0;

  constructor(connection: Connection, state: TransactionState) {
    this.connection = connection;
    this.state = state;
  }

  nextName(): string {
    this.#names += 1;
    return `fairlead_${this.#names}`;
  }
}

class OpenTransaction extends Statements implements Transaction {
  readonly #runner: OpenRunner;
  readonly #scope: Scope;
  /** Savepoints are a stack: the next one of the same level begins when the last has ended. */
  readonly #gate = new Gate();

  constructor(runner: Runner, scope: Scope) {
    const open = new OpenRunner(runner);
    super(open);
    this.#runner = open;
    this.#scope = scope;
  }

  async savepoint<T>(work: Work<T>): Promise<T> {
    checkWork(work);
    const { deadlines, timeoutMs } = this.#scope.connection;
    return inTurn(
      this.#gate,
      (stop) => watchCall(deadlines, 'savepoint', limitOf({}, timeoutMs), stop),
      () => this.#save(work),
    );
  }

  async #save<T>(work: Work<T>): Promise<T> {
    const name = this.#scope.nextName();
    await this.#runner.query(plain(`SAVEPOINT ${name}`), {});
    const inner = new OpenTransaction(this.#runner, this.#scope);
    let result: T;
    try {
      result = await work(inner);
    } catch (error) {
      inner.end();
      await this.#undoTo(name);
      throw error;
    }
    inner.end();
    await this.#runner.query(plain(`RELEASE SAVEPOINT ${name}`), {});
    return result;
  }

  /** What cannot be undone in part must not be committed. */
  async #undoTo(name: string): Promise<void> {
    try {
      await this.#runner.query(plain(`ROLLBACK TO SAVEPOINT ${name}`), {});
    } catch (error) {
      if (error instanceof FairleadError) this.#scope.state.lost ??= error;
    }
  }

  end(): void {
    this.#runner.over = true;
  }
}

/**
 * Runs `work` between START TRANSACTION and COMMIT or ROLLBACK. The connection must be the caller's alone; when this has
 * settled, the transaction is over, or its ROLLBACK is in line before whatever comes next.
 */
export async function runTransaction<T>(
  connection: Connection,
  limits: ResultLimits | undefined,
  work: Work<T>,
  options: TransactionOptions,
  limit: CallLimit,
): Promise<T> {
  const { signal } = limit;
  if (signal?.aborted) throw abortedBy('transaction', signal, true);
  const state = new TransactionState();
  const runner = new ConnectionRunner(connection, limits, { transaction: state });
  const transaction = new OpenTransaction(runner, new Scope(connection, state));
  const over = deferred<never>();
  over.promise.catch(() => undefined);
  let reason: FairleadError | undefined;
  const unwatch = watchCall(connection.deadlines, 'transaction', limit, (why) => {
    reason = why;
    connection.stopAll(state, why);
    over.reject(why);
  });
  let begun = false;
  try {
    for (const statement of beginStatements(options)) {
      await runner.query(plain(statement), {});
      begun = true;
    }
    const result = await firstOf(work(transaction), over.promise);
    transaction.end();
    if (connection.streaming) throw leftOpen(connection.peer);
    await commit(runner, state);
    return result;
  } catch (error) {
    transaction.end();
    if (begun || !isSafe(error)) await undo(connection, state);
    const seen = begun ? notSafe(error) : error;
    throw error === reason || seen !== error ? stackAtCaller(seen) : error;
  } finally {
    unwatch();
  }
}

/** Whether nothing was sent. */
function isSafe(error: unknown): boolean {
  return error instanceof FairleadError && error.safeToRetry;
}

/** Of a transaction that was begun: its last statement may not have left, but others have. */
function notSafe(error: unknown): unknown {
  return error instanceof FairleadError && error.safeToRetry ? forCaller(error, error.peer, false) : error;
}

/** A transaction that the server has undone must not seem to be committed. */
async function commit(runner: ConnectionRunner, state: TransactionState): Promise<void> {
  const { peer } = runner.connection;
  if (state.lost !== undefined) throw forCaller(state.lost, peer, false);
  try {
    await runner.query(plain('COMMIT'), {});
  } catch (error) {
    const failure = state.lost ?? error;
    // What the work has sent may have had effects, also where COMMIT was not sent.
    throw failure instanceof FairleadError ? forCaller(failure, peer, false) : failure;
  }
}

/** The rollback is in line when this begins to wait; it waits for no longer than a caller should. */
async function undo(connection: Connection, state: TransactionState): Promise<void> {
  // A stream, or what nobody waits for, would hold the rollback up.
  connection.stopAll(state, new FairleadError('closed', 'The transaction has ended.'));
  await bounded(connection.undo(), UNDO_GRACE_MS);
}

function leftOpen(peer: Peer): FairleadError {
  const message = 'MySQL: a stream was still open when its transaction ended, which was rolled back.';
  return new FairleadError('usage', message, { peer });
}

/** The isolation of the next transaction is set by a statement of its own. */
function beginStatements({ isolation, readOnly, consistentSnapshot }: TransactionOptions): string[] {
  const traits: string[] = [];
  if (consistentSnapshot) traits.push('WITH CONSISTENT SNAPSHOT');
  if (readOnly !== undefined) traits.push(readOnly ? 'READ ONLY' : 'READ WRITE');
  const begin = traits.length === 0 ? 'START TRANSACTION' : `START TRANSACTION ${traits.join(', ')}`;
  return isolation === undefined
    ? [begin]
    : [`SET TRANSACTION ISOLATION LEVEL ${isolation.toUpperCase()}`, begin];
}
