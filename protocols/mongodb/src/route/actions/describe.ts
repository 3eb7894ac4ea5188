// What the OpenAPI document says of the MongoDB routes. Data only.
import { NDJSON_TYPE, problemResponses, type RouteApp, SECURITY_SCHEME } from '@fairlead/http';
import { createRoute } from '@hono/zod-openapi';
import { EJSON_TYPE, JSON_TYPE } from './request.ts';
import { type ActionName, ANSWERS, BODIES } from './schemas.ts';

const SHAPES =
  'Bodies are JSON or MongoDB’s extended JSON, whichever `Content-Type` says; numbers keep all their digits. The answer is plain JSON ' +
  '(ObjectId, dates, decimals, large int64 as text) or, with `application/ejson` in `Accept` or as the body’s type, canonical extended JSON. ' +
  'The Data API’s prefix `/app/{id}/endpoint/data/v1` in front of `/action` is accepted, and so is its header `api-key`.';
const LINES = ` With \`Accept: ${NDJSON_TYPE}\` one document a line, without a limit, and a last line \`{"documentCount": n}\` or \`{"error": {...}}\`.`;

const place = { database: 'shop', collection: 'orders' };
const item = { item: 'rope' };

/** Summary, scope and example of each action. */
const TEXTS: Readonly<Record<ActionName, readonly [summary: string, scope: string, example: object]>> = {
  findOne: ['Find a document', 'read', { ...place, filter: item }],
  find: ['Find documents', 'read', { ...place, filter: item, sort: { count: -1 }, limit: 10 }],
  insertOne: ['Insert a document', 'write', { ...place, document: { item: 'rope', count: 2 } }],
  insertMany: [
    'Insert documents',
    'write',
    {
      ...place,
      documents: [
        { item: 'rope', count: 2 },
        { item: 'sail', count: 1 },
      ],
    },
  ],
  updateOne: [
    'Change a document',
    'write',
    { ...place, filter: item, update: { $inc: { count: 1 } }, upsert: true },
  ],
  updateMany: ['Change documents', 'write', { ...place, filter: item, update: { $set: { paid: true } } }],
  replaceOne: [
    'Replace a document',
    'write',
    { ...place, filter: item, replacement: { item: 'rope', count: 3 } },
  ],
  deleteOne: ['Delete a document', 'write', { ...place, filter: item }],
  deleteMany: ['Delete documents', 'write', { ...place, filter: item }],
  aggregate: [
    'Run a pipeline',
    'read',
    { ...place, pipeline: [{ $group: { _id: '$item', n: { $sum: '$count' } } }] },
  ],
  command: ['Run a command', 'admin', { database: 'admin', command: { ping: 1 } }],
};

/** Registers the entries; the handlers are registered by hand, since they answer with texts that are ready. */
export function describeActions(app: RouteApp): void {
  for (const [name, [summary, scope, example]] of Object.entries(TEXTS))
    app.openAPIRegistry.registerPath(route(name as ActionName, summary, scope, example));
}

function route(name: ActionName, summary: string, scope: string, example: object) {
  const schema = ANSWERS[name];
  const lines = name === 'find' || name === 'aggregate';
  const writes =
    name === 'aggregate'
      ? ' Stages that write ($out, $merge) need `mongodb:write` and the entry’s leave.'
      : '';
  const json = { schema: BODIES[name], example };
  return createRoute({
    security: [{ [SECURITY_SCHEME]: [] }],
    tags: ['mongodb'],
    method: 'post' as const,
    path: name === 'command' ? '/command' : `/action/${name}`,
    operationId: name,
    summary,
    description: `Scope \`mongodb:${scope}:<connection>\`.${writes} ${SHAPES}${lines ? LINES : ''}`,
    request: { body: { required: true, content: { [JSON_TYPE]: json, [EJSON_TYPE]: json } } },
    responses: {
      200: {
        description: 'The result',
        content: {
          [JSON_TYPE]: { schema },
          [EJSON_TYPE]: { schema },
          ...(lines ? { [NDJSON_TYPE]: { schema } } : {}),
        },
      },
      ...problemResponses(['server', 'auth', 'limit', 'policy', 'tls_failed', 'connect_timeout']),
      409: {
        ...problemResponses()[400],
        description: 'A document with this key exists, or writes collide',
      } as never,
      503: { ...problemResponses()[503], description: 'The server is no primary, or shuts down' } as never,
    },
  });
}
