// `GET /v1?address=host:port`: the tunnel in the shape of Neon's `wsproxy`, which `Pool` and `Client` of
// `@neondatabase/serverless` speak. A module of its own, since its prefix is another.
import { type RouteApp, SECURITY_SCHEME } from '@fairlead/http';
import { createRoute, z } from '@hono/zod-openapi';
import { refuseOwnUrl } from './own-url.ts';
import { TUNNEL_RESPONSES, tunnelTo } from './tunnel/index.ts';
import { tunnelQuerySchema } from './tunnel/query.ts';

/** The driver always names a port; with these hosts it means a connection: `fairlead` the default one, `main.fairlead` the one named `main`. */
const PLACEHOLDER = /^(?:(.+)\.)?fairlead:\d{1,5}$/i;

const neonRoute = createRoute({
  method: 'get',
  path: '/',
  operationId: 'wsproxy',
  summary: 'Open a tunnel, as Neon’s serverless driver asks for it',
  description:
    'What `Pool` and `Client` of `@neondatabase/serverless` speak: set `neonConfig.wsProxy` to this path, and a ' +
    '`webSocketConstructor` that adds the token as a subprotocol. The host `fairlead` means the default connection, ' +
    '`<name>.fairlead` the connection of that name. Scopes as of `/tcp/tunnel`.',
  security: [{ [SECURITY_SCHEME]: [] }],
  request: {
    query: tunnelQuerySchema.extend({
      address: z.string().max(300).openapi({ description: 'Host and port', example: 'main.fairlead:5432' }),
    }),
  },
  responses: TUNNEL_RESPONSES,
});

/** Registers `GET /v1`. */
export function registerWsproxy(app: RouteApp): void {
  refuseOwnUrl(app);
  app.openapi(neonRoute, (c) => {
    const query = c.req.valid('query');
    const placeholder = PLACEHOLDER.exec(query.address);
    return tunnelTo(c, placeholder === null ? query.address : placeholder[1], query);
  });
}
