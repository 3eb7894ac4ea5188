// How MySQL begins, commits and rolls back a transaction, and a savepoint in one. The rules that all databases share are in
// `@fairlead/sql-client`.
import { abortedBy, type CallLimit, type Deadlines } from '@fairlead/client';
import { FairleadError } from '@fairlead/errors';
import {
  afterBegin,
  checkWork,
  ownError,
  runSavepoint,
  type TransactionEnds,
  type TransactionPort,
  TransactionScope,
  type TransactionWatch,
} from '@fairlead/sql-client';
import { bounded } from '@fairlead/transport';
import type { Connection } from '../connection/connection.ts';
import { forCaller, usage } from '../errors.ts';
import { TransactionState } from '../session/transaction-state.ts';
import { type BatchResults, runBatch } from '../statements/batch.ts';
import type { Runner } from '../statements/runner.ts';
import { Statements } from '../statements/statements.ts';
import type { BatchStatement, Transaction, TransactionOptions } from '../types/client.ts';
import type { QueryOptions } from '../types/results.ts';

/** How long the caller of a transaction that failed waits for its end at the server. */
const UNDO_GRACE_MS = 1_000;

/** The user's function that runs within a transaction, or within a savepoint. */
type Work<T> = (transaction: Transaction) => Promise<T>;

/** Transactions on one connection, which is the caller's alone. */
export class MysqlTransactions implements TransactionPort<Transaction> {
  readonly deadlines: Deadlines;
  readonly #client: Runner;
  readonly #connection: Connection;
  readonly #options: TransactionOptions;
  readonly #limit: CallLimit;
  /** Of the transaction that was begun last: behind a conflict the next one has a state of its own. */
  #state = new TransactionState();

  /** @param client Runs the client's statements; those of the transaction have the same limits. */
  constructor(client: Runner, options: TransactionOptions, limit: CallLimit) {
    this.#client = client;
    this.#connection = client.connection;
    this.#options = options;
    this.#limit = limit;
    this.deadlines = client.connection.deadlines;
  }

  stop(reason: FairleadError): void {
    this.#connection.stopAll(this.#state, reason);
  }

  open(scope: TransactionScope): Transaction {
    return new OpenTransaction(this.within(scope), scope, this);
  }

  /** Runs statements of the transaction, or of a savepoint in it. */
  within(scope: TransactionScope): Runner {
    return this.#client.within(scope, this.#state);
  }

  async begin(watch: TransactionWatch): Promise<TransactionEnds> {
    const { signal } = this.#limit;
    if (signal?.aborted) throw ownError(abortedBy('transaction', signal, true));
    const state = new TransactionState();
    this.#state = state;
    const commands = this.#client.within(new TransactionScope(), state);
    const undo = (): Promise<void> => undoWhole(this.#connection, state);
    let begun = false;
    try {
      for (const text of beginStatements(this.#options)) {
        await commands.command(text);
        begun = true;
        // Its time may have been up, or its signal fired, behind the answer.
        if (watch.reason !== undefined) throw ownError(watch.reason);
      }
    } catch (error) {
      const wasSent = begun || !isSafe(error);
      if (wasSent) await undo();
      throw begun ? afterBegin(error) : error;
    }
    return { leftOpen: () => leftOpen(this.#connection), commit: () => commit(commands, state, undo), undo };
  }

  /**
   * Sets a savepoint.
   * @param commands Of the scope that it is in.
   * @param name `SAVEPOINT` and its name.
   */
  async savepoint(commands: Runner, name: string): Promise<TransactionEnds> {
    const state = this.#state;
    await commands.command(name);
    return {
      leftOpen: () => undefined,
      commit: () => commands.command(`RELEASE ${name}`),
      undo: () => undoTo(commands, name, state),
    };
  }
}

class OpenTransaction extends Statements implements Transaction {
  readonly #runner: Runner;
  readonly #scope: TransactionScope;
  readonly #whole: MysqlTransactions;

  constructor(runner: Runner, scope: TransactionScope, whole: MysqlTransactions) {
    super(runner);
    this.#runner = runner;
    this.#scope = scope;
    this.#whole = whole;
  }

  async savepoint<T>(work: Work<T>): Promise<T> {
    checkWork(work);
    return runSavepoint(
      this.#scope,
      this.#runner.connection,
      (name) => this.#whole.savepoint(this.#runner, `SAVEPOINT ${name}`),
      (scope) => work(this.#whole.open(scope)),
    );
  }

  batch(statements: readonly BatchStatement[], options?: QueryOptions): Promise<BatchResults> {
    const { timeoutMs } = this.#runner.connection;
    return runBatch(statements, options, timeoutMs, async (work, { readOnly }) => {
      if (readOnly) throw usage('readOnly begins a transaction of its own, and there is one already');
      return this.savepoint(work);
    });
  }
}

/** Whether the statement that failed was certainly not sent. */
function isSafe(error: unknown): boolean {
  return error instanceof FairleadError && error.safeToRetry;
}

/** A transaction that the server has undone must not seem to be committed. */
async function commit(commands: Runner, state: TransactionState, undo: () => Promise<void>): Promise<void> {
  try {
    if (state.lost !== undefined) throw state.lost;
    await commands.command('COMMIT');
  } catch (error) {
    const failure = state.lost ?? error;
    await undo();
    // What the work has sent may have had effects, also where COMMIT was not sent.
    const { peer } = commands.connection;
    throw failure instanceof FairleadError ? ownError(forCaller(failure, peer, false)) : failure;
  }
}

/** Rolls back. The ROLLBACK is in the queue at once; its caller waits for its end for a second at most. */
async function undoWhole(connection: Connection, state: TransactionState): Promise<void> {
  // An open stream, or a statement that its caller does not wait for, would delay the ROLLBACK.
  connection.stopAll(state, new FairleadError('closed', 'The transaction has ended.'));
  await bounded(connection.undo(), UNDO_GRACE_MS);
}

/** Rolls back to a savepoint. If that fails, the transaction cannot be committed. */
async function undoTo(commands: Runner, name: string, state: TransactionState): Promise<void> {
  try {
    await commands.command(`ROLLBACK TO ${name}`);
  } catch (error) {
    if (error instanceof FairleadError) state.lose(error);
  }
}

function leftOpen({ streaming, peer }: Connection): FairleadError | undefined {
  if (!streaming) return undefined;
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
