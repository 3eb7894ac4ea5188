// The public client: connects, and hands out databases. Commands go through its executor, over one connection at a time.
import { limitOf, stackAtCaller } from '@fairlead/client';
import { openLink } from './connection/open-link.ts';
import { Db } from './database/database.ts';
import type { Scope } from './database/scope.ts';
import { scopeWith } from './database/scope.ts';
import { createExecutor } from './operations/executor.ts';
import { bindExecutor } from './operations/executor-of.ts';
import type { Executor } from './operations/types.ts';
import { readSettings } from './options/read-settings.ts';
import { openSeedTopology } from './topology/seed-topology.ts';
import type { ConcernOptions } from './types/calls.ts';
import type { ConnectOptions } from './types/options.ts';

/** How long closing waits for the server's answer to `endSessions`. */
const CLOSE_MS = 1000;

/**
 * Connects to a server and logs in.
 *
 * @param target `mongodb://user:password@host:port/database?options`, or options. TLS is on unless `tls` says otherwise.
 * @param options Win over the URL.
 * @throws FairleadError `usage` for a malformed URL or option, `auth`, `connect_failed`, `connect_timeout`, `tls_failed`, `aborted`,
 *   `policy`, ...
 * @example
 * ```ts
 * import { connect } from '@fairlead/mongodb';
 *
 * await using client = await connect('mongodb://app@db.example.com/shop', { password: () => 'secret', timeoutMs: 5_000 });
 * console.log(await client.db().collection('orders').findOne({ item: 'rope' }));
 * ```
 */
export async function connect(
  target: string | URL | ConnectOptions,
  options?: ConnectOptions,
): Promise<MongoClient> {
  const settings = readSettings(target, options);
  const open = settings.discovery?.openTopology ?? openSeedTopology;
  const topology = open(settings, openLink);
  try {
    // The topology's own search ends in time, and its error says more than a limit of this call could.
    await topology.select(settings.readPreference, limitOf({ signal: settings.signal }));
  } catch (error) {
    await topology.close();
    throw stackAtCaller(error);
  }
  return new MongoClient(createExecutor(topology, settings), settings.database);
}

/** The databases behind one connection string. Any number of callers may share a client: their commands go in turn. */
export class MongoClient implements AsyncDisposable {
  readonly #executor: Executor;
  readonly #scope: Scope;
  readonly #database: string;
  #closing: Promise<void> | undefined;

  /** Made by `connect`. */
  constructor(executor: Executor, database: string) {
    this.#executor = executor;
    this.#scope = { executor };
    this.#database = database;
    bindExecutor(this, executor);
  }

  /** Settles when the client was closed, or its signal has fired; a lost connection is opened anew by the next call. Never rejects. */
  get closed(): Promise<void> {
    return this.#executor.topology.closed;
  }

  /**
   * A database; nothing is sent.
   * @param name Default: the URL's, else `test`.
   * @param options Its own concerns, in place of the client's.
   */
  db(name: string = this.#database, options?: ConcernOptions): Db {
    return new Db(scopeWith(this.#scope, options), name);
  }

  /** Ends the sessions, waits for commands under way, closes the connection. Never rejects. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const { topology } = this.#executor;
    await this.#executor.endSessions(limitOf({ timeoutMs: CLOSE_MS }));
    await topology.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
