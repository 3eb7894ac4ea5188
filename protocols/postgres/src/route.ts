// Postgres over HTTP: `POST /pg/query`, as one JSON document or as NDJSON with backpressure. It refuses to write
// for a token that may only read, and to gather a large result in memory.

import {
  defineRoutes,
  NDJSON_TYPE,
  type Open,
  problemResponses,
  type RouteContext,
  type RouteModule,
  readJson,
  SECURITY_SCHEME,
} from '@fairlead/http';
import {
  answerWithRows,
  type ResultPart,
  type RowEncoder,
  readJsonParameter,
  resolveReadOrWrite,
} from '@fairlead/http/sql';
import { createRoute, z } from '@hono/zod-openapi';
import type { ArrayRow, Client, RowStream } from './api.ts';
import { connect } from './client.ts';
import type { ConnectOptions } from './connect-options.ts';
import { assertReading } from './read-only.ts';
import { encoderOf } from './route/cells.ts';
import type { Parameter } from './values.ts';

const JSON_TYPE = 'application/json';
/** SQLSTATE classes and codes by which a server says that it is busy or going down, not that the query is wrong. */
const UNAVAILABLE = /^(53|57P0)/;

const description =
  'Runs one statement. With `Accept: application/x-ndjson` the result streams: a line `{"columns": [...]}`, one ' +
  'line a row, and a last line `{"rowCount": n, "command": "SELECT"}` or `{"error": {...}}`. A token with the scope ' +
  '`pg:read` runs statements that read, in a READ ONLY transaction; `pg:write` runs any.';

const parameterSchema = z.unknown().openapi({
  description:
    'Text, number, boolean or null; an array becomes a Postgres array, an object JSON, and ' +
    '`{"$base64": "..."}` bytea. Send integers beyond 2^53 as text.',
  example: 42,
});

/** `POST /pg/query`. */
const querySchema = z
  .strictObject({
    sql: z.string().min(1).openapi({
      description: 'One statement; parameters are $1, $2, ...',
      example: 'select $1::int as answer',
    }),
    params: z.array(parameterSchema).max(65_533).optional(),
    connection: z
      .string()
      .min(1)
      .max(64)
      .optional()
      .openapi({ description: 'A named connection. Default: the configured default' }),
    rowMode: z.enum(['object', 'array']).default('object').openapi({
      description: 'Rows as objects by column name, or as arrays, which keep columns of one name',
    }),
  })
  .openapi('PostgresQuery');

/** What came in the body. */
type QueryRequest = z.output<typeof querySchema>;

/** A result as one document. */
const resultSchema = z
  .object({
    columns: z.array(z.object({ name: z.string(), type: z.string(), oid: z.number().int() })),
    rows: z
      .array(z.unknown())
      .openapi({ description: 'Objects or arrays; bytea as base64, int8 and numeric as text' }),
    rowCount: z.number().int(),
    command: z.string().openapi({ example: 'SELECT' }),
  })
  .openapi('PostgresResult');

const linesSchema = z.string().openapi({ description: 'JSON texts, one a line' });

const queryRoute = createRoute({
  method: 'post',
  path: '/query',
  summary: 'Run one SQL statement',
  description,
  security: [{ [SECURITY_SCHEME]: [] }],
  request: { body: { required: true, content: { [JSON_TYPE]: { schema: querySchema } } } },
  responses: {
    200: {
      description: 'The result',
      content: { [JSON_TYPE]: { schema: resultSchema }, [NDJSON_TYPE]: { schema: linesSchema } },
    },
    ...problemResponses(['server', 'auth', 'limit', 'policy', 'tls_failed', 'connect_timeout']),
  },
});

/** One request, resolved. */
interface Call {
  readonly request: QueryRequest;
  readonly parameters: readonly Parameter[];
  readonly readOnly: boolean;
  readonly open: Open<Client>;
}

/** The Postgres routes, for the worker's route table. */
export const postgresRoutes: RouteModule = defineRoutes({
  prefix: '/pg',
  protocol: 'pg',
  schemes: ['postgres:', 'postgresql:'],
  defaultPort: 5432,
  description: 'PostgreSQL',
  serverStatus: ({ code }) => (UNAVAILABLE.test(code) ? 503 : undefined),
  register(app) {
    // Registered by hand: a handler that answers with a ready-made stream is none that openapi() can type.
    app.openAPIRegistry.registerPath(queryRoute);
    app.post(queryRoute.path, async (c) => {
      const call = prepare(c, await readJson(c, querySchema));
      return answerWithRows(c, call.open, (db) => encoded(db, call));
    });
  },
});

function prepare(c: RouteContext, request: QueryRequest): Call {
  const parameters = (request.params ?? []).map((value, i) => readJsonParameter(value, `params[${i}]`));
  const { target, readOnly } = resolveReadOrWrite(c, request.connection);
  if (readOnly) assertReading(request.sql);
  const open: Open<Client> = (signal) =>
    connect(target.url, {
      ...(target.options as ConnectOptions),
      connector: c.var.connector,
      json: 'raw',
      queryTimeoutMs: Number.POSITIVE_INFINITY,
      signal,
    });
  return { request, parameters, readOnly, open };
}

/** Rows in batches, as JSON texts, with what stands before and behind them. */
async function* encoded(
  db: Client,
  { request, parameters, readOnly }: Call,
): AsyncGenerator<ResultPart, void, undefined> {
  if (readOnly) await db.query('BEGIN READ ONLY');
  const stream = db.stream(request.sql, parameters, { rowMode: 'array' });
  const columns = await stream.columns;
  yield { head: `"columns":${JSON.stringify(columns)}` };
  yield* batches(stream, encoderOf(columns, request.rowMode));
  const { rowCount, command } = stream.summary ?? { rowCount: 0, command: '' };
  // Never a COMMIT: what a reader set with set_config() shall not outlive the request behind a pooler.
  if (readOnly) await db.query('ROLLBACK');
  yield { tail: `"rowCount":${rowCount},"command":${JSON.stringify(command)}` };
}

async function* batches(
  stream: RowStream<ArrayRow>,
  encode: RowEncoder,
): AsyncGenerator<{ rows: string[] }, void, undefined> {
  for await (const batch of stream.batches()) yield { rows: batch.map(encode) };
}
