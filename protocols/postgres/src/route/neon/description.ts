// `POST /pg/sql` as the OpenAPI document has it. Data only.
import { problemResponses, problemSchema, SECURITY_SCHEME } from '@fairlead/http';
import { createRoute, z } from '@hono/zod-openapi';
import { NEON_HEADERS, neonBodySchema } from './request.ts';
import { CONNECTION_STRING_HEADER } from './target.ts';

/** The answers' media type. */
export const JSON_TYPE = 'application/json';

const description =
  'What Neon’s serverless driver speaks: set its `neonConfig.fetchEndpoint` to this URL, and give `neon()` a bearer ' +
  'token as `authToken`. One statement, or `queries`, which run in one transaction. A token with the scope `pg:read` ' +
  'runs statements that read, in a READ ONLY transaction that is rolled back; `pg:write` runs any.';

const connectionStringDescription =
  'A URL, which the driver always sends. With the host `fairlead` it means the default connection, with ' +
  '`<name>.fairlead` the connection of that name; all else in it is ignored then. Another host is dialled where the ' +
  'operator’s target policy allows it, and refused elsewhere. Not looked at where `?connection=` names a connection.';

const flag = (text: string) =>
  z
    .string()
    .optional()
    .openapi({ description: `\`true\`: ${text}` });

const headersSchema = z.object({
  [CONNECTION_STRING_HEADER]: z.string().optional().openapi({
    description: connectionStringDescription,
    example: 'postgresql://user:password@main.fairlead/database',
  }),
  [NEON_HEADERS.rawText]: flag(
    'every value is the server’s text. Else bool, int2, int4, float4, float8, json and jsonb, and arrays of built-in ' +
      'types, are JSON’s own (NaN and the infinities text), and everything else is text',
  ),
  [NEON_HEADERS.arrayMode]: flag('rows are arrays, not objects'),
  [NEON_HEADERS.isolation]: z
    .enum(['ReadUncommitted', 'ReadCommitted', 'RepeatableRead', 'Serializable'])
    .optional()
    .openapi({ description: 'For `queries`. Default: the server’s' }),
  [NEON_HEADERS.readOnly]: flag('`queries` run in a READ ONLY transaction'),
  [NEON_HEADERS.deferrable]: flag('`queries` run in a DEFERRABLE transaction'),
});

const resultSchema = z
  .object({
    fields: z.array(
      z.object({
        name: z.string(),
        dataTypeID: z.number().int(),
        tableID: z.number().int(),
        columnID: z.number().int(),
        dataTypeSize: z.number().int(),
        dataTypeModifier: z.number().int(),
        format: z.string().openapi({ example: 'text' }),
      }),
    ),
    rows: z.array(z.unknown()),
    command: z.string().openapi({ example: 'SELECT' }),
    rowCount: z.number().int().nullable().openapi({ description: 'Null where the statement counts none' }),
    rowAsArray: z.boolean(),
  })
  .openapi('NeonResult');

const resultsSchema = z.object({ results: z.array(resultSchema) }).openapi('NeonResults');

const nullableText = z.string().nullable().optional();

const errorSchema = z
  .object({
    message: z.string(),
    code: z.string().openapi({ description: 'SQLSTATE; or, of what the gateway refuses, a problem’s code' }),
    severity: nullableText,
    detail: nullableText,
    hint: nullableText,
    position: nullableText,
  })
  .loose()
  .openapi('NeonError', {
    description:
      'Beside these: internalPosition, internalQuery, where, schema, table, column, dataType, constraint, file, line, routine',
  });

const EXAMPLE = { query: 'select $1::int * 7 as answer', params: ['6'] };

/** The route. */
export const neonRoute = createRoute({
  method: 'post',
  path: '/sql',
  operationId: 'neonSql',
  summary: 'Run SQL in the shape of Neon’s serverless driver',
  description,
  security: [{ [SECURITY_SCHEME]: [] }],
  request: {
    headers: headersSchema,
    body: { required: true, content: { [JSON_TYPE]: { schema: neonBodySchema, example: EXAMPLE } } },
  },
  responses: {
    200: {
      description: 'The result; for `queries`, the results',
      content: { [JSON_TYPE]: { schema: z.union([resultSchema, resultsSchema]) } },
    },
    ...problemResponses(['auth', 'limit', 'policy', 'tls_failed', 'connect_timeout']),
    400: {
      description: 'Postgres answered with an error, or the request is wrong',
      content: {
        [JSON_TYPE]: { schema: errorSchema },
        'application/problem+json': { schema: problemSchema },
      },
    },
  },
});
