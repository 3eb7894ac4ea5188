// The indexes of a collection, and the collection's own life.
import { usage } from '@fairlead/errors';
import type { Document } from 'bson';
import { CommandCursor } from '../cursors/command-cursor.ts';
import { checkCollectionName, documentOf } from '../database/arguments.ts';
import { addDefined, addOptions, readOperation, runWrite } from '../database/scope.ts';
import { serverCodeOf } from '../errors.ts';
import type { WriteOptions } from '../types/calls.ts';
import type {
  CreateIndexesOptions,
  IndexDescription,
  IndexKeys,
  IndexOptions,
  ListIndexesOptions,
} from '../types/schema.ts';
import { CollectionReads } from './reads.ts';

const NONE = {};
/** The options of the call; all others are the index's. */
const CALL = ' signal timeoutMs session comment writeConcern commitQuorum ';

/** The indexes of a collection, and the collection's own life; `Collection` has the writes besides. */
export class CollectionManagement<T extends Document> extends CollectionReads<T> {
  /**
   * Makes an index, where there is none like it.
   * @returns Its name.
   * @example
   * ```ts
   * import { connect } from '@fairlead/mongodb';
   *
   * await using client = await connect('mongodb://localhost/shop?tls=false');
   * await client.db().collection('orders').createIndex({ item: 1, at: -1 }, { unique: true });
   * ```
   */
  async createIndex(keys: IndexKeys, options: IndexOptions & CreateIndexesOptions = NONE): Promise<string> {
    const call: Document = {};
    const index: Document = {};
    for (const [name, value] of Object.entries(options)) {
      (CALL.includes(` ${name} `) ? call : index)[name] = value;
    }
    const [name] = await this.createIndexes([{ ...index, key: keys }], call);
    return name ?? '';
  }

  /** Makes indexes. @returns Their names. */
  async createIndexes(
    indexes: readonly IndexDescription[],
    options: CreateIndexesOptions = NONE,
  ): Promise<string[]> {
    if (!Array.isArray(indexes) || indexes.length === 0)
      throw usage('createIndexes needs an array of indexes');
    const described = indexes.map(indexOf);
    const command: Document = { createIndexes: this.collectionName, indexes: described };
    await runWrite(this.scope, this.dbName, command, options, ' comment commitQuorum ');
    return described.map(({ name }) => name);
  }

  /** Removes an index by its name. @throws FairleadError `server`, code `27`: there is none. */
  async dropIndex(name: string, options: WriteOptions = NONE): Promise<void> {
    if (typeof name !== 'string' || name === '' || name === '*') {
      throw usage('dropIndex needs the name of one index; dropIndexes removes all');
    }
    await this.#run({ dropIndexes: this.collectionName, index: name }, options);
  }

  /** Removes all indexes but that of `_id`. */
  async dropIndexes(options: WriteOptions = NONE): Promise<void> {
    await this.#run({ dropIndexes: this.collectionName, index: '*' }, options);
  }

  /** The collection's indexes. */
  listIndexes(options: ListIndexesOptions = NONE): CommandCursor<Document> {
    const { scope, dbName, collectionName } = this;
    return new CommandCursor(scope, options, () => {
      const { batchSize } = options;
      const command = { listIndexes: collectionName, cursor: batchSize === undefined ? {} : { batchSize } };
      addOptions(command, options, ' comment ', ' batchSize ');
      return readOperation({ executor: scope.executor }, dbName, command, options);
    });
  }

  /** Removes the collection with all that is in it. @returns Whether there was one. */
  async drop(options: WriteOptions = NONE): Promise<boolean> {
    try {
      await this.#run({ drop: this.collectionName }, options);
      return true;
    } catch (error) {
      // NamespaceNotFound: newer servers do not even say so.
      if (serverCodeOf(error) === 26) return false;
      throw error;
    }
  }

  /**
   * Gives the collection another name in its database. This object keeps the old one: use `db.collection(newName)`.
   * @param options `dropTarget`: a collection that has the name already is removed.
   */
  async rename(
    newName: string,
    options: WriteOptions & { readonly dropTarget?: boolean | undefined } = NONE,
  ): Promise<void> {
    const command = {
      renameCollection: this.namespace,
      to: `${this.dbName}.${checkCollectionName(newName)}`,
    };
    await runWrite(this.scope, 'admin', command, options, ' comment dropTarget ');
  }

  #run(command: Document, options: WriteOptions): Promise<void> {
    return runWrite(this.scope, this.dbName, command, options);
  }
}

function indexOf(description: IndexDescription): Document & { name: string } {
  const { key, ...options } = documentOf(description, 'an index') as IndexDescription;
  const fields =
    typeof key === 'string' ? [[key, 1]] : Symbol.iterator in Object(key) ? key : Object.entries(Object(key));
  const pairs = [...(fields as Iterable<readonly [unknown, unknown]>)];
  if (!pairs.every(Array.isArray)) throw usage('the key of an index is pairs of a field and its direction');
  const keys = new Map(pairs);
  if (keys.size === 0) throw usage('an index needs a field');
  const name = [...keys].map(([field, direction]) => `${field}_${direction}`).join('_');
  return addDefined({ key: keys, name }, options) as Document & { name: string };
}
