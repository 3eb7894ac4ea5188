// The client: `connect`, and one connection's queries, streams and transactions. It holds one connection, never a
// pool, and never reconnects behind its user's back: session state would be lost.
import { type CallLimit, Gate, inTurn, limitOf, watchCall, withAttemptSignal } from '@fairlead/client';
import { checkWork, leadToCaller, runTransaction } from '@fairlead/sql-client';
import { type Connector, connect as runtimeConnector } from '@fairlead/transport';
import { Connection } from './connection/connection.ts';
import { openSession } from './connection/login/open-session.ts';
import { usage } from './errors.ts';
import type { ConnectOptions } from './options/connect-options.ts';
import { DEFAULT_CONNECT_TIMEOUT_MS, readTarget, type Target } from './options/target.ts';
import { readTransaction } from './statements/arguments.ts';
import { type BatchResults, runBatch } from './statements/batch.ts';
import { Runner } from './statements/runner.ts';
import { Statements } from './statements/statements.ts';
import { MysqlTransactions } from './transactions/transaction.ts';
import type { BatchStatement, Client, Transaction, TransactionOptions } from './types/client.ts';
import type { QueryOptions } from './types/results.ts';

/**
 * Opens a connection, ready for queries.
 * @example
 * ```ts
 * import { connect } from '@fairlead/mysql';
 *
 * await using db = await connect('mysql://app@db.example.com/shop', { password: env.MYSQL_PASSWORD });
 * const { rows } = await db.execute('select * from orders where id = ?', [42]);
 * ```
 * @param target A URL, or options alone. Options override the URL.
 * @throws FairleadError `usage` and `policy` (URL, options), `connect_failed`, `connect_timeout`, `tls_failed`,
 *   `auth` (the account, or a method that is not acceptable), `server`, `protocol`, `aborted`.
 */
export async function connect(
  target: string | URL | ConnectOptions,
  options: ConnectOptions = {},
): Promise<Client> {
  if (typeof (target ?? undefined) !== 'string' && typeof (target ?? undefined) !== 'object') {
    throw usage('connect takes a URL, options, or both');
  }
  if (typeof options !== 'object' || options === null) throw usage('the options of connect are an object');
  const hasUrl = typeof target === 'string' || target instanceof URL;
  const given: ConnectOptions = hasUrl ? options : { ...target, ...options };
  const checked = readTarget(hasUrl ? String(target) : undefined, given);
  const { at, timeoutMs } = limitOf(
    { signal: checked.signal, timeoutMs: checked.connectTimeoutMs },
    DEFAULT_CONNECT_TIMEOUT_MS,
    'connectTimeoutMs',
  );
  return withAttemptSignal(checked.signal, (signal) => begin(checked, { signal, at, timeoutMs }));
}

async function begin(target: Target & ConnectOptions, limit: CallLimit): Promise<Client> {
  const connector: Connector = target.connector ?? runtimeConnector;
  const opened = await openSession(target, connector, limit);
  const connection = new Connection(opened, target, connector, target);
  if (target.signal !== undefined) connection.endOnAbort(target.signal);
  const gate = new Gate();
  return new MysqlClient(new Runner(connection, target.limits, { gate }), gate);
}

class MysqlClient extends Statements implements Client {
  readonly server: Client['server'];
  readonly connectionId: number;
  readonly #connection: Connection;
  readonly #runner: Runner;
  readonly #gate: Gate;
  #closing: Promise<void> | undefined;

  constructor(runner: Runner, gate: Gate) {
    super(runner);
    const { connection } = runner;
    this.#runner = runner;
    this.#gate = gate;
    this.#connection = connection;
    const { version, isMariaDb, connectionId } = connection.greeting;
    this.server = { version, isMariaDb };
    this.connectionId = connectionId;
  }

  get closed(): Promise<void> {
    return this.#connection.closed;
  }

  async begin<T>(
    work: (transaction: Transaction) => Promise<T>,
    options: TransactionOptions = {},
  ): Promise<T> {
    checkWork(work);
    const limits = readTransaction(options);
    const { limit } = limits;
    const { deadlines } = this.#connection;
    try {
      return await inTurn(
        this.#gate,
        (stop) => watchCall(deadlines, 'transaction', limit, stop),
        () => runTransaction(new MysqlTransactions(this.#runner, options, limit), work, limits),
      );
    } catch (error) {
      throw leadToCaller(error);
    }
  }

  batch(statements: readonly BatchStatement[], options?: QueryOptions): Promise<BatchResults> {
    return runBatch(statements, options, this.#connection.timeoutMs, (work, how) => this.begin(work, how));
  }

  close(): Promise<void> {
    this.#closing ??= this.#connection.close();
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
