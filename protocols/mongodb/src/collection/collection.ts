// A collection: the writes, one document or many. The indexes and the collection's own life are in the classes below it.
import { usage } from '@fairlead/errors';
import type { Document } from 'bson';
import { limitFor, type Scope, WRITE } from '../database/scope.ts';
import type { BulkWriteOperation } from '../types/bulk.ts';
import type {
  BulkWriteOptions,
  DeleteOptions,
  FindOneAndDeleteOptions,
  FindOneAndReplaceOptions,
  FindOneAndUpdateOptions,
  InsertManyOptions,
  InsertOneOptions,
  ReplaceOptions,
  UpdateOptions,
} from '../types/calls.ts';
import type { Filter, IdOf, OptionalId, Update, WithId, WithoutId } from '../types/documents.ts';
import type {
  BulkWriteResult,
  DeleteResult,
  InsertManyResult,
  InsertOneResult,
  UpdateResult,
} from '../types/results.ts';
import { MAX_DOCUMENT_BYTES, runBulk, runOne, type WriteTarget } from '../writes/bulk.ts';
import { checkBulk, statementOf } from '../writes/bulk-operations.ts';
import { findAndModify } from '../writes/find-and-modify.ts';
import {
  checkReplacement,
  checkUpdate,
  deleteStatement,
  insertStatement,
  updateStatement,
} from '../writes/statements.ts';
import { CollectionManagement } from './management.ts';

const NONE = {};
const DELETE = `${WRITE}collation hint `;
const REPLACE = `${DELETE}upsert sort `;
const UPDATE = `${REPLACE}arrayFilters `;

/**
 * A collection of documents of type `T`. The type is the caller's word: nothing checks what the server holds.
 * @example
 * ```ts
 * import { connect, type ObjectId } from '@fairlead/mongodb';
 *
 * interface Order {
 *   _id: ObjectId;
 *   item: string;
 *   count: number;
 * }
 * await using client = await connect('mongodb://localhost/shop?tls=false');
 * const orders = client.db().collection<Order>('orders');
 * const { insertedId } = await orders.insertOne({ item: 'rope', count: 2 });
 * await orders.updateOne({ _id: insertedId }, { $inc: { count: 1 } });
 * console.log(await orders.findOne({ _id: insertedId }));
 * ```
 */
export class Collection<T extends Document = Document> extends CollectionManagement<T> {
  readonly #target: WriteTarget;

  constructor(scope: Scope, dbName: string, collectionName: string) {
    super(scope, dbName, collectionName);
    this.#target = { scope, database: dbName, collection: collectionName };
  }

  /** Inserts a document. Without an `_id` it gets an ObjectId: see `insertedId`; the object itself stays as it is. */
  async insertOne(
    document: OptionalId<T>,
    options: InsertOneOptions = NONE,
  ): Promise<InsertOneResult<IdOf<T>>> {
    const statement = insertStatement(document, MAX_DOCUMENT_BYTES);
    const { result } = await runOne(this.#target, statement, options, WRITE);
    return { acknowledged: result.acknowledged, insertedId: statement.id as IdOf<T> };
  }

  /**
   * Inserts documents, in as few commands as the server's limits allow.
   * @throws FairleadError `server` where the server refused some; `writeFailureOf(error)` tells which were inserted.
   */
  async insertMany(
    documents: readonly OptionalId<T>[],
    options: InsertManyOptions = NONE,
  ): Promise<InsertManyResult<IdOf<T>>> {
    checkList(documents);
    const insertedIds: IdOf<T>[] = [];
    const { result } = await runBulk(this.#target, {
      count: documents.length,
      statement: (index, maxBytes) => {
        const statement = insertStatement(documents[index], maxBytes);
        insertedIds.push(statement.id as IdOf<T>);
        return statement;
      },
      options,
      limit: limitFor(this.scope, options),
    });
    return { acknowledged: result.acknowledged, insertedCount: result.insertedCount, insertedIds };
  }

  /** Changes the first document that the filter means. @param update Operators, such as `$set`, or a pipeline. */
  updateOne(filter: Filter<T>, update: Update<T>, options: UpdateOptions = NONE): Promise<UpdateResult> {
    return this.#update(filter, update, false, options);
  }

  /** Changes all documents that the filter means. @param update Operators, such as `$set`, or a pipeline. */
  updateMany(filter: Filter<T>, update: Update<T>, options: UpdateOptions = NONE): Promise<UpdateResult> {
    return this.#update(filter, update, true, options);
  }

