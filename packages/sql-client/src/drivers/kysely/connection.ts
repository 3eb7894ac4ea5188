// The connection that Kysely is given: queries, streams, and the transaction that all of them belong to while one is open.
// Who has it when is its driver's part.
import { type Deferred, deferred, stackAtCaller } from '@fairlead/client';
import { isFairleadError, usage } from '@fairlead/errors';
import { CompiledQuery, type DatabaseConnection, type QueryResult, type TransactionSettings } from 'kysely';
import type { BeginOptions, Closable, KyselyDatabase } from './options.ts';

/** The part of Kysely's options of a query that matters here. */
interface Abortable {
  readonly signal?: AbortSignal | undefined;
}

/** A transaction of the client's `begin`, held open until Kysely has decided. */
interface OpenTransaction<Runner> {
  readonly transaction: Runner;
  readonly decision: Deferred<void>;
  /** What the client's `begin` returned. */
  readonly settled: Promise<void>;
}

/** What `begin` rejects with when Kysely rolls back; it is caught here. */
const ROLLBACK = Symbol('rollback');

/** By this mark, Kysely knows that a transaction is over although its COMMIT failed (`isAbortedTransactionError`). */
const ABORTED_TRANSACTION = Symbol.for('kysely.AbortedTransactionError');

/** @throws FairleadError `usage` for the isolation level `snapshot`, which only other databases have. */
function beginOptions(name: string, { isolationLevel, accessMode }: TransactionSettings): BeginOptions {
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
  /** The begin or end of a transaction that is under way. */
  #transition: Promise<void> | undefined;
  /** How the statements run that Kysely's log shows and that the client sends in its own way, such as COMMIT. */
  readonly #steps = new WeakMap<CompiledQuery, () => Promise<void>>();
  /** What cancels each query that Kysely can abort, and Kysely's signal for it: a transaction may run several at a time. */
  readonly #running = new Map<AbortController, AbortSignal>();

  constructor(database: KyselyDatabase<Runner, Client>, client: Client) {
    this.#database = database;
    this.#client = client;
  }

  async executeQuery<R>(query: CompiledQuery, options?: Abortable): Promise<QueryResult<R>> {
    const step = this.#steps.get(query);
    if (step !== undefined) {
      await step();
      return { rows: [] };
    }
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
    return this.#track(this.#logBegin(settings));
  }

  async #logBegin(settings: TransactionSettings): Promise<void> {
    const options = beginOptions(this.#database.name, settings);
    const { characteristics, begin } = this.#database.beginning(settings);
    // The client sends this together with the statement that begins.
    if (characteristics !== undefined) await this.#step(characteristics, async () => undefined);
    await this.#step(begin, () => this.#begin(options));
  }

  async #begin(options: BeginOptions): Promise<void> {
    const opened = deferred<Runner>();
    const decision = deferred<void>();
    const work = (transaction: Runner): Promise<void> => {
      opened.resolve(transaction);
      return decision.promise;
    };
    const settled = this.#database.begin(this.#client, work, options);
    settled.catch(opened.reject);
    this.#open = { transaction: await opened.promise, decision, settled };
  }

  /**
   * Commits.
   * @throws FairleadError as the client's `begin`. A `server` error is marked for Kysely: the transaction is over.
   */
  commit(): Promise<void> {
    return this.#end('commit', (open) => this.#commit(open));
  }

  async #commit({ decision, settled }: OpenTransaction<Runner>): Promise<void> {
    decision.resolve();
    try {
      await settled;
    } catch (error) {
      throw isFairleadError(error) && error.code === 'server'
        ? Object.assign(error, { [ABORTED_TRANSACTION]: true })
        : error;
    }
  }

  /** Rolls back; does nothing when no transaction is open. */
  rollback(): Promise<void> {
    return this.#end('rollback', (open) => this.#rollback(open));
  }

  async #rollback({ decision, settled }: OpenTransaction<Runner>): Promise<void> {
    decision.reject(ROLLBACK);
    await settled.catch((error: unknown) => {
      if (error !== ROLLBACK) throw error;
    });
  }

  /**
   * Rolls back what is still open, before the next query has the connection: when its signal fires, Kysely gives the
   * connection back even while BEGIN, COMMIT or ROLLBACK are on their way. Never rejects.
   */
  async clear(): Promise<void> {
    const ignore = (): void => undefined;
    if (this.#transition !== undefined) await this.#transition.catch(ignore);
    if (this.#open !== undefined) await this.rollback().catch(ignore);
  }

  async #track(transition: Promise<void>): Promise<void> {
    this.#transition = transition;
    try {
      await transition;
    } catch (error) {
      throw stackAtCaller(error);
    } finally {
      if (this.#transition === transition) this.#transition = undefined;
    }
  }

  /** Runs a statement that has no result. */
  command(text: string): Promise<void> {
    return this.#step(text, () => this.#database.command(this.#runner, text));
  }

  /** Ends the open transaction; without one, nothing is run or logged. */
  async #end(text: string, work: (open: OpenTransaction<Runner>) => Promise<void>): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    if (open !== undefined) await this.#track(this.#step(text, () => work(open)));
  }

  /** Runs `work` by way of `executeQuery`, which Kysely replaces by one that logs, under the statement's `text`. */
  async #step(text: string, work: () => Promise<void>): Promise<void> {
    const query = CompiledQuery.raw(text);
    this.#steps.set(query, work);
    await this.executeQuery(query);
  }

  get #runner(): Runner {
    return this.#open?.transaction ?? this.#client;
  }
}
