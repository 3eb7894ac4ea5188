// The actions: each checks its body against the connection's fence, before anything is dialled, and runs one call of the client.
import type { CallLimit } from '@fairlead/client';
import { audit, type RouteContext, withClient } from '@fairlead/http';
import type { Document } from 'bson';
import type { MongoClient } from '../../client.ts';
import type { Collection } from '../../collection/collection.ts';
import type { Sort } from '../../types/documents.ts';
import type { UpdateResult } from '../../types/results.ts';
import { encodeDocument } from '../../wire/bson/encode.ts';
import { Fence } from '../access/fence.ts';
import { type MongodbAction, type MongodbTarget, mongodbTarget } from '../target.ts';
import { writeDocument } from '../values/write-json.ts';
import { answerDocuments } from './documents.ts';
import { answerText, readAction, shapeOf } from './request.ts';
import type { ActionName, Body } from './schemas.ts';

/** Documents of `find` where the caller gives no limit, as the Data API had it. */
const DEFAULT_LIMIT = 1000;
/** Documents that the server is asked for at once. */
const BATCH_SIZE = 1000;

/** What every action about a collection names. */
interface Place {
  readonly dataSource?: string | undefined;
  readonly database: string;
  readonly collection: string;
}

/** A request that was let in. */
interface Admitted {
  readonly target: MongodbTarget;
  readonly fence: Fence;
}

/** What one call is given. */
type Call = (collection: Collection, options: { readonly timeoutMs: number }) => Promise<Document>;

/** Answers an action. */
export type Handler = (c: RouteContext) => Promise<Response>;

/** The actions, by name. */
export const HANDLERS: Readonly<Record<ActionName, Handler>> = {
  async findOne(c) {
    const body = await readAction(c, 'findOne');
    const { filter = {}, projection, sort } = body;
    const { target } = admit(c, body, 'read', filter, projection, sort);
    const shape = shapeOf(c);
    const bytes = await withClient(c, target.open, (client, _signal, limit) =>
      collectionOf(client, body).findOne(filter, {
        projection,
        sort: orderOf(sort),
        raw: true,
        ...timeOf(limit),
      }),
    );
    const text = bytes === null ? 'null' : writeDocument(bytes as unknown as Uint8Array, shape);
    c.get('record').rows = bytes === null ? 0 : 1;
    return answerText(c, `{"document":${text}}`, shape);
  },

  async find(c) {
    const body = await readAction(c, 'find');
    const { filter = {}, projection, sort, skip } = body;
    const { target } = admit(c, body, 'read', filter, projection, sort);
    const limit = findLimit(c, body);
    const batchSize = Math.min(limit || BATCH_SIZE, BATCH_SIZE);
    return answerDocuments(c, target, (client, timeoutMs) => {
      const options = { projection, sort: orderOf(sort), skip, limit, batchSize, raw: true, timeoutMs };
      return collectionOf(client, body).find(filter, options) as never;
    });
  },

  async aggregate(c) {
    const body = await readAction(c, 'aggregate');
    const { fence, target } = admit(c, body, 'read');
    fence.pipeline(body.pipeline);
    if (fence.writes) {
      mongodbTarget(c, 'write', body.dataSource);
      audit(c, { action: 'command', commands: ['aggregate'] });
    }
    return answerDocuments(
      c,
      target,
      (client, timeoutMs) =>
        collectionOf(client, body).aggregate(body.pipeline, {
          batchSize: BATCH_SIZE,
          raw: true,
          timeoutMs,
        }) as never,
    );
  },

  insertOne: (c) =>
    write(c, 'insertOne', (body) => async (collection, options) => {
      const { insertedId } = await collection.insertOne(body.document, options);
      return { insertedId };
    }),

  insertMany: (c) =>
    write(c, 'insertMany', ({ documents, ordered }) => async (collection, options) => {
      const { insertedIds } = await collection.insertMany(documents, { ordered, ...options });
      return { insertedIds };
    }),

  updateOne: (c) =>
    write(
      c,
      'updateOne',
      ({ filter, update, upsert }) =>
        async (collection, options) =>
          updated(await collection.updateOne(filter, update as never, { upsert, ...options })),
    ),

  updateMany: (c) =>
    write(
      c,
      'updateMany',
      ({ filter, update, upsert }) =>
        async (collection, options) =>
          updated(await collection.updateMany(filter, update as never, { upsert, ...options })),
    ),

  replaceOne: (c) =>
    write(
      c,
      'replaceOne',
      ({ filter, replacement, upsert }) =>
        async (collection, options) =>
          updated(await collection.replaceOne(filter, replacement, { upsert, ...options })),
    ),

  deleteOne: (c) =>
    write(c, 'deleteOne', ({ filter }) => async (collection, options) => {
      const { deletedCount } = await collection.deleteOne(filter, options);
      return { deletedCount };
    }),

  deleteMany: (c) =>
    write(c, 'deleteMany', ({ filter }) => async (collection, options) => {
      const { deletedCount } = await collection.deleteMany(filter, options);
      return { deletedCount };
    }),

  async command(c) {
    const { dataSource, database, command } = await readAction(c, 'command');
    const target = mongodbTarget(c, 'admin', dataSource);
    new Fence(target.fence, database).command(command);
    audit(c, { action: 'command', commands: Object.keys(command).slice(0, 1) });
    const result = await withClient(c, target.open, (client, _signal, limit) =>
      client.db(database).command(command, timeOf(limit)),
    );
    return answerDocument(c, { result });
  },
};

