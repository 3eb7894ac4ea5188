// A connection as Kysely sees it: queries, streams, and the transaction that all of them belong to while one is open.
// It keeps no turns: its driver does.
import { type Deferred, deferred, stackAtCaller } from '@fairlead/client';
import { isFairleadError, usage } from '@fairlead/errors';
import type { CompiledQuery, DatabaseConnection, QueryResult, TransactionSettings } from 'kysely';
import type { Closable, KnownSettings, KyselyDatabase } from './options.ts';

/** What `options` of Kysely's calls can hold. */
interface Abortable {
  readonly signal?: AbortSignal | undefined;
}

/** A transaction of the client's `begin`, held open until Kysely has decided. */
interface OpenTransaction<Runner> {
  readonly transaction: Runner;
  readonly verdict: Deferred<void>;
  /** What `begin` came to. */
  readonly settled: Promise<void>;
}

/** What `begin` rejects with when Kysely rolls back; it is caught here. */
const ROLLBACK = Symbol('rollback');

/** By this, Kysely knows that a transaction is over although its COMMIT failed (`isAbortedTransactionError`). */
const OVER = Symbol.for('kysely.AbortedTransactionError');

/** @throws FairleadError `usage` for the isolation level `snapshot`, which only other databases have. */
function knownSettings(name: string, { isolationLevel, accessMode }: TransactionSettings): KnownSettings {
  if (isolationLevel === 'snapshot') {
    throw usage(`${name} has no isolation level "snapshot"; use "repeatable read".`);
  }
  return {
    isolation: isolationLevel,
    readOnly: accessMode === undefined ? undefined : accessMode === 'read only',
  };
}

/** The one connection of a `KyselyDriver`. */
export class KyselyConnection<Runner, Client extends Runner & Closable> implements DatabaseConnection {
  readonly #database: KyselyDatabase<Runner, Client>;
  readonly #client: Client;
  #open: OpenTransaction<Runner> | undefined;
  /** What is under way of a transaction's begin or end. */
  #turning: Promise<void> | undefined;
  /** What cancels each query that Kysely can abort, and Kysely's signal for it: a transaction may run several at a time. */
  readonly #running = new Map<AbortController, AbortSignal>();

  constructor(database: KyselyDatabase<Runner, Client>, client: Client) {
    this.#database = database;
    this.#client = client;
  }

  async executeQuery<R>(query: CompiledQuery, options?: Abortable): Promise<QueryResult<R>> {
    // Kysely itself heeds the signal; whether the statement is cancelled too is for `cancelQuery` to say.
    const { signal } = options ?? {};
    if (signal === undefined) return this.#database.query<R>(this.#runner, query, undefined);
    const running = new AbortController();
    this.#running.set(running, signal);
    try {
      return await this.#database.query<R>(this.#runner, query, running.signal);
    } finally {
      this.#running.delete(running);
    }
  }

  async *streamQuery<R>(
    query: CompiledQuery,
    chunkSize: number,
    options?: Abortable,
  ): AsyncIterableIterator<QueryResult<R>> {
    const batches = this.#database.batches<R>(this.#runner, query, chunkSize, options?.signal);
    for await (const rows of batches) yield { rows };
  }

  /** Cancels what was aborted: Kysely does not say which query it means. */
  async cancelQuery(): Promise<void> {
    for (const [running, signal] of this.#running) if (signal.aborted) running.abort();
  }

  /**
   * Begins a transaction.
   * @throws FairleadError as the client's `begin`; `usage` for an isolation level that the database has not.
   */
  begin(settings: TransactionSettings): Promise<void> {
    return this.#turn(this.#begin(settings));
  }

  async #begin(settings: TransactionSettings): Promise<void> {
    const known = knownSettings(this.#database.name, settings);
    const opened = deferred<Runner>();
    const verdict = deferred<void>();
    const work = (transaction: Runner): Promise<void> => {
      opened.resolve(transaction);
      return verdict.promise;
    };
    const settled = this.#database.begin(this.#client, work, known);
    settled.catch(opened.reject);
    this.#open = { transaction: await opened.promise, verdict, settled };
  }

  /**
   * Commits.
   * @throws FairleadError as the client's `begin`. A `server` error is marked for Kysely: the transaction is over.
   */
  commit(): Promise<void> {
    return this.#turn(this.#commit());
  }

  async #commit(): Promise<void> {
    const open = this.#takeOpen();
    open?.verdict.resolve();
    try {
      await open?.settled;
    } catch (error) {
      throw isFairleadError(error) && error.code === 'server'
        ? Object.assign(error, { [OVER]: true })
        : error;
    }
  }

  /** Rolls back; does nothing when no transaction is open. */
  rollback(): Promise<void> {
    return this.#turn(this.#rollback());
  }

  async #rollback(): Promise<void> {
    const open = this.#takeOpen();
    open?.verdict.reject(ROLLBACK);
    await open?.settled.catch((error: unknown) => {
      if (error !== ROLLBACK) throw error;
    });
  }

  /**
   * The next turn finds no transaction open: Kysely gives the connection back also while BEGIN, COMMIT or ROLLBACK
   * are on their way, when its signal fires. Never rejects.
   */
  async clear(): Promise<void> {
    const ignore = (): void => undefined;
    if (this.#turning !== undefined) await this.#turning.catch(ignore);
    if (this.#open !== undefined) await this.rollback().catch(ignore);
  }

  async #turn(turning: Promise<void>): Promise<void> {
    this.#turning = turning;
    try {
      await turning;
    } catch (error) {
      throw stackAtCaller(error);
    } finally {
      if (this.#turning === turning) this.#turning = undefined;
    }
  }

  /** Runs a statement that has no result. */
  command(text: string): Promise<void> {
    return this.#database.command(this.#runner, text);
  }

  get #runner(): Runner {
    return this.#open?.transaction ?? this.#client;
  }

  #takeOpen(): OpenTransaction<Runner> | undefined {
    const open = this.#open;
    this.#open = undefined;
    return open;
  }
}
