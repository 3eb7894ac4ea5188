// `GET /readyz`: whether the gateway can serve, and with `?deep=1` whether the servers behind it can be used.
import { createRoute, z } from '@hono/zod-openapi';
import type { RouteApp } from '../../app/contract.ts';
import { SECURITY_SCHEME } from '../../app/openapi/describe.ts';
import { problemResponses } from '../../problems/responses.ts';
import { visible } from '../visible.ts';
import type { ReadinessChecks } from './checks.ts';

const JSON_TYPE = 'application/json';

const readinessSchema = z
  .object({
    status: z.enum(['ok', 'failed']),
    connections: z
      .array(
        z.object({
          name: z.string(),
          protocol: z.string(),
          role: z
            .enum(['writer', 'reader'])
            .optional()
            .openapi({ description: 'Where the connection has a `readUrl`' }),
          state: z.enum(['ok', 'failed', 'unchecked']),
          ms: z.number().int().optional(),
          code: z.string().optional().openapi({ description: 'The error’s code', example: 'connect_failed' }),
        }),
      )
      .optional()
      .openapi({ description: 'With `deep=1`' }),
  })
  .openapi('Readiness');

const content = { [JSON_TYPE]: { schema: readinessSchema } };

const readyRoute = createRoute({
  method: 'get',
  path: '/',
  summary: 'Whether the gateway can serve',
  description:
    'Needs no token: 200 where the settings are sound. With `deep=1` each connection that the token may see is tried, by its ' +
    'protocol’s cheapest sign of life within five seconds; answers are kept for five. Scope `admin:connections`, or ' +
    '`admin:connections:<connection>`.',
  security: [{ [SECURITY_SCHEME]: [] }],
  request: { query: z.object({ deep: z.literal('1').optional(), connection: z.string().optional() }) },
  responses: {
    200: { description: 'It can', content },
    ...problemResponses(),
    503: { description: 'A connection cannot be used', content },
  },
});

/** Registers `GET /readyz`. @param checks Those of the isolate: the first requests may each register the route. */
export function registerReadiness(app: RouteApp, checks: ReadinessChecks): void {
  app.openapi(readyRoute, async (c) => {
    if (c.req.valid('query').deep === undefined) return c.json({ status: 'ok' as const }, 200);
    const connections = [...(await checks.check(c, visible(c, 'connections')))];
    if (connections.some(({ state }) => state === 'failed'))
      return c.json({ status: 'failed' as const, connections }, 503);
    return c.json({ status: 'ok' as const, connections }, 200);
  });
}
