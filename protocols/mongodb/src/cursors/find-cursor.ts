// The cursor of `find`: what its methods say goes into one command, which is sent when the first document is asked for.
import type { CallLimit } from '@fairlead/client';
import type { Document } from 'bson';
import { checkCount, documentOf, sortOf } from '../database/arguments.ts';
import { addOptions, READ, readOperation, type Scope } from '../database/scope.ts';
import type { Operation } from '../operations/types.ts';
import type { Collation, FindOptions, Hint } from '../types/calls.ts';
import type { Projection, Sort } from '../types/documents.ts';
import { Cursor } from './cursor.ts';

const COPIED =
  ' projection skip hint collation let min max returnKey showRecordId allowDiskUse allowPartialResults comment' +
  ' noCursorTimeout tailable awaitData ';
const KNOWN = `${READ} raw sort limit batchSize singleBatch maxAwaitTimeMS `;

/** The `find` command. @throws FairleadError `usage` */
export function findCommand(collection: string, filter: object, options: FindOptions): Document {
  const command: Document = { find: collection, filter: documentOf(filter, 'filter') };
  const { sort, limit = 0, batchSize = 0 } = options;
  if (sort !== undefined) command.sort = sortOf(sort);
  addOptions(command, options, COPIED, KNOWN);
  checkCount('skip', options.skip);
  if (options.limit !== undefined) checkCount('limit', typeof limit === 'number' ? Math.abs(limit) : limit);
  checkCount('batchSize', batchSize);
  if (limit !== 0) command.limit = Math.abs(limit);
  // 0 is a size of its own: a first batch without documents.
  if (options.batchSize !== undefined && limit >= 0) {
    // Where both are the same, one more lets the server close the cursor behind the first batch.
    command.batchSize = limit > 0 && batchSize === limit ? batchSize + 1 : batchSize;
  }
  if (limit < 0 || options.singleBatch) command.singleBatch = true;
  return command;
}

/**
 * The documents that a filter means. Nothing is sent before the first is asked for.
 * @example
 * ```ts
 * import { connect } from '@fairlead/mongodb';
 *
 * await using client = await connect('mongodb://localhost/shop?tls=false');
 * const cursor = client.db().collection('orders').find({ paid: true }).sort({ at: -1 }).limit(10);
 * for await (const order of cursor) console.log(order._id);
 * ```
 */
export class FindCursor<T> extends Cursor<T> {
  readonly #scope: Scope;
  readonly #database: string;
  readonly #collection: string;
  readonly #filter: object;
  protected options: FindOptions;

  constructor(scope: Scope, database: string, collection: string, filter: object, options: FindOptions) {
    super(scope);
    this.#scope = scope;
    this.#database = database;
    this.#collection = collection;
    this.#filter = filter;
    // The server waits only where it was asked to.
    this.options = options.maxAwaitTimeMS === undefined ? options : { awaitData: false, ...options };
  }

  /** The order, as an object, or one field with its direction. */
  sort(sort: Sort, direction?: 1 | -1 | 'asc' | 'desc'): this {
    return this.#with({ sort: typeof sort === 'string' ? [[sort, direction ?? 1]] : sort });
  }

  /** At most so many documents. 0: all. */
  limit(limit: number): this {
    return this.#with({ limit });
  }

  /** How many are left out at the start. */
  skip(skip: number): this {
    return this.#with({ skip });
  }

  /** Which fields come. Give the type of what is left: `project<{ name: string }>({ name: 1 })`. */
  project<P = Document>(projection: Projection): FindCursor<P> {
    return this.#with({ projection }) as unknown as FindCursor<P>;
  }

  /** Documents of each reply. */
  batchSize(batchSize: number): this {
    return this.#with({ batchSize });
  }

  /** The index to use. */
  hint(hint: Hint): this {
    return this.#with({ hint });
  }

  /** How text is compared. */
  collation(collation: Collation): this {
    return this.#with({ collation });
  }

  /** Shown in the server's log and profiler. */
  comment(comment: unknown): this {
    return this.#with({ comment });
  }

  #with(more: FindOptions): this {
    this.checkUnsent();
    this.options = { ...this.options, ...more };
    return this;
  }

  protected override get maxDocuments(): number {
    return Math.abs(this.options.limit ?? 0);
  }

  protected start(limit: CallLimit): Operation {
    const command = findCommand(this.#collection, this.#filter, this.options);
    return { ...readOperation(this.#scope, this.#database, command, this.options), limit };
  }
}
