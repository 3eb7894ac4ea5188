// `POST /query` of a SQL protocol as its OpenAPI operation: what all of them have in common.
import { createRoute, type RouteConfig, z } from '@hono/zod-openapi';
import { SECURITY_SCHEME } from '../app/describe.ts';
import { problemResponses } from '../problems/responses.ts';
import { NDJSON_TYPE } from '../streams/ndjson.ts';

const JSON_TYPE = 'application/json';
const linesSchema = z.string().openapi({ description: 'JSON texts, one a line' });

/** Members of every query's body: which connection, and the shape of rows. */
export const queryFields: {
  connection: z.ZodOptional<z.ZodString>;
  rowMode: z.ZodDefault<z.ZodEnum<{ object: 'object'; array: 'array' }>>;
} = {
  connection: z
    .string()
    .min(1)
    .max(64)
    .optional()
    .openapi({ description: 'A named connection. Default: the configured default' }),
  rowMode: z.enum(['object', 'array']).default('object').openapi({
    description: 'Rows as objects by column name, or as arrays, which keep columns of one name',
  }),
};

/** The operation: a statement in, a result out, as one document or as lines. */
export function queryRoute(description: string, body: z.ZodType, result: z.ZodType): RouteConfig {
  return createRoute({
    method: 'post',
    path: '/query',
    summary: 'Run one SQL statement',
    description,
    security: [{ [SECURITY_SCHEME]: [] }],
    request: { body: { required: true, content: { [JSON_TYPE]: { schema: body } } } },
    responses: {
      200: {
        description: 'The result',
        content: { [JSON_TYPE]: { schema: result }, [NDJSON_TYPE]: { schema: linesSchema } },
      },
      ...problemResponses(['server', 'auth', 'limit', 'policy', 'tls_failed', 'connect_timeout']),
    },
  });
}
