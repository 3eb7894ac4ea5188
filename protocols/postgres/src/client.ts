// The client: `connect` and `open`, and what one connection can do. It holds one connection, never a pool, and never
// reconnects behind its user's back: session state would be lost.
import { Gate, inTurn, stackAtCaller } from '@fairlead/client';
import type { FairleadError } from '@fairlead/errors';
import { leadToCaller, runTransaction } from '@fairlead/sql-client';
import { connect as runtimeConnector } from '@fairlead/transport';
import { watch } from './connection/call-limits.ts';
import { Connection } from './connection/connection.ts';
import { Listeners } from './listen/listen.ts';
import type { ConnectOptions } from './options/connect-options.ts';
import { readTarget } from './options/target.ts';
import { optionsOf } from './statements/arguments.ts';
import { Runner } from './statements/runner.ts';
import { Statements } from './statements/statements.ts';
import { PostgresTransactions, planTransaction, withinGrace } from './transactions/transaction.ts';
import type { CallOptions, Client, NotificationStream, Transaction, TransactionOptions } from './types.ts';
import { keepRegistry, TypeRegistry } from './values/registry.ts';

/**
 * Opens a connection, ready for queries.
 * @param target A URL, libpq keywords (`host=... dbname=...`), or options alone. Options win over the text.
 * @throws FairleadError `usage` and `policy` (URL, options), `connect_failed`, `connect_timeout`, `tls_failed`,
 *   `auth` (SQLSTATE class 28, or a method that is not acceptable), `server`, `protocol`, `aborted`.
 * @example
 * ```ts
 * import { connect } from '@fairlead/postgres';
 *
 * await using db = await connect('postgres://app@db.example.com/shop', { password: env.PG_PASSWORD, signal });
 * const { rows } = await db.query('select * from orders where id = $1', [42]);
 * ```
 */
export async function connect(
  target: string | URL | ConnectOptions,
  options: ConnectOptions = {},
): Promise<Client> {
  const client = open(target, options);
  try {
    await client.ready;
  } catch (error) {
    throw stackAtCaller(error);
  }
  return client;
}

/**
 * A client at once, whose connection is being opened: the first statements travel behind the login, which saves a
 * round trip. They reject with what `connect` would have thrown.
 * @param target As for `connect`.
 * @throws FairleadError `usage` and `policy` (URL, options).
 * @example
 * ```ts
 * import { open } from '@fairlead/postgres';
 *
 * await using db = open('postgres://app@db.example.com/shop', { password: env.PG_PASSWORD });
 * const price = await db.queryValue<string>('select price from items where id = $1', [42]);
 * ```
 */
export function open(target: string | URL | ConnectOptions, options: ConnectOptions = {}): Client {
  const hasText = typeof target === 'string' || target instanceof URL;
  const more = optionsOf(options);
  const given: ConnectOptions = hasText ? more : { ...target, ...more };
  const checked = readTarget(hasText ? String(target) : undefined, given);
  const connection = new Connection(checked, given.connector ?? runtimeConnector, given);
  const { json = 'parsed', types, binary, limits } = given;
  const gate = new Gate();
  return new PostgresClient(
    new Runner(connection, new TypeRegistry({ json, types, binary }), limits, { gate }),
    gate,
  );
}

class PostgresClient extends Statements implements Client {
  readonly #runner: Runner;
  readonly #connection: Connection;
  readonly #gate: Gate;
  #listeners: Listeners | undefined;
  #closing: Promise<void> | undefined;

  constructor(runner: Runner, gate: Gate) {
    super(runner);
    this.#runner = runner;
    this.#connection = runner.connection;
    this.#gate = gate;
    keepRegistry(this, runner.registry);
  }

  get ready(): Promise<void> {
    return this.#connection.ready.catch((error: unknown) => {
      throw stackAtCaller(error);
    });
  }

  get server(): { readonly version: string } {
    return { version: this.parameterStatus.get('server_version') ?? '' };
  }

  get parameterStatus(): ReadonlyMap<string, string> {
    return this.#connection.parameters;
  }

  get processId(): number {
    return this.#connection.processId;
  }

  get closed(): Promise<void> {
    return this.#connection.closed;
  }

  async begin<T>(work: (transaction: Transaction) => Promise<T>, options?: TransactionOptions): Promise<T> {
    const plan = planTransaction(work, optionsOf(options));
    const { limit } = plan;
    try {
      const wait = (stop: (reason: FairleadError) => void): (() => void) =>
        watch(this.#connection, limit, stop);
      const whole = inTurn(this.#gate, wait, () =>
        runTransaction(new PostgresTransactions(this.#runner, plan), work, plan),
      );
      return await withinGrace(this.#connection, limit, whole);
    } catch (error) {
      throw leadToCaller(error);
    }
  }

  async listen(channel: string, options?: CallOptions): Promise<NotificationStream> {
    this.#listeners ??= new Listeners(this.#connection, (text, more) => this.query(text, [], more));
    return this.#listeners.listen(channel, optionsOf(options));
  }

  close(): Promise<void> {
    this.#closing ??= this.#connection.close();
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
