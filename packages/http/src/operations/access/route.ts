// `GET /access`: what the caller's token may do. Any valid token may ask.
import { createRoute } from '@hono/zod-openapi';
import type { RouteApp, RouteModule } from '../../app/contract.ts';
import { SECURITY_SCHEME } from '../../app/openapi/describe.ts';
import { problemResponses } from '../../problems/responses.ts';
import { accessSchema } from './schema.ts';
import { viewAccess } from './view.ts';

const accessRoute = createRoute({
  method: 'get',
  path: '/',
  operationId: 'access',
  summary: 'What the token may do',
  description:
    'The connections that the token may use and how, the named queries that it may run, the addresses that it may choose, and ' +
    'what it may do as an operator. Any valid token may ask.',
  security: [{ [SECURITY_SCHEME]: [] }],
  responses: {
    200: { description: 'What it may do', content: { 'application/json': { schema: accessSchema } } },
    ...problemResponses(),
  },
});

/**
 * Registers `GET /access`.
 * @param modules Those of the protocols.
 * @param version Of the gateway.
 */
export function registerAccess(
  app: RouteApp,
  modules: readonly RouteModule[],
  version: string | undefined,
): void {
  app.openapi(accessRoute, (c) => c.json(viewAccess(c, modules, version), 200));
}