  /** Puts a document in the place of the first that the filter means; the `_id` stays. */
  async replaceOne(
    filter: Filter<T>,
    replacement: WithoutId<T>,
    options: ReplaceOptions = NONE,
  ): Promise<UpdateResult> {
    const statement = updateStatement(filter, checkReplacement(replacement), false, options);
    return updateResult((await runOne(this.#target, statement, options, REPLACE)).result);
  }

  async #update(
    filter: object,
    update: unknown,
    isMulti: boolean,
    options: UpdateOptions,
  ): Promise<UpdateResult> {
    const statement = updateStatement(filter, checkUpdate(update), isMulti, options);
    return updateResult((await runOne(this.#target, statement, options, UPDATE)).result);
  }

  /** Deletes the first document that the filter means. */
  deleteOne(filter: Filter<T>, options: DeleteOptions = NONE): Promise<DeleteResult> {
    return this.#delete(filter, false, options);
  }

  /** Deletes all documents that the filter means; with `{}`, every one. */
  deleteMany(filter: Filter<T>, options: DeleteOptions = NONE): Promise<DeleteResult> {
    return this.#delete(filter, true, options);
  }

  async #delete(filter: object, isMulti: boolean, options: DeleteOptions): Promise<DeleteResult> {
    const statement = deleteStatement(filter, isMulti, options);
    const { acknowledged, deletedCount } = (await runOne(this.#target, statement, options, DELETE)).result;
    return { acknowledged, deletedCount };
  }

  /** Changes the first document that the filter means, and gives it: as it was, unless `returnDocument` is `after`. */
  findOneAndUpdate(
    filter: Filter<T>,
    update: Update<T>,
    options: FindOneAndUpdateOptions = NONE,
  ): Promise<WithId<T> | null> {
    return findAndModify(this.#target, filter, () => ({ update: checkUpdate(update) }), options);
  }

  /** Puts a document in the place of the first that the filter means, and gives one of both. */
  findOneAndReplace(
    filter: Filter<T>,
    replacement: WithoutId<T>,
    options: FindOneAndReplaceOptions = NONE,
  ): Promise<WithId<T> | null> {
    return findAndModify(this.#target, filter, () => ({ update: checkReplacement(replacement) }), options);
  }

  /** Deletes the first document that the filter means, and gives it. */
  findOneAndDelete(filter: Filter<T>, options: FindOneAndDeleteOptions = NONE): Promise<WithId<T> | null> {
    return findAndModify(this.#target, filter, () => ({ remove: true }), options);
  }

  /**
   * Many writes of several kinds: in order, until one fails; or with `ordered: false` all of them, grouped by kind.
   * @throws FairleadError `server` where the server refused some; `writeFailureOf(error)` has the result of the others. `usage`, before
   *   anything is sent, for a malformed operation.
   * @example
   * ```ts
   * import { connect } from '@fairlead/mongodb';
   *
   * await using client = await connect('mongodb://localhost/shop?tls=false');
   * const { modifiedCount } = await client.db().collection('orders').bulkWrite([
   *   { insertOne: { document: { item: 'rope' } } },
   *   { updateOne: { filter: { item: 'rope' }, update: { $set: { count: 3 } } } },
   *   { deleteMany: { filter: { count: 0 } } },
   * ]);
   * console.log(modifiedCount);
   * ```
   */
  async bulkWrite(
    operations: readonly BulkWriteOperation<T>[],
    options: BulkWriteOptions = NONE,
  ): Promise<BulkWriteResult> {
    checkList(operations);
    operations.forEach(checkBulk);
    const { result } = await runBulk(this.#target, {
      count: operations.length,
      statement: (index, maxBytes) => statementOf(operations, index, maxBytes),
      options,
      limit: limitFor(this.scope, options),
    });
    return result;
  }
}

function checkList(list: unknown): void {
  if (!Array.isArray(list) || list.length === 0)
    throw usage('insertMany and bulkWrite take a list that is not empty');
}

function updateResult({ acknowledged, ...result }: BulkWriteResult): UpdateResult {
  const { matchedCount, modifiedCount, upsertedCount, upsertedIds } = result;
  return { acknowledged, matchedCount, modifiedCount, upsertedCount, upsertedId: upsertedIds[0] ?? null };
}
