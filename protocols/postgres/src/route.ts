// Postgres over HTTP: `POST /pg/query`, as one JSON document or as NDJSON with backpressure. It refuses to write
// for a token that may only read, and to gather a large result in memory.

import { FairleadError } from '@fairlead/errors';
import {
  defineRoutes,
  HttpProblem,
  NDJSON_TYPE,
  type Open,
  problemResponses,
  type RouteContext,
  type RouteModule,
  readJson,
  resolveTarget,
  SECURITY_SCHEME,
  streamWithClient,
  type Target,
  withClient,
} from '@fairlead/http';
import { createRoute, z } from '@hono/zod-openapi';
import type { ArrayRow, Client, RowStream } from './api.ts';
import { type RowEncoder, rowEncoder } from './cells.ts';
import { connect } from './client.ts';
import type { ConnectOptions } from './connect-options.ts';
import { readParameters } from './json-parameters.ts';
import { assertReading } from './read-only.ts';

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
  readonly parameters: ReturnType<typeof readParameters>;
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
      return wantsLines(c) ? streamWithClient(c, call.open, (db) => lines(db, call)) : document(c, call);
    });
  },
});

function prepare(c: RouteContext, request: QueryRequest): Call {
  const parameters = readParameters(request.params);
  const { target, readOnly } = chooseTarget(c, request.connection);
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

/** To write is to read as well; a token that cannot write is asked for the scope to read. */
function chooseTarget(
  c: RouteContext,
  connection: string | undefined,
): { target: Target; readOnly: boolean } {
  try {
    return { target: resolveTarget(c, { action: 'write', connection }), readOnly: false };
  } catch (error) {
    if (!(error instanceof HttpProblem) || error.code !== 'forbidden') throw error;
    return { target: resolveTarget(c, { action: 'read', connection }), readOnly: true };
  }
}

function wantsLines(c: RouteContext): boolean {
  return (c.req.header('Accept') ?? '').includes(NDJSON_TYPE);
}

/** Rows in batches, as JSON texts, with what stands before and behind them. */
async function* encoded(
  db: Client,
  { request, parameters, readOnly }: Call,
): AsyncGenerator<{ head: string } | { rows: string[] } | { tail: string }, void, undefined> {
  if (readOnly) await db.query('BEGIN READ ONLY');
  const stream = db.stream(request.sql, parameters, { rowMode: 'array' });
  const columns = await stream.columns;
  yield { head: `"columns":${JSON.stringify(columns)}` };
  yield* batches(stream, rowEncoder(columns, request.rowMode));
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

async function* lines(db: Client, call: Call): AsyncGenerator<string, void, undefined> {
  for await (const part of encoded(db, call)) {
    if ('head' in part) yield `{${part.head}}`;
    else if ('tail' in part) yield `{${part.tail}}`;
    else yield part.rows.join('\n');
  }
}

async function document(c: RouteContext, call: Call): Promise<Response> {
  const { maxRows, maxResultBytes } = c.var.config.limits;
  const text = await withClient(c, call.open, async (db) => {
    const rows: string[] = [];
    let size = 0;
    let head = '';
    let tail = '';
    for await (const part of encoded(db, call)) {
      if ('head' in part) head = part.head;
      else if ('tail' in part) tail = part.tail;
      else {
        for (const row of part.rows) size += row.length + 1;
        if (rows.length + part.rows.length > maxRows) throw tooLarge(`${maxRows} rows`);
        if (size > maxResultBytes) throw tooLarge(`${maxResultBytes} bytes`);
        rows.push(...part.rows);
      }
    }
    return `{${head},"rows":[${rows.join(',')}],${tail}}`;
  });
  return c.newResponse(text, {
    status: 200,
    headers: { 'Content-Type': JSON_TYPE, 'Cache-Control': 'no-store' },
  });
}

function tooLarge(limit: string): FairleadError {
  return new FairleadError(
    'limit',
    `The result is larger than ${limit}, the most that is sent as one JSON document. Ask for it with ` +
      `"Accept: ${NDJSON_TYPE}", which streams results of any size, or add a LIMIT.`,
  );
}
