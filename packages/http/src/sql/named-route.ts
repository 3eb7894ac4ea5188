// `GET` and `POST /q/{name}` of a SQL protocol, for the queries of FAIRLEAD_QUERIES: its OpenAPI operations, which know no query
// of the settings. What answers is loaded when a query is asked for the first time.
import { createRoute, type RouteConfig, z } from '@hono/zod-openapi';
import type { RouteApp, RouteContext } from '../app/contract.ts';
import { SECURITY_SCHEME } from '../app/openapi/describe.ts';
import { problemResponses } from '../problems/responses.ts';
import type { Closable } from '../request/client.ts';
import { NDJSON_TYPE } from '../streams/ndjson.ts';
import { PARAMETERS } from './parameters.ts';
import type { QueryBody, QueryRoute } from './query-route.ts';

const JSON_TYPE = 'application/json';
/** Where named queries are, in OpenAPI's spelling and below the module's prefix. */
const NAMED_PATH = '/q/{name}';

const description =
  'Runs a query that the operator has configured, with parameters that are checked. The token needs no more than the scope ' +
  '`query:run:<name>`. GET is for queries that only read; where the operator lets answers be stored, they have an `ETag`.';

const path = z.object({
  name: z.string().min(1).max(64).openapi({ description: 'The query’s name', example: 'deep-harbours' }),
});
const values = z.record(z.string(), z.unknown()).openapi({ description: 'The query’s parameters, by name' });

/** Registers both operations. */
export function registerNamedQueries<Body extends QueryBody, Params, C extends Closable>(
  app: RouteApp,
  route: QueryRoute<Body, Params, C>,
): void {
  for (const method of ['get', 'post'] as const)
    app.openAPIRegistry.registerPath(operation(method, route.result));
  const answer = async (c: RouteContext, name: string): Promise<Response> => {
    const { answerNamedQuery } = await import('../queries/run.ts');
    return answerNamedQuery(c, name, route);
  };
  app.get('/q/:name', (c) => answer(c, c.req.param('name')));
  app.post('/q/:name', (c) => answer(c, c.req.param('name')));
}

function operation(method: 'get' | 'post', result: z.ZodType): RouteConfig {
  const body = z.strictObject({ [PARAMETERS]: values.optional() });
  return createRoute({
    method,
    path: NAMED_PATH,
    operationId: method === 'get' ? 'readNamedQuery' : 'runNamedQuery',
    summary: 'Run a named query',
    description,
    security: [{ [SECURITY_SCHEME]: [] }],
    request: {
      params: path,
      ...(method === 'post'
        ? { body: { content: { [JSON_TYPE]: { schema: body, example: { params: { metres: 16 } } } } } }
        : {}),
    },
    ...(method === 'get' ? { parameters: [FREE_QUERY] } : {}),
    responses: {
      200: {
        description: 'The result',
        content: { [JSON_TYPE]: { schema: result }, [NDJSON_TYPE]: { schema: z.string() } },
      },
      ...(method === 'get' ? { 304: { description: 'The caller has the result already' } } : {}),
      ...problemResponses(['method_not_allowed', 'server', 'auth', 'limit', 'tls_failed', 'connect_timeout']),
    },
  });
}

/** The whole query string, whose members only a query of the settings knows. */
const FREE_QUERY = {
  name: 'parameters',
  in: 'query' as const,
  description: 'The query’s parameters, each a parameter of the URL: `?harbour=Kiel`',
  style: 'form' as const,
  explode: true,
  example: { metres: '16' },
  schema: { type: 'object' as const, additionalProperties: { type: 'string' as const } },
};