/** Lets a request in, if its token may, and its values are within the fence. */
function admit(
  c: RouteContext,
  place: Place,
  action: MongodbAction,
  ...values: readonly unknown[]
): Admitted {
  const target = mongodbTarget(c, action, place.dataSource);
  const fence = new Fence(target.fence, place.database);
  fence.collection(place.collection);
  for (const value of values) fence.value(value);
  return { target, fence };
}

/** Runs an action that writes. What is inserted is data, in which no operator runs. */
async function write<Name extends Exclude<ActionName, 'command'>>(
  c: RouteContext,
  name: Name,
  call: (body: Body<Name>) => Call,
): Promise<Response> {
  const body = await readAction(c, name);
  const { filter, update } = body as { readonly filter?: unknown; readonly update?: unknown };
  const { target, fence } = admit(c, body, 'write', filter);
  fence.update(update);
  audit(c, { action: 'command', commands: [name] });
  const result = await withClient(c, target.open, (client, _signal, limit) =>
    call(body)(collectionOf(client, body), timeOf(limit)),
  );
  noteAffected(c, result);
  return answerDocument(c, result);
}

function noteAffected(
  c: RouteContext,
  { insertedId, insertedIds, modifiedCount, deletedCount }: Document,
): void {
  const inserted = insertedIds?.length ?? (insertedId === undefined ? 0 : 1);
  c.get('record').affected = modifiedCount ?? deletedCount ?? inserted;
}

function answerDocument(c: RouteContext, document: Document): Response {
  const shape = shapeOf(c);
  return answerText(c, writeDocument(encodeDocument(document), shape), shape);
}

function updated({ matchedCount, modifiedCount, upsertedCount, upsertedId }: UpdateResult): Document {
  return { matchedCount, modifiedCount, ...(upsertedCount > 0 ? { upsertedId } : {}) };
}

function collectionOf(client: MongoClient, { database, collection }: Place): Collection {
  return client.db(database).collection(collection);
}

function timeOf({ at }: CallLimit): { readonly timeoutMs: number } {
  return { timeoutMs: Math.max(1, at - Date.now()) };
}

/** Clients send an order without fields for none, which not every server takes. */
function orderOf(sort: Document | undefined): Sort | undefined {
  return sort === undefined || Object.keys(sort).length === 0 ? undefined : (sort as Sort);
}

/** 0 is no limit: for a whole document the caps hold in its place. */
function findLimit(c: RouteContext, { limit }: Body<'find'>): number {
  if (limit !== undefined) return limit;
  const isStream = (c.req.header('Accept') ?? '').includes('application/x-ndjson');
  return isStream ? 0 : Math.min(DEFAULT_LIMIT, c.get('config').limits.maxRows);
}
