// The client: `connect`, and one connection's queries, streams and transactions. It holds one connection, never a
// pool, and never reconnects behind its user's back: session state would be lost.
import { Gate, takeTurn, withAttemptSignal } from '@fairlead/client';
import { type Connector, FairleadError, connect as runtimeConnector } from '@fairlead/transport';
import type { CallOptions, Client, Transaction, TransactionOptions } from './api.ts';
import { collect } from './collect.ts';
import type { ConnectOptions, ResultLimits } from './connect-options.ts';
import { Connection, type Execution, watch } from './connection.ts';
import type { OnRow } from './driver.ts';
import { encodeTerminate } from './encode.ts';
import { dial, startUp } from './open.ts';
import { readTarget, type Target } from './options.ts';
import { Rows } from './rows.ts';
import { type Runner, Statements } from './statements.ts';
import { runTransaction } from './transaction.ts';

/**
 * Opens a connection, ready for queries.
 *
 * ```ts
 * await using db = await connect('postgres://app@db.example.com/shop', { password: env.PG_PASSWORD });
 * const { rows } = await db.query('select * from orders where id = $1', [42]);
 * ```
 * @param target A URL, or options alone. Options win over the URL.
 * @throws FairleadError `usage` and `policy` (URL, options), `connect_failed`, `connect_timeout`, `tls_failed`,
 *   `auth` (SQLSTATE class 28, or a method that is not acceptable), `server`, `protocol`, `aborted`.
 */
export async function connect(
  target: string | URL | ConnectOptions,
  options: ConnectOptions = {},
): Promise<Client> {
  const hasUrl = typeof target === 'string' || target instanceof URL;
  const given: ConnectOptions = hasUrl ? options : { ...target, ...options };
  const checked = readTarget(hasUrl ? String(target) : undefined, given);
  const connector: Connector = given.connector ?? runtimeConnector;
  return withAttemptSignal(given.signal, (attempt) => open(checked, connector, given, attempt));
}

async function open(
  target: Target,
  connector: Connector,
  options: ConnectOptions,
  attempt?: AbortSignal,
): Promise<Client> {
  const transport = await dial(target, connector, attempt);
  const greeting = await startUp(transport, target);
  const connection = new Connection(transport, greeting, target, connector, options);
  if (options.signal !== undefined) connection.endWith(options.signal);
  return new PostgresClient(connection, options.limits);
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

  query(...[text, parameters, options]: Parameters<Runner['query']>): ReturnType<Runner['query']> {
    const { cancelling } = this.#connection;
    // The common case waits for nothing, and so pays for no promise.
    if (!options.signal?.aborted && !this.#gate?.shut && cancelling === undefined) {
      return collect(this.#connection, text, parameters, options, this.#limits);
    }
    return this.#ready(options).then(() =>
      collect(this.#connection, text, parameters, options, this.#limits),
    );
  }

  stream(...[text, parameters, options]: Parameters<Runner['stream']>): ReturnType<Runner['stream']> {
    const connection = this.#connection;
    const begin = async (onRow: OnRow): Promise<Execution> => {
      await this.#ready(options);
      const execution = connection.start(text, parameters, onRow);
      connection.streaming = true;
      const ended = (): void => {
        connection.streaming = false;
      };
      execution.done.then(ended, ended);
      return execution;
    };
    return new Rows(connection, begin, options);
  }

  /** Nothing is sent for a call that was aborted before, nor while a cancellation is under way. */
  async #ready(options: CallOptions): Promise<void> {
    if (options.signal?.aborted) {
      throw new FairleadError('aborted', 'The query was aborted before it was sent.', {
        cause: options.signal.reason,
        safeToRetry: true,
      });
    }
    if (this.#gate?.shut) (await turn(this.#gate, this.#connection, options))();
    while (this.#connection.cancelling !== undefined) await this.#connection.cancelling;
  }
}

/** Waits until no transaction has the connection, as long as the call's time and signal allow. */
function turn(gate: Gate, connection: Connection, options: CallOptions): Promise<() => void> {
  return takeTurn(gate, (stop) => watch(connection, options, stop));
}

class PostgresClient extends Statements implements Client {
  readonly server: Client['server'];
  readonly processId: number;
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
    const { parameters, key } = connection.greeting;
    this.server = { version: parameters.get('server_version') ?? '', parameters };
    this.processId = key?.processId ?? 0;
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
    this.#closing ??= this.#connection.close(encodeTerminate());
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
