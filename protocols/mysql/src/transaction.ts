// A transaction in progress, and how it begins and ends. It refuses statements once it is over.
import { FairleadError } from '@fairlead/errors';
import type { Transaction, TransactionOptions } from './api.ts';
import { plain, type Runner, Statements } from './statements.ts';

const ISOLATION_LEVELS = ['read uncommitted', 'read committed', 'repeatable read', 'serializable'];

/** Runs statements as long as the transaction is open. */
class OpenRunner implements Runner {
  readonly #runner: Runner;
  over = false;

  constructor(runner: Runner) {
    this.#runner = runner;
  }

  async query(...call: Parameters<Runner['query']>): ReturnType<Runner['query']> {
    this.assertOpen();
    return this.#runner.query(...call);
  }

  stream(...call: Parameters<Runner['stream']>): ReturnType<Runner['stream']> {
    this.assertOpen();
    return this.#runner.stream(...call);
  }

  assertOpen(): void {
    if (this.over)
      throw new FairleadError('usage', 'MySQL: this transaction is over.', { safeToRetry: true });
  }
}

class OpenTransaction extends Statements implements Transaction {
  readonly #runner: OpenRunner;
  readonly #depth: number;

  constructor(runner: Runner, depth: number) {
    const open = new OpenRunner(runner);
    super(open);
    this.#runner = open;
    this.#depth = depth;
  }

  async savepoint<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    const name = `fairlead_${this.#depth}`;
    await this.#runner.query(plain(`SAVEPOINT ${name}`), {});
    const inner = new OpenTransaction(this.#runner, this.#depth + 1);
    return settle(this.#runner, inner, work, `RELEASE SAVEPOINT ${name}`, `ROLLBACK TO SAVEPOINT ${name}`);
  }

  end(): void {
    this.#runner.over = true;
  }
}

async function settle<T>(
  runner: Runner,
  transaction: OpenTransaction,
  work: (transaction: Transaction) => Promise<T>,
  commit: string,
  rollback: string,
): Promise<T> {
  let result: T;
  try {
    result = await work(transaction);
  } catch (error) {
    transaction.end();
    // The work's own error is the one to hear of; if the connection is gone, so is the transaction.
    await runner.query(plain(rollback), {}).catch(() => undefined);
    throw error;
  }
  transaction.end();
  await runner.query(plain(commit), {});
  return result;
}

/** Runs `work` between START TRANSACTION and COMMIT or ROLLBACK. The connection must be the caller's alone. */
export async function runTransaction<T>(
  runner: Runner,
  work: (transaction: Transaction) => Promise<T>,
  options: TransactionOptions,
): Promise<T> {
  const transaction = new OpenTransaction(runner, 1);
  const limits = { signal: options.signal, timeoutMs: options.timeoutMs };
  for (const statement of beginStatements(options)) await runner.query(plain(statement), limits);
  return settle(runner, transaction, work, 'COMMIT', 'ROLLBACK');
}

/** The isolation of the next transaction is set by a statement of its own. */
function beginStatements({ isolation, readOnly, consistentSnapshot }: TransactionOptions): string[] {
  if (isolation !== undefined && !ISOLATION_LEVELS.includes(isolation)) {
    throw new FairleadError('usage', `MySQL: isolation is one of ${ISOLATION_LEVELS.join(', ')}.`, {
      safeToRetry: true,
    });
  }
  const traits: string[] = [];
  if (consistentSnapshot) traits.push('WITH CONSISTENT SNAPSHOT');
  if (readOnly !== undefined) traits.push(readOnly ? 'READ ONLY' : 'READ WRITE');
  const begin = traits.length === 0 ? 'START TRANSACTION' : `START TRANSACTION ${traits.join(', ')}`;
  return isolation === undefined
    ? [begin]
    : [`SET TRANSACTION ISOLATION LEVEL ${isolation.toUpperCase()}`, begin];
}
