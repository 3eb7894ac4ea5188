// `POST /pg/query`: one statement, as one JSON document or as NDJSON with backpressure. Rows go from the server's bytes
// to JSON's; it refuses to write for a token that may only read, and to gather a large result in memory.
import { type CallLimit, remainingMs } from '@fairlead/client';
import { dialOptions, type Open, type RouteContext, type Target } from '@fairlead/http';
import {
  MAX_PARAMETERS,
  type QueryRoute,
  queryFields,
  type RequestedQuery,
  type ResultPart,
  type RowSeparator,
  readJsonParameter,
} from '@fairlead/http/sql';
import { z } from '@hono/zod-openapi';
import { open } from '../client.ts';
import { JsonRowWriter } from '../json/row-writer.ts';
import type { ConnectOptions } from '../options/connect-options.ts';
import type { Client, Column } from '../types.ts';
import type { Parameter } from '../values/index.ts';
import { typeName } from '../values/oids.ts';
import type { Field } from '../wire/messages.ts';
import { assertReading } from './reader/read-only.ts';
import { serverLimitMs } from './server-limit.ts';

const description =
  'Runs one statement. With `Accept: application/x-ndjson` the result streams: a line `{"columns": [...]}`, one ' +
  'line a row, and a last line `{"rowCount": n, "command": "SELECT"}` or `{"error": {...}}`; while it is not read, ' +
  'the server waits. A token with the scope `pg:read` runs statements that read, in a READ ONLY transaction that is ' +
  'rolled back; `pg:write` runs any.';

const rowsDescription =
  'Objects or arrays. bool, int2, int4, oid, float4, float8, json and jsonb are values of their own (NaN and the ' +
  'infinities text), json as the server wrote it; int8, numeric and everything else text; bytea base64; dates, times ' +
  'and intervals ISO 8601 to the microsecond; arrays of these arrays; NULL null.';

const parameterSchema = z.unknown().openapi({
  description:
    'Text, number, boolean or null; an array becomes a Postgres array, an object JSON as it was written, and ' +
    '`{"$base64": "..."}` bytea. Numbers keep all their digits.',
  example: 42,
});

/** `POST /pg/query`. */
const querySchema = z
  .strictObject({
    sql: z.string().min(1).openapi({
      description: 'One statement; parameters are $1, $2, ...',
      example: 'select $1::int as answer',
    }),
    params: z.array(parameterSchema).max(MAX_PARAMETERS).optional(),
    ...queryFields,
  })
  .openapi('PostgresQuery');

/** What came in the body. */
type QueryRequest = z.output<typeof querySchema>;

/** A result as one document. */
const resultSchema = z
  .object({
    columns: z.array(z.object({ name: z.string(), type: z.string(), oid: z.number().int() })),
    rows: z.array(z.unknown()).openapi({ description: rowsDescription }),
    rowCount: z.number().int(),
    command: z.string().openapi({ example: 'SELECT' }),
  })
  .openapi('PostgresResult');

/** `POST /query`. */
export const postgresQuery: QueryRoute<QueryRequest, readonly Parameter[], Client> = {
  description,
  body: querySchema,
  result: resultSchema,
  parameters: (params: readonly unknown[] = []) =>
    params.map((value, i) => readJsonParameter(value, `params[${i}]`, { arrays: 'list' })),
  assertReading,
  open: opening,
  run,
};

/** The statement travels behind the login: nothing waits for the server to be ready. */
export function opening(c: RouteContext, target: Target): Open<Client> {
  const options: ConnectOptions = target.options;
  return async (signal, limit) => {
    const more = { signal, timeoutMs: remainingMs(limit), statementTimeoutMs: serverLimitMs(limit) };
    const dialled = await dialOptions(c, target, { ...options, ...more });
    return open(target.url, { ...dialled, timeoutMs: Number.POSITIVE_INFINITY });
  };
}

/** Rows in batches, as JSON in bytes, with what stands before and behind them. */
async function* run(
  db: Client,
  { sql, params, rowMode, readOnly }: RequestedQuery<readonly Parameter[]>,
  separator: RowSeparator,
  { timeoutMs, at }: CallLimit,
): AsyncGenerator<ResultPart, void, undefined> {
  const writer = new JsonRowWriter({ rowMode, separator });
  // The connection is for this one statement: to prepare it would be for nothing.
  // The limit is what is left of the request's time, for the server's own limit as well.
  const options = { readOnly, prepare: false, timeoutMs, at };
  const stream = db.streamWith(sql, params, writer, options);
  yield { head: `"columns":${JSON.stringify((await stream.fields).map(describe))}` };
  for await (const rows of stream.batches()) yield { rows, count: writer.taken };
  const { rowCount, command } = stream.summary ?? { rowCount: 0, command: '' };
  const affected = command === 'SELECT' ? 0 : rowCount;
  yield { tail: `"rowCount":${rowCount},"command":${JSON.stringify(command)}`, affected };
}

function describe({ name, typeOid }: Field): Column {
  return { name, type: typeName(typeOid), oid: typeOid };
}
