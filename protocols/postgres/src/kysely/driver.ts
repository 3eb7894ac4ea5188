// Kysely's driver: who has the connection, and how transactions begin and end. It holds one connection, in turns.
import { Deadlines, Gate, takeTurn, watchCall } from '@fairlead/client';
import { FairleadError } from '@fairlead/errors';
import type { DatabaseConnection, Driver, TransactionSettings } from 'kysely';
import type { Client } from '../api.ts';
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
  async acquireConnection(): Promise<DatabaseConnection> {
    this.#release = await (this.#gate.shut ? this.#turn() : this.#gate.hold());
    return this.#held();
  }

  async releaseConnection(): Promise<void> {
    this.#release?.();
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

  #turn(): Promise<() => void> {
    const limits = { timeoutMs: this.#config.turnTimeoutMs ?? DEFAULT_TURN_TIMEOUT_MS };
    return takeTurn(this.#gate, (stop) => watchCall(this.#deadlines, 'query', limits, stop));
  }

  #held(): FairleadConnection {
    if (this.#connection) return this.#connection;
    throw new FairleadError('usage', 'Kysely: the driver was used before its init().');
  }
}
