// `POST /query` of a SQL protocol: its OpenAPI operation, and the way of a request from its body to its answer. What a
// statement may do, and what becomes of its rows, is the protocol's part.
import type { CallLimit } from '@fairlead/client';
import { createRoute, type RouteConfig, z } from '@hono/zod-openapi';
import type { RouteApp, RouteContext, Target } from '../app/contract.ts';
import { SECURITY_SCHEME } from '../app/openapi/describe.ts';
import { audit } from '../observability/audit.ts';
import { problemResponses } from '../problems/responses.ts';
import { readJson, requireJsonType } from '../request/body.ts';
import type { Closable, Open } from '../request/client.ts';
import { NDJSON_TYPE } from '../streams/ndjson.ts';
import { resolveReadOrWrite } from './access.ts';
import { answerWithRows, type ResultPart, type RowSeparator } from './answer.ts';
import { PARAMETERS } from './parameters.ts';

const JSON_TYPE = 'application/json';
/** Runs on either database. */
const EXAMPLE = { sql: 'select 6 * 7 as answer' };
const linesSchema = z.string().openapi({ description: 'JSON texts, one a line' });

/** Members of every query's body: which connection, whether it may write, and the shape of rows. */
export const queryFields: {
  connection: z.ZodOptional<z.ZodString>;
  readOnly: z.ZodOptional<z.ZodBoolean>;
  rowMode: z.ZodDefault<z.ZodEnum<{ object: 'object'; array: 'array' }>>;
} = {
  connection: z
    .string()
    .min(1)
    .max(64)
    .optional()
    .openapi({ description: 'A named connection. Default: the configured default' }),
  readOnly: z
    .boolean()
    .optional()
    .openapi({
      description:
        'Whether the statement is kept from writing, as one of a token that may only read is; it runs with the token’s own role ' +
        'all the same. Tokens that may only read need not say so. Default: false',
    }),
  rowMode: z.enum(['object', 'array']).default('object').openapi({
    description: 'Rows as objects by column name, or as arrays, which keep columns of one name',
  }),
};

/** How many parameters a statement may have: as many as both databases count. */
export const MAX_PARAMETERS = 65_535;

/** What every query's body has. */
export interface QueryBody {
  readonly sql: string;
  readonly params?: unknown;
  readonly connection?: string | undefined;
  /** Asks for a statement that does not write. */
  readonly readOnly?: boolean | undefined;
  readonly rowMode: 'object' | 'array';
}

/** A request, read and resolved. */
export interface RequestedQuery<Params> {
  readonly sql: string;
  readonly params: Params;
  readonly rowMode: 'object' | 'array';
  /** Whether the statement may only read: then the text has passed `assertReading`. */
  readonly readOnly: boolean;
}

/** What a SQL protocol brings to `POST /query`. */
export interface QueryRoute<Body extends QueryBody, Params, C extends Closable> {
  readonly description: string;
  /** The body: `sql`, `params`, and `queryFields`. */
  readonly body: z.ZodType<Body>;
  /** The result as one document. */
  readonly result: z.ZodType;
  /** @throws FairleadError `usage` for parameters that are none. */
  parameters(params: Body['params'] | unknown[]): Params;
  /**
   * @param by Who keeps the statement to reading, for the words of the refusal: the token, or the request's member `readOnly`.
   * @throws FairleadError `policy` for a statement that a token may not run that may only read.
   */
  assertReading(sql: string, by: 'token' | 'request'): void;
  open(c: RouteContext, target: Target): Open<C>;
  /** Runs the statement, within the limit; see `ResultPart`. */
  run(
    client: C,
    query: RequestedQuery<Params>,
    separator: RowSeparator,
    limit: CallLimit,
  ): AsyncIterable<ResultPart>;
}

/** Registers `POST /query`. */
export function registerQuery<Body extends QueryBody, Params, C extends Closable>(
  app: RouteApp,
  query: QueryRoute<Body, Params, C>,
): void {
  const route = operation(query.description, query.body, query.result);
  // Registered by hand: a handler that answers with a ready-made stream is none that openapi() can type.
  app.openAPIRegistry.registerPath(route);
  app.post(route.path, async (c) => {
    requireJsonType(c);
    const body = await readJson(c, query.body, { partsIn: PARAMETERS });
    const { sql, params, rowMode, connection } = body;
    const parameters = query.parameters(params);
    const { target, readOnly: isReader } = resolveReadOrWrite(c, connection);
    const readOnly = isReader || body.readOnly === true;
    if (readOnly) query.assertReading(sql, isReader ? 'token' : 'request');
    else audit(c, { action: 'query', statement: sql });
    const requested = { sql, params: parameters, rowMode, readOnly };
    return answerWithRows(c, query.open(c, target), (client, separator, limit) =>
      query.run(client, requested, separator, limit),
    );
  });
}

/** The operation: a statement in, a result out, as one document or as lines. */
function operation(description: string, body: z.ZodType, result: z.ZodType): RouteConfig {
  return createRoute({
    method: 'post',
    path: '/query',
    operationId: 'query',
    summary: 'Run one SQL statement',
    description,
    security: [{ [SECURITY_SCHEME]: [] }],
    request: { body: { required: true, content: { [JSON_TYPE]: { schema: body, example: EXAMPLE } } } },
    responses: {
      200: {
        description: 'The result',
        content: { [JSON_TYPE]: { schema: result }, [NDJSON_TYPE]: { schema: linesSchema } },
      },
      ...problemResponses(['server', 'auth', 'limit', 'policy', 'tls_failed', 'connect_timeout']),
    },
  });
}
