// A transaction in progress, and how it begins and ends. It refuses statements once it is over.
import { deferred } from '@fairlead/client';
import { FairleadError } from '@fairlead/errors';
import type { Transaction, TransactionOptions } from './api.ts';
import { settled } from './canceller.ts';
import { failure, usage } from './errors.ts';
import type { Runner } from './runner.ts';
import { Statements } from './statements.ts';
import { watch } from './watch.ts';

const ISOLATION_LEVELS = ['read uncommitted', 'read committed', 'repeatable read', 'serializable'];

class OpenTransaction extends Statements implements Transaction {
  readonly #runner: Runner;
  readonly #depth: number;

  constructor(runner: Runner, depth: number) {
    super(runner);
    this.#runner = runner;
    this.#depth = depth;
  }

  async savepoint<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    const name = `SAVEPOINT fairlead_${this.#depth}`;
    await this.#runner.query(name, [], {});
    return settle(this.#runner, this.#depth + 1, work, `RELEASE ${name}`, `ROLLBACK TO ${name}`);
  }
}

/** Runs what was begun to its end. */
async function settle<T>(
  runner: Runner,
  depth: number,
  work: (transaction: Transaction) => Promise<T>,
  commit: string,
  rollback: string,
  limit?: Promise<never>,
): Promise<T> {
  const inner = runner.inner();
  let result: T;
  try {
    const working = work(new OpenTransaction(inner, depth));
    result = await (limit ? Promise.race([working, limit]) : working);
  } catch (error) {
    inner.over = true;
    await undo(runner, rollback);
    throw error;
  }
  inner.over = true;
  if (runner.connection.line.busy) {
    await undo(runner, rollback);
    throw usage('a stream or COPY was still open when its transaction ended, which was rolled back');
  }
  const { command } = await runner.query(commit, [], {});
  // Postgres answers the COMMIT of a failed transaction with success and the tag ROLLBACK.
  if (command === 'ROLLBACK') throw failedSilently();
  return result;
}

/** Rolls back, whatever is still under way: a stream, or a COPY, would keep the connection for itself. */
async function undo(runner: Runner, rollback: string): Promise<void> {
  await settled(runner.connection.line.dismiss(failure('closed', 'The transaction has ended.')));
  try {
    await runner.query(rollback, [], {});
  } catch {
    // The work's own error is the one to hear of; if the connection is gone, so is the transaction.
  }
}

function failedSilently(): FairleadError {
  const message =
    'The transaction was rolled back: a statement in it had failed, and that error was not passed on.';
  return new FairleadError('server', message, { server: { code: '25P02', message } });
}

/** Serialization failure, deadlock: whoever runs the whole transaction again may succeed. */
const RETRIABLE = ['40001', '40P01'];

/** Runs `work` between BEGIN and COMMIT or ROLLBACK. The connection must be the caller's alone. */
export async function runTransaction<T>(
  runner: Runner,
  work: (transaction: Transaction) => Promise<T>,
  options: TransactionOptions,
): Promise<T> {
  const { signal, timeoutMs, retries = 0 } = options;
  const begin = beginStatement(options);
  for (let left = retries; ; left -= 1) {
    await runner.query(begin, [], { signal, timeoutMs });
    const { limit, unwatch } = limitOf(runner, options);
    try {
      return await settle(runner, 1, work, 'COMMIT', 'ROLLBACK', limit).finally(unwatch);
    } catch (error) {
      const code = error instanceof FairleadError ? error.server?.code : undefined;
      if (left <= 0 || signal?.aborted || code === undefined || !RETRIABLE.includes(code)) throw error;
    }
  }
}

/** Rejects when the transaction's signal fires or its time is up, and stops what it is running. */
function limitOf(
  { connection }: Runner,
  { signal, timeoutMs = Number.POSITIVE_INFINITY }: TransactionOptions,
): { limit: Promise<never>; unwatch: () => void } {
  const over = deferred<never>();
  over.promise.catch(() => undefined);
  const unwatch = watch(connection, { signal, timeoutMs }, (reason) => {
    connection.stopAll(reason);
    over.reject(reason);
  });
  return { limit: over.promise, unwatch };
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
