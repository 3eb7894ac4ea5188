// WHOIS over HTTP: `GET /whois/lookup`. It asks no address that the target policy forbids.
import { defineRoutes, problemResponses, resolveTarget, SECURITY_SCHEME, withDeadline } from '@fairlead/http';
import { createRoute, z } from '@hono/zod-openapi';
import { lookup } from '../client.ts';

const lookupRoute = createRoute({
  method: 'get',
  path: '/lookup',
  summary: 'Ask a WHOIS server',
  description: 'Scope `whois:lookup:<connection>`, or `whois:lookup:@` with the header `Fairlead-Url`.',
  security: [{ [SECURITY_SCHEME]: [] }],
  request: {
    query: z.strictObject({
      query: z.string().openapi({ example: 'example.com' }),
      connection: z.string().optional().openapi({ description: 'A named connection' }),
    }),
  },
  responses: {
    200: {
      description: "The server's text",
      content: { 'application/json': { schema: z.object({ text: z.string() }) } },
    },
    ...problemResponses(['connect_failed', 'connection_lost', 'timeout', 'limit', 'policy']),
  },
});

/** `/whois`, for the worker's route table. */
export const whoisRoutes = defineRoutes({
  prefix: '/whois',
  protocol: 'whois',
  actions: ['lookup'],
  schemes: ['whois:'],
  defaultPort: 43,
  description: 'WHOIS: ask a registry',
  register(app) {
    app.openapi(lookupRoute, async (c) => {
      const { query, connection } = c.req.valid('query');
      const { address } = resolveTarget(c, { action: 'lookup', connection });
      const { connector, config } = c.var;
      const maxBytes = config.limits.maxResultBytes;
      const text = await withDeadline(c, (signal, { timeoutMs }) =>
        lookup(query, { ...address, connector, signal, timeoutMs, maxBytes }),
      );
      return c.json({ text }, 200);
    });
  },
});
