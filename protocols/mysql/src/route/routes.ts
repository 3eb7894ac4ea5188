// MySQL over HTTP: `POST /mysql/query`, as one JSON document or as NDJSON with backpressure. It refuses to write
// for a token that may only read, and to gather a large result in memory.

import { type CallLimit, remainingMs } from '@fairlead/client';
import { dialOptions, type Open, type RouteApp, type RouteContext, type Target } from '@fairlead/http';
import {
  encodeBytes,
  encodePlain,
  encodeRawJson,
  encodeRows,
  MAX_PARAMETERS,
  type QueryRoute,
  queryFields,
  type RequestedQuery,
  type ResultPart,
  type RowEncoder,
  type RowSeparator,
  readJsonParameter,
  registerNamedQueries,
  registerQuery,
  rowEncoder,
} from '@fairlead/http/sql';
import { z } from '@hono/zod-openapi';
import { connect } from '../client.ts';
import type { ConnectOptions } from '../options/connect-options.ts';
import type { Client } from '../types/client.ts';
import type { ArrayRow, Column, RowStream } from '../types/results.ts';
import type { InputParameters, Parameter } from '../values/value.ts';
import { assertReading } from './reader/read-only.ts';

/** How much longer than the request the server lets a statement run: where the request can still cancel it, that comes first. */
const SERVER_GRACE_MS = 500;

const description =
  'Runs one statement. With `Accept: application/x-ndjson` the result streams: a line `{"columns": [...]}`, one ' +
  'line a row, and a last line `{"rowCount": n, "command": "SELECT", ...}` or `{"error": {...}}`. Of several results ' +
  '(CALL) the further ones stand in `moreResults`; as lines they follow, and all tails but the last say ' +
  '`"moreResults": true`. A token with the scope `mysql:read` runs statements that read, in a READ ONLY transaction; ' +
  '`mysql:write` runs any.';

const parameterSchema = z.unknown().openapi({
  description:
    'Text, number, boolean or null; an array or object becomes JSON text as it was written, and `{"$base64": "..."}` ' +
    'bytes. Numbers keep all their digits: beyond a double they travel as an integer of 64 bits or as text.',
  example: 42,
});

/** `POST /mysql/query`. */
const querySchema = z
  .strictObject({
    sql: z.string().min(1).openapi({
      description: 'One statement; parameters are ? (then params is an array) or :name (an object)',
      example: 'select ? + 0 as answer',
    }),
    params: z
      .union([z.array(parameterSchema).max(MAX_PARAMETERS), z.record(z.string(), parameterSchema)])
      .optional(),
    ...queryFields,
  })
  .openapi('MysqlQuery');

/** What came in the body. */
type QueryRequest = z.output<typeof querySchema>;

/** Members of one result. */
const resultFields = {
  columns: z.array(z.object({ name: z.string(), type: z.string(), table: z.string(), schema: z.string() })),
  rows: z
    .array(z.unknown())
    .openapi({ description: 'Objects or arrays; bytes as base64, bigint and decimal as text' }),
  rowCount: z.number().int(),
  command: z.string().openapi({ example: 'SELECT' }),
  affectedRows: z.number().int(),
  lastInsertId: z.string(),
  warningCount: z.number().int(),
};

/** A result as one document. */
const resultSchema = z
  .object({
    ...resultFields,
    moreResults: z
      .array(z.object(resultFields))
      .optional()
      .openapi({ description: 'Further results, as of CALL, whose last one has no rows' }),
  })
  .openapi('MysqlResult');

const query: QueryRoute<QueryRequest, InputParameters, Client> = {
  description,
  body: querySchema,
  result: resultSchema,
  parameters: readParameters,
  assertReading,
  open: opening,
  run,
};

/** Registers `/query` and `/q/{name}`. */
export function registerMysql(app: RouteApp): void {
  registerQuery(app, query);
  registerNamedQueries(app, query);
}

function readParameters(params: QueryRequest['params'] | unknown[]): InputParameters {
  if (params === undefined) return [];
  const read = (value: unknown, path: string): Parameter =>
    readJsonParameter(value, path, { arrays: 'json' });
  if (Array.isArray(params)) return params.map((value, i) => read(value, `params[${i}]`));
  const named: Record<string, Parameter> = Object.create(null);
  for (const [name, value] of Object.entries(params)) named[name] = read(value, `params.${name}`);
  return named;
}

function opening(c: RouteContext, target: Target): Open<Client> {
  const options: ConnectOptions = { ...target.options, json: 'raw', multiStatements: false };
  return async (signal, limit) => {
    const dialled = await dialOptions(c, target, { ...options, signal, timeoutMs: remainingMs(limit) });
    return connect(target.url, { ...dialled, timeoutMs: Number.POSITIVE_INFINITY });
  };
}

/** Rows in batches, as JSON texts, with what stands before and behind them, result by result. */
async function* run(
  db: Client,
  { sql, params, rowMode, readOnly }: RequestedQuery<InputParameters>,
  separator: RowSeparator,
  time: CallLimit,
): AsyncGenerator<ResultPart, void, undefined> {
  // The platform does not report a caller who leaves before the first byte: so the server has the request's time, too.
  const serverTimeoutMs = remainingMs(time) + SERVER_GRACE_MS;
  const results = db.results(sql, params, { rowMode: 'array', readOnly, serverTimeoutMs });
  let last: string | undefined;
  let affected = 0;
  let count = 0;
  for await (const result of results) {
    if (last !== undefined) yield { tail: last, more: true, affected };
    const columns = await result.columns;
    yield { head: `"columns":${JSON.stringify(columns)}` };
    const encode = encoderOf(columns, rowMode);
    for await (const batch of result.batches()) {
      count += batch.length;
      yield { rows: encodeRows(batch, encode, separator), count };
    }
    last = tailOf(result.summary);
    affected = result.summary?.affectedRows ?? 0;
  }
  yield { tail: last ?? tailOf(undefined), affected };
}

function tailOf(summary: RowStream<ArrayRow>['summary']): string {
  const {
    rowCount = 0,
    command = '',
    affectedRows = 0,
    lastInsertId = '0',
    warningCount = 0,
  } = summary ?? {};
  return JSON.stringify({ rowCount, command, affectedRows, lastInsertId, warningCount }).slice(1, -1);
}

function encoderOf(columns: readonly Column[], rowMode: 'object' | 'array'): RowEncoder {
  const cells = columns.map(({ name, type }) => ({
    name,
    encode: type === 'json' ? encodeRawJson : encodeCell,
  }));
  return rowEncoder(cells, rowMode);
}

function encodeCell(value: unknown): string {
  return value instanceof Uint8Array ? encodeBytes(value) : encodePlain(value);
}
