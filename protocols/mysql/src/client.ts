// The client: `connect`, and one connection's queries, streams and transactions. It holds one connection, never a
// pool, and never reconnects behind its user's back: session state would be lost.
import { Gate, takeTurn, withAttemptSignal } from '@fairlead/client';
import { type Connector, FairleadError, connect as runtimeConnector } from '@fairlead/transport';
import type { CallOptions, Client, Transaction, TransactionOptions } from './api.ts';
import { collect } from './collect.ts';
import type { ConnectOptions, ResultLimits } from './connect-options.ts';
import { Connection, watch } from './connection.ts';
import { open } from './open.ts';
import { readTarget, type Target } from './options.ts';
import { firstWord } from './read-only.ts';
import { Rows } from './rows.ts';
import { type Runner, Statements } from './statements.ts';
import { runTransaction } from './transaction.ts';

/**
 * Opens a connection, ready for queries.
 *
 * ```ts
 * await using db = await connect('mysql://app@db.example.com/shop', { password: env.MYSQL_PASSWORD });
 * const { rows } = await db.execute('select * from orders where id = ?', [42]);
 * ```
 * @param target A URL, or options alone. Options win over the URL.
 * @throws FairleadError `usage` and `policy` (URL, options), `connect_failed`, `connect_timeout`, `tls_failed`,
 *   `auth` (the account, or a method that is not acceptable), `server`, `protocol`, `aborted`.
 */
export async function connect(
  target: string | URL | ConnectOptions,
  options: ConnectOptions = {},
): Promise<Client> {
  const hasUrl = typeof target === 'string' || target instanceof URL;
  const given: ConnectOptions = hasUrl ? options : { ...target, ...options };
  const checked = readTarget(hasUrl ? String(target) : undefined, given);
  return withAttemptSignal(checked.signal, (attempt) => begin(checked, attempt));
}

async function begin(target: Target & ConnectOptions, attempt?: AbortSignal): Promise<Client> {
  const connector: Connector = target.connector ?? runtimeConnector;
  const opened = await open(target, connector, attempt);
  const connection = new Connection(opened, target, connector, target);
  if (target.signal !== undefined) connection.endWith(target.signal);
  return new MysqlClient(connection, target.limits);
}

/** Runs statements on one connection; those of a client wait while a transaction has it. */
class ConnectionRunner implements Runner {
  readonly #connection: Connection;
  readonly #limits: ResultLimits | undefined;
  readonly #gate: Gate | undefined;

  constructor(connection: Connection, limits: ResultLimits | undefined, gate?: Gate) {
    this.#connection = connection;
    this.#limits = limits;
    this.#gate = gate;
  }

  query(...[statement, options]: Parameters<Runner['query']>): ReturnType<Runner['query']> {
    // The common case waits for nothing, and so pays for no promise.
    if (!options.signal?.aborted && !this.#gate?.shut) {
      return collect(this.#connection, statement, options, this.#limits);
    }
    return this.#ready(options).then(() => collect(this.#connection, statement, options, this.#limits));
  }

  stream(...[statement, options]: Parameters<Runner['stream']>): ReturnType<Runner['stream']> {
    const connection = this.#connection;
    return new Rows(
      connection,
      async (events) => {
        await this.#ready(options);
        const execution = connection.start(statement, events);
        connection.streaming = true;
        const ended = (): void => {
          connection.streaming = false;
        };
        execution.done.then(ended, ended);
        return execution;
      },
      firstWord(statement.text),
      options,
    );
  }

  /** Nothing is sent for a call that was aborted before. */
  async #ready(options: CallOptions): Promise<void> {
    if (options.signal?.aborted) {
      throw new FairleadError('aborted', 'The query was aborted before it was sent.', {
        cause: options.signal.reason,
        safeToRetry: true,
      });
    }
    if (this.#gate?.shut) (await turn(this.#gate, this.#connection, options))();
  }
}

/** Waits until no transaction has the connection, as long as the call's time and signal allow. */
function turn(gate: Gate, connection: Connection, options: CallOptions): Promise<() => void> {
  return takeTurn(gate, (stop) => watch(connection, options, stop));
}

class MysqlClient extends Statements implements Client {
  readonly server: Client['server'];
  readonly connectionId: number;
  readonly #connection: Connection;
  readonly #limits: ResultLimits | undefined;
  readonly #gate: Gate;
  #closing: Promise<void> | undefined;

  constructor(connection: Connection, limits: ResultLimits | undefined) {
    const gate = new Gate();
    super(new ConnectionRunner(connection, limits, gate));
    this.#gate = gate;
    this.#connection = connection;
    this.#limits = limits;
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
    const release = await turn(this.#gate, this.#connection, options);
    try {
      return await runTransaction(new ConnectionRunner(this.#connection, this.#limits), work, options);
    } finally {
      release();
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#connection.close();
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
