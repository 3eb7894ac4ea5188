// `GET /tcp/tunnel`: a WebSocket to a server's TCP port. This file says which paths there are; what runs them is loaded with the
// first tunnel.
import {
  HttpProblem,
  problemResponses,
  type RouteApp,
  type RouteContext,
  SECURITY_SCHEME,
  wantsWebSocket,
} from '@fairlead/http';
import { createRoute, z } from '@hono/zod-openapi';
import { type TunnelQuery, tunnelQuerySchema } from './query.ts';

const description =
  'A WebSocket (`Upgrade: websocket`) that carries the bytes of a TCP connection in binary messages. With the subprotocol ' +
  '`fairlead.tunnel.v1` both sides make each other wait and each direction ends by itself; without it, bytes go as they are. ' +
  'What fails before the upgrade is an ordinary problem; close codes are in the README of `@fairlead/worker`. Scope ' +
  '`tcp:tunnel:<connection>`, or `tcp:tunnel:@` for an address.';

const common = {
  method: 'get' as const,
  description,
  security: [{ [SECURITY_SCHEME]: [] }],
};

/** What every tunnel's route can answer. */
export const TUNNEL_RESPONSES = {
  101: { description: 'A WebSocket' },
  ...problemResponses(['connect_timeout', 'tls_failed', 'policy', 'upgrade_required']),
};

const targetRoute = createRoute({
  ...common,
  path: '/tunnel/{target}',
  operationId: 'tunnelTo',
  summary: 'Open a tunnel to a named connection, or to an address that the target policy allows',
  request: {
    params: z.object({
      target: z.string().openapi({
        example: 'main',
        description:
          'With a port it is an address, `db.example.com:5432`; without one, the name of a connection',
      }),
    }),
    query: tunnelQuerySchema,
  },
  responses: TUNNEL_RESPONSES,
});

const connectionRoute = createRoute({
  ...common,
  path: '/tunnel',
  operationId: 'tunnel',
  summary: 'Open a tunnel to a named connection',
  request: {
    query: tunnelQuerySchema.extend({
      connection: z.string().optional().openapi({ description: 'A named connection, of any protocol' }),
    }),
  },
  responses: TUNNEL_RESPONSES,
});

/** Registers `GET /tunnel/{target}` and `GET /tunnel`. */
export function registerTunnel(app: RouteApp): void {
  app.openapi(targetRoute, (c) => tunnelTo(c, c.req.valid('param').target, c.req.valid('query')));
  app.openapi(connectionRoute, (c) => tunnelTo(c, undefined, c.req.valid('query')));
}

/**
 * Answers with a tunnel.
 * @param target `host:port`, the name of a connection, or undefined for what the query names.
 * @throws HttpProblem 426 (no WebSocket), and as `serveTunnel`.
 */
export async function tunnelTo(
  c: RouteContext,
  target: string | undefined,
  query: TunnelQuery,
): Promise<Response> {
  if (!wantsWebSocket(c)) {
    throw new HttpProblem('upgrade_required', 'A tunnel is a WebSocket.', {
      headers: { Upgrade: 'websocket', Connection: 'Upgrade' },
    });
  }
  const { serveTunnel } = await import('./serve.ts');
  return serveTunnel(c, target, query);
}
