// A database: its collections, and commands as they are.
import { usage } from '@fairlead/errors';
import type { Document } from 'bson';
import { Collection } from '../collection/collection.ts';
import { aggregation } from '../cursors/aggregation.ts';
import { CommandCursor } from '../cursors/command-cursor.ts';
import { bindExecutor } from '../operations/executor-of.ts';
import type {
  AggregateOptions,
  CommandOptions,
  ConcernOptions,
  ReadOptions,
  WriteOptions,
} from '../types/calls.ts';
import type { CollectionInfo, CreateCollectionOptions, ListCollectionsOptions } from '../types/schema.ts';
import { Admin } from './admin.ts';
import { checkCollectionName, checkDatabaseName, documentOf } from './arguments.ts';
import {
  addDefined,
  addOptions,
  limitFor,
  readOperation,
  readPreferenceOf,
  runWrite,
  type Scope,
  scopeWith,
} from './scope.ts';

const NONE = {};
/** Fields of a command that sessions and the connection write. */
const RESERVED = '$db lsid txnNumber autocommit startTransaction $clusterTime'.split(' ');

/**
 * A database.
 * @example
 * ```ts
 * import { connect } from '@fairlead/mongodb';
 *
 * await using client = await connect('mongodb://localhost?tls=false');
 * const db = client.db('shop');
 * console.log(await db.command({ buildInfo: 1 }));
 * for await (const { name } of db.listCollections()) console.log(name);
 * ```
 */
export class Db {
  /** For the functions of this package. */
  readonly scope: Scope;
  readonly databaseName: string;

  constructor(scope: Scope, databaseName: string) {
    this.scope = scope;
    this.databaseName = checkDatabaseName(databaseName);
    bindExecutor(this, scope.executor);
  }

  /** A collection; nothing is sent. @param options Its own concerns, in place of the database's and the client's. */
  collection<T extends Document = Document>(name: string, options?: ConcernOptions): Collection<T> {
    return new Collection(scopeWith(this.scope, options), this.databaseName, checkCollectionName(name));
  }

  /**
   * Sends a command as it is, once, in a session. Concerns of the client, the database and its collections are not added.
   * @returns The reply.
   * @throws FairleadError `server` for `ok: 0`.
   */
  async command(
    command: Document,
    options: CommandOptions & Pick<ReadOptions, 'readPreference'> = NONE,
  ): Promise<Document> {
    documentOf(command, 'the command');
    const copy: Document = command instanceof Map ? Object.fromEntries(command) : { ...command };
    if (Object.keys(copy).length === 0) throw usage('a command begins with its name');
    for (const name of RESERVED) if (name in copy) throw usage(`${name} is the client's part of a command`);
    // As further down: a filter that is left out would match all.
    for (const name in copy) if (copy[name] === undefined) copy[name] = null;
    addOptions(copy, options, ' comment ', ' readPreference ');
    const { reply } = await this.scope.executor.run({
      database: this.databaseName,
      command: copy,
      kind: 'admin',
      isRetryable: false,
      limit: limitFor(this.scope, options),
      session: options.session,
      readPreference: readPreferenceOf(options.readPreference),
    });
    return reply;
  }

  /** The documents that come out of a pipeline without a collection: `$currentOp`, `$documents`, ... */
  aggregate<R = Document>(pipeline: readonly Document[], options: AggregateOptions = NONE): CommandCursor<R> {
    return aggregation(this.scope, this.databaseName, 1, pipeline, options);
  }

  /** Makes a collection or a view. Inserting makes one, too. @throws FairleadError `server`, code `48`: there is one. */
  async createCollection<T extends Document = Document>(
    name: string,
    options: CreateCollectionOptions = NONE,
  ): Promise<Collection<T>> {
    const { signal, timeoutMs, session, readPreference, readConcern, writeConcern, ...fields } = options;
    const call = { signal, timeoutMs, session, writeConcern };
    const command = addDefined({ create: 0 }, { ...fields, create: checkCollectionName(name) });
    await runWrite(this.scope, this.databaseName, command, call);
    return this.collection(name, { readPreference, readConcern, writeConcern });
  }

  /** Removes a collection. @returns Whether there was one. */
  dropCollection(name: string, options?: WriteOptions): Promise<boolean> {
    return this.collection(name).drop(options);
  }

  /** Gives a collection another name. */
  renameCollection(
    from: string,
    to: string,
    options?: WriteOptions & { readonly dropTarget?: boolean | undefined },
  ): Promise<void> {
    return this.collection(from).rename(to, options);
  }

  /** The collections and views. @param filter Of the entries: `{ name: 'orders' }`. */
  listCollections(
    filter: Document = NONE,
    options: ListCollectionsOptions = NONE,
  ): CommandCursor<CollectionInfo> {
    return new CommandCursor(this.scope, options, () => {
      const { batchSize } = options;
      const cursor = batchSize === undefined ? {} : { batchSize };
      const command = { listCollections: 1, filter: documentOf(filter, 'the filter'), cursor };
      addOptions(command, options, ' comment nameOnly authorizedCollections ', ' batchSize ');
      return readOperation({ executor: this.scope.executor }, this.databaseName, command, options);
    });
  }

  /** Removes the database with all that is in it. */
  async dropDatabase(options: WriteOptions = NONE): Promise<void> {
    await runWrite(this.scope, this.databaseName, { dropDatabase: 1 }, options);
  }

  /** Commands about the whole deployment. */
  admin(): Admin {
    return new Admin(this.scope);
  }
}
