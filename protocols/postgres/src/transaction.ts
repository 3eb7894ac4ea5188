// A transaction in progress, and how it begins and ends. It refuses statements once it is over.
import { FairleadError } from '@fairlead/errors';
import type { BatchStream, StreamOptions, Transaction, TransactionOptions } from './api.ts';
import type { BatchBuilder } from './batches.ts';
import { usage } from './errors.ts';
import type { Runner } from './runner.ts';
import { Statements } from './statements.ts';

const ISOLATION_LEVELS = ['read uncommitted', 'read committed', 'repeatable read', 'serializable'];

/** Runs statements as long as the transaction is open. */
class OpenRunner implements Runner {
  readonly registry: Runner['registry'];
  readonly connection: Runner['connection'];
  readonly #runner: Runner;
  over = false;

  constructor(runner: Runner) {
    this.#runner = runner;
    this.registry = runner.registry;
    this.connection = runner.connection;
  }

  query(...call: Parameters<Runner['query']>): ReturnType<Runner['query']> {
    this.#assertOpen();
    if (call[2].readOnly) throw usage('readOnly begins a transaction of its own, and this is one');
    return this.#runner.query(...call);
  }

  stream<Batch>(
    text: string,
    params: readonly unknown[],
    builder: BatchBuilder<Batch>,
    options: StreamOptions,
  ): BatchStream<Batch> {
    this.#assertOpen();
    if (options.readOnly) throw usage('readOnly begins a transaction of its own, and this is one');
    return this.#runner.stream(text, params, builder, options);
  }

  async script(...call: Parameters<Runner['script']>): ReturnType<Runner['script']> {
    this.#assertOpen();
    return this.#runner.script(...call);
  }

  async batch(...call: Parameters<Runner['batch']>): ReturnType<Runner['batch']> {
    this.#assertOpen();
    if (call[1].readOnly) throw usage('readOnly begins a transaction of its own, and this is one');
    return this.#runner.batch(...call);
  }

  async start(...call: Parameters<Runner['start']>): ReturnType<Runner['start']> {
    this.#assertOpen();
    return this.#runner.start(...call);
  }

  #assertOpen(): void {
    if (this.over) throw usage('this transaction is over');
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
    await this.#runner.query(`SAVEPOINT ${name}`, [], {});
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
    try {
      await runner.query(rollback, [], {});
    } catch {
      // The work's own error is the one to hear of; if the connection is gone, so is the transaction.
    }
    throw error;
  }
  transaction.end();
  const { command } = await runner.query(commit, [], {});
  // Postgres answers the COMMIT of a failed transaction with success and the tag ROLLBACK.
  if (command === 'ROLLBACK') throw failedSilently();
  return result;
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
    const transaction = new OpenTransaction(runner, 1);
    await runner.query(begin, [], { signal, timeoutMs });
    try {
      return await settle(runner, transaction, work, 'COMMIT', 'ROLLBACK');
    } catch (error) {
      const code = error instanceof FairleadError ? error.server?.code : undefined;
      if (left <= 0 || signal?.aborted || code === undefined || !RETRIABLE.includes(code)) throw error;
    }
  }
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
