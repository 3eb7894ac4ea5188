// The reads of a collection.
import { usage } from '@fairlead/errors';
import type { Document } from 'bson';
import { aggregateOperation, aggregation } from '../cursors/aggregation.ts';
import type { CommandCursor } from '../cursors/command-cursor.ts';
import { FindCursor, findCommand } from '../cursors/find-cursor.ts';
import { documentOf } from '../database/arguments.ts';
import { readOperation, runRead, type Scope } from '../database/scope.ts';
import { numberOf, protocolError } from '../errors.ts';
import { bindExecutor } from '../operations/executor-of.ts';
import type {
  AggregateOptions,
  CommandOptions,
  CountOptions,
  FindOneOptions,
  FindOptions,
  ReadOptions,
} from '../types/calls.ts';
import type { Filter, WithId } from '../types/documents.ts';

/** A filter that every document passes. */
const ALL = {};
const NONE = {};
const ONE_RAW = { cursor: { firstBatch: true } } as const;

/** The reads of a collection; `Collection` has the writes besides. */
export class CollectionReads<T extends Document> {
  /** For the functions of this package. */
  readonly scope: Scope;
  /** The database's name. */
  readonly dbName: string;
  /** The collection's name. */
  readonly collectionName: string;

  constructor(scope: Scope, dbName: string, collectionName: string) {
    this.scope = scope;
    this.dbName = dbName;
    this.collectionName = collectionName;
    bindExecutor(this, scope.executor);
  }

  /** The database's name and the collection's, with a dot between. */
  get namespace(): string {
    return `${this.dbName}.${this.collectionName}`;
  }

  /**
   * The documents that a filter means. Nothing is sent before the first is asked for.
   * @throws FairleadError `usage`, when the first document is asked for.
   * @example
   * ```ts
   * import { connect } from '@fairlead/mongodb';
   *
   * await using client = await connect('mongodb://localhost/shop?tls=false');
   * const orders = client.db().collection<{ item: string; count: number }>('orders');
   * for await (const { item } of orders.find({ count: { $gt: 2 } }).sort({ item: 1 }).limit(10)) console.log(item);
   * ```
   */
  find(filter: Filter<T> | undefined, options: FindOptions & { readonly raw: true }): FindCursor<Uint8Array>;
  find(filter?: Filter<T>, options?: FindOptions): FindCursor<WithId<T>>;
  find(filter: object = ALL, options: FindOptions = NONE): FindCursor<unknown> {
    return new FindCursor(this.scope, this.dbName, this.collectionName, filter, options);
  }

  /**
   * The first document that a filter means; null where there is none.
   * @throws FairleadError `server`, `usage`, `timeout`, `aborted`, `connection_lost`, ...
   */
  findOne(
    filter: Filter<T> | undefined,
    options: FindOneOptions & { readonly raw: true },
  ): Promise<Uint8Array | null>;
  findOne(filter?: Filter<T>, options?: FindOneOptions): Promise<WithId<T> | null>;
  async findOne(filter: object = ALL, options: FindOneOptions = NONE): Promise<unknown> {
    const { scope, dbName, collectionName } = this;
    const command = findCommand(collectionName, filter, options);
    command.limit = 1;
    command.singleBatch = true;
    const operation = readOperation(scope, dbName, command, options);
    const { reply } = await scope.executor.run(
      options.raw ? { ...operation, rawFields: ONE_RAW } : operation,
    );
    const batch: unknown = reply.cursor?.firstBatch;
    if (!Array.isArray(batch)) throw protocolError('a reply without a cursor');
    return batch[0] ?? null;
  }

  /**
   * The documents that come out of a pipeline of stages. Nothing is sent before the first is asked for; with `$out` or `$merge`, call
   * `toArray()`.
   */
  aggregate(
    pipeline: readonly Document[],
    options: AggregateOptions & { readonly raw: true },
  ): CommandCursor<Uint8Array>;
  aggregate<R = Document>(pipeline: readonly Document[], options?: AggregateOptions): CommandCursor<R>;
  aggregate(pipeline: readonly Document[], options: AggregateOptions = NONE): CommandCursor<unknown> {
    return aggregation(this.scope, this.dbName, this.collectionName, pipeline, options);
  }

  /** The values that a field has in the documents of a filter, each once. */
  async distinct<K extends string>(
    key: K,
    filter: Filter<T> = {},
    options: ReadOptions = NONE,
  ): Promise<(K extends keyof WithId<T> ? Element<WithId<T>[K]> : unknown)[]> {
    if (typeof key !== 'string') throw usage('distinct needs the name of a field');
    const command = { distinct: this.collectionName, key, query: documentOf(filter, 'the filter') };
    const { values } = await runRead(this.scope, this.dbName, command, options, ' collation comment hint ');
    if (!Array.isArray(values)) throw protocolError('a reply without values');
    return values;
  }

  /** The number of the documents that a filter means: they are counted, one by one. */
  async countDocuments(filter: Filter<T> = {}, options: CountOptions = NONE): Promise<number> {
    const { skip, limit, ...others } = options;
    const pipeline: Document[] = [{ $match: documentOf(filter, 'the filter') }];
    if (skip !== undefined) pipeline.push({ $skip: skip });
    if (limit !== undefined) pipeline.push({ $limit: limit });
    pipeline.push({ $group: { _id: 1, n: { $sum: 1 } } });
    const { scope, dbName, collectionName } = this;
    const operation = aggregateOperation(scope, dbName, collectionName, pipeline, others);
    const { reply } = await scope.executor.run(operation);
    return numberOf(reply.cursor?.firstBatch?.[0]?.n);
  }

  /** The number of all documents, from what the server keeps about the collection. Fast; wrong after a crash or on shards. */
  async estimatedDocumentCount(
    options: CommandOptions & Pick<ReadOptions, 'readPreference' | 'readConcern'> = NONE,
  ): Promise<number> {
    const { n } = await runRead(this.scope, this.dbName, { count: this.collectionName }, options);
    return numberOf(n);
  }
}

/** An array's elements are distinct values of its field. */
type Element<V> = V extends readonly (infer E)[] ? E : V;
