// Kysely's driver over one client: hands the connection out in turns, and begins and ends transactions.
import { atCaller, Deadlines, deferred, Gate, inTurn, limitOf, watchCall } from '@fairlead/client';
import { FairleadError } from '@fairlead/errors';
import type { DatabaseConnection, Driver, TransactionSettings } from 'kysely';
import type { Client } from '../../types.ts';
import { FairleadConnection } from './connection.ts';
import type { FairleadDialectConfig } from './options.ts';

const DEFAULT_TURN_TIMEOUT_MS = 60_000;

/** Quoted, so that any name will do. */
function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Hands one `FairleadConnection` to one holder at a time. */
export class FairleadDriver implements Driver {
  readonly #config: FairleadDialectConfig;
  readonly #gate = new Gate();
  readonly #deadlines = new Deadlines();
  /** Gives the turn back; set while a connection is handed out. */
  #release: (() => void) | undefined;
  #client: Client | undefined;
  #connection: FairleadConnection | undefined;

  constructor(config: FairleadDialectConfig) {
    this.#config = config;
  }

  async init(): Promise<void> {
    const { connection } = this.#config;
    this.#client = typeof connection === 'function' ? await connection() : connection;
    this.#connection = new FairleadConnection(this.#client);
  }

  /** @throws FairleadError `timeout`: the query had no turn in time, and was not sent. */
  acquireConnection(): Promise<DatabaseConnection> {
    const connection = this.#held();
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
    return this.#held().begin(settings);
  }

  commitTransaction(): Promise<void> {
    return this.#held().commit();
  }

  rollbackTransaction(): Promise<void> {
    return this.#held().rollback();
  }

  savepoint(_connection: DatabaseConnection, name: string): Promise<void> {
    return this.#held().command(`savepoint ${identifier(name)}`);
  }

  rollbackToSavepoint(_connection: DatabaseConnection, name: string): Promise<void> {
    return this.#held().command(`rollback to savepoint ${identifier(name)}`);
  }

  releaseSavepoint(_connection: DatabaseConnection, name: string): Promise<void> {
    return this.#held().command(`release savepoint ${identifier(name)}`);
  }

  async destroy(): Promise<void> {
    if (typeof this.#config.connection === 'function') await this.#client?.close();
  }

  #held(): FairleadConnection {
    if (this.#connection) return this.#connection;
    throw new FairleadError('usage', 'Kysely: the driver was used before its init().');
  }
}
