// Kysely's driver over one client: hands the connection out in turns, and begins and ends transactions.
import { atCaller, Deadlines, deferred, Gate, inTurn, limitOf, watchCall } from '@fairlead/client';
import { type FairleadError, usage } from '@fairlead/errors';
import type { DatabaseConnection, Driver, TransactionSettings } from 'kysely';
import { KyselyConnection } from './connection.ts';
import type { Closable, KyselyDatabase, KyselyDialectConfig } from './options.ts';

const DEFAULT_TURN_TIMEOUT_MS = 60_000;

/** Hands one `KyselyConnection` to one holder at a time. */
export class KyselyDriver<Runner, Client extends Runner & Closable> implements Driver {
  readonly #database: KyselyDatabase<Runner, Client>;
  readonly #config: KyselyDialectConfig<Client>;
  readonly #gate = new Gate();
  readonly #deadlines = new Deadlines();
  /** Gives the turn back; set while a connection is handed out. */
  #release: (() => void) | undefined;
  #client: Client | undefined;
  #connection: KyselyConnection<Runner, Client> | undefined;

  constructor(database: KyselyDatabase<Runner, Client>, config: KyselyDialectConfig<Client>) {
    this.#database = database;
    this.#config = config;
  }

  async init(): Promise<void> {
    const { connection } = this.#config;
    const client = isOpener(connection) ? await connection() : connection;
    this.#client = client;
    this.#connection = new KyselyConnection(this.#database, client);
  }

  /** @throws FairleadError `timeout`: the query had no turn in time, and was not sent. */
  acquireConnection(): Promise<DatabaseConnection> {
    const connection = this.#initialized();
    const { turnTimeoutMs } = this.#config;
    const limit = limitOf({ timeoutMs: turnTimeoutMs }, DEFAULT_TURN_TIMEOUT_MS, 'turnTimeoutMs');
    const wait = (stop: (reason: FairleadError) => void): (() => void) =>
      watchCall(this.#deadlines, 'query', limit, stop);
    return new Promise((resolve) => {
      const turn = inTurn(this.#gate, wait, () => {
        const released = deferred<void>();
        this.#release = released.resolve;
        resolve(connection);
        return released.promise;
      });
      turn.catch((error: FairleadError) => resolve(atCaller(error)));
    });
  }

  async releaseConnection(): Promise<void> {
    const release = this.#release;
    this.#release = undefined;
    await this.#connection?.clear();
    release?.();
  }

  beginTransaction(_connection: DatabaseConnection, settings: TransactionSettings): Promise<void> {
    return this.#initialized().begin(settings);
  }

  /** Commits. @throws FairleadError A `server` error is marked for Kysely: the transaction is over. */
  commitTransaction(): Promise<void> {
    return this.#initialized().commit();
  }

  rollbackTransaction(): Promise<void> {
    return this.#initialized().rollback();
  }

  savepoint(_connection: DatabaseConnection, name: string): Promise<void> {
    return this.#savepoint('savepoint', name);
  }

  rollbackToSavepoint(_connection: DatabaseConnection, name: string): Promise<void> {
    return this.#savepoint('rollback to', name);
  }

  releaseSavepoint(_connection: DatabaseConnection, name: string): Promise<void> {
    return this.#savepoint(this.#database.releaseSavepoint, name);
  }

  async destroy(): Promise<void> {
    if (!isOpener(this.#config.connection)) return;
    await this.#client?.close();
    // The calls that waited have ended with the connection.
    this.#deadlines.stop();
  }

  #savepoint(verb: string, name: string): Promise<void> {
    return this.#initialized().command(`${verb} ${this.#database.quote(name)}`);
  }

  #initialized(): KyselyConnection<Runner, Client> {
    if (this.#connection) return this.#connection;
    throw usage('Kysely: the driver was used before its init().');
  }
}

function isOpener<Client>(
  connection: KyselyDialectConfig<Client>['connection'],
): connection is () => Client | Promise<Client> {
  return typeof connection === 'function';
}
