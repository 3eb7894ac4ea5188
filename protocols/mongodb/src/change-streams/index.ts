// Change streams: what has changed in a collection, a database or a deployment.
import type { Document } from 'bson';
import type { MongoClient } from '../client.ts';
import type { Collection } from '../collection/collection.ts';
import type { Db } from '../database/database.ts';
import { ChangeStream } from './change-stream.ts';
import type { ChangeEvent, WatchOptions } from './types.ts';

export type { ChangeStream } from './change-stream.ts';
export type { ChangeEvent, ResumeToken, UpdateDescription, WatchOptions } from './types.ts';

/**
 * Watches a collection, a database, or (with a client) the whole deployment: a replica set or a sharded cluster. Changes from this
 * moment on are given, unless the options say where to begin. A lost connection or a new primary does not end it.
 * @param pipeline Further stages, such as `$match`; they have to leave `_id`.
 * @throws FairleadError `server` (such as 40573: standalone servers have no change streams), `usage`, `timeout`, ...
 * @example
 * ```ts
 * import { connect } from '@fairlead/mongodb';
 * import { watch } from '@fairlead/mongodb/change-streams';
 *
 * await using client = await connect('mongodb://localhost/shop?tls=false');
 * const orders = client.db().collection('orders');
 * await using stream = await watch(orders, [{ $match: { operationType: 'insert' } }], { maxDurationMs: 20_000 });
 * for await (const { fullDocument } of stream) console.log(fullDocument);
 * console.log(stream.resumeToken);
 * ```
 */
export async function watch<T extends Document = Document, E extends Document = ChangeEvent<T>>(
  target: MongoClient | Db | Collection<T>,
  pipeline: readonly Document[] = [],
  options: WatchOptions = {},
): Promise<ChangeStream<E>> {
  const stream = new ChangeStream<E>(target, pipeline, options);
  try {
    await stream.open();
  } catch (error) {
    await stream.close();
    throw error;
  }
  return stream;
}
