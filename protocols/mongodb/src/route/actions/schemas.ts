// The bodies and answers of the actions, by the words of the Data API. Data only.
import { z } from '@hono/zod-openapi';
import { Double, Int32 } from 'bson';
import { isDocument } from '../values/read-value.ts';

const OBJECT = { type: 'object' as const, additionalProperties: true };

const document = z.custom<Record<string, unknown>>(isDocument, 'must be an object').openapi(OBJECT);
const documents = z.array(document).min(1).openapi({ type: 'array', items: OBJECT });
/** Also as a number of extended JSON. */
const count = z
  .preprocess((value) => {
    if (value instanceof Int32 || value instanceof Double) return value.value;
    return typeof value === 'bigint' ? Number(value) : value;
  }, z.int().min(0))
  .openapi({ type: 'integer', minimum: 0 });

const common = {
  dataSource: z.string().optional().openapi({
    description: 'The connection. Default: the token’s own',
  }),
  database: z.string().min(1).openapi({ example: 'shop' }),
  collection: z.string().min(1).openapi({ example: 'orders' }),
};
const filter = document.optional();
const read = { ...common, filter, projection: document.optional(), sort: document.optional() };
const update = {
  ...common,
  filter: document,
  update: z.union([document, documents]).openapi({ description: 'Operators such as `$set`, or a pipeline' }),
  upsert: z.boolean().optional(),
};

/** The bodies, by action. Members of other names are refused; null counts as absent. */
export const BODIES = {
  findOne: z.strictObject(read).openapi('MongodbFindOne'),
  find: z
    .strictObject({
      ...read,
      limit: count.optional().openapi({ description: 'Default 1,000; as NDJSON all' }),
      skip: count.optional(),
    })
    .openapi('MongodbFind'),
  insertOne: z.strictObject({ ...common, document }).openapi('MongodbInsertOne'),
  insertMany: z
    .strictObject({ ...common, documents, ordered: z.boolean().optional() })
    .openapi('MongodbInsertMany'),
  updateOne: z.strictObject(update).openapi('MongodbUpdateOne'),
  updateMany: z.strictObject(update).openapi('MongodbUpdateMany'),
  replaceOne: z
    .strictObject({ ...common, filter: document, replacement: document, upsert: z.boolean().optional() })
    .openapi('MongodbReplaceOne'),
  deleteOne: z.strictObject({ ...common, filter: document }).openapi('MongodbDeleteOne'),
  deleteMany: z.strictObject({ ...common, filter: document }).openapi('MongodbDeleteMany'),
  aggregate: z
    .strictObject({ ...common, pipeline: z.array(document).openapi({ type: 'array', items: OBJECT }) })
    .openapi('MongodbAggregate'),
  command: z
    .strictObject({ dataSource: common.dataSource, database: common.database, command: document })
    .openapi('MongodbCommand'),
} as const;

/** The actions' names. `command` has a path of its own. */
export type ActionName = keyof typeof BODIES;

/** What came for an action. */
export type Body<Name extends ActionName> = z.output<(typeof BODIES)[Name]>;

const updated = z
  .object({
    matchedCount: z.int(),
    modifiedCount: z.int(),
    upsertedId: z.unknown().optional(),
  })
  .openapi('MongodbUpdated');
const deleted = z.object({ deletedCount: z.int() }).openapi('MongodbDeleted');
const found = z.object({ documents: z.array(z.unknown()) }).openapi('MongodbDocuments');

/** The answers, by action. */
export const ANSWERS: Readonly<Record<ActionName, z.ZodType>> = {
  findOne: z.object({ document: z.unknown().openapi({ description: 'Or null' }) }).openapi('MongodbDocument'),
  find: found,
  insertOne: z.object({ insertedId: z.unknown() }).openapi('MongodbInserted'),
  insertMany: z.object({ insertedIds: z.array(z.unknown()) }).openapi('MongodbInsertedMany'),
  updateOne: updated,
  updateMany: updated,
  replaceOne: updated,
  deleteOne: deleted,
  deleteMany: deleted,
  aggregate: found,
  command: z.object({ result: z.unknown() }).openapi('MongodbReply'),
};
