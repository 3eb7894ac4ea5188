// TCP over HTTP: `GET /tcp/ping`. It sends no payload, and shows no address of a named connection.
import {
  defineRoutes,
  problemResponses,
  type RouteApp,
  type RouteContext,
  resolveAddress,
  resolveConnection,
  SECURITY_SCHEME,
  withDeadline,
} from '@fairlead/http';
import { type Address, formatAddress, parseAddress } from '@fairlead/transport';
import { createRoute, z } from '@hono/zod-openapi';
import { MAX_PING_COUNT, ping } from '../ping.ts';

const attemptSchema = z.object({
  rttMs: z.number().optional().openapi({ description: 'From dialling to the TCP connection being open' }),
  tlsMs: z.number().optional().openapi({ description: 'From there to the end of the TLS handshake' }),
  error: z.string().optional().openapi({ description: 'The code of the failure', example: 'connect_failed' }),
});

const resultSchema = z.object({
  address: z
    .string()
    .optional()
    .openapi({ example: 'db.example.com:5432', description: 'Canonical; for an address of your own' }),
  connection: z.string().optional().openapi({ example: 'main' }),
  rttMs: z.number().openapi({ example: 12.4, description: 'The median of the attempts that succeeded' }),
  tls: z.object({ verified: z.literal(true), handshakeMs: z.number() }).optional(),
  attempts: z.array(attemptSchema).optional().openapi({ description: 'With count above 1' }),
});

const querySchema = z.object({
  tls: z.enum(['0', '1']).optional().openapi({ description: '1: TLS too, with a verified certificate' }),
  count: z
    .string()
    .regex(/^\d{1,2}$/)
    .transform(Number)
    .refine((count) => count >= 1 && count <= MAX_PING_COUNT, {
      message: `must be from 1 to ${MAX_PING_COUNT}`,
    })
    .optional()
    .openapi({
      type: 'integer',
      minimum: 1,
      maximum: MAX_PING_COUNT,
      description: 'Attempts, one after the other',
    }),
  connection: z.string().optional().openapi({ description: 'A named connection, of any protocol' }),
});

const common = {
  method: 'get' as const,
  security: [{ [SECURITY_SCHEME]: [] }],
  responses: {
    200: { description: 'Reached', content: { 'application/json': { schema: resultSchema } } },
    ...problemResponses(['connect_timeout', 'tls_failed', 'policy']),
  },
};

const pingAddress = createRoute({
  ...common,
  path: '/ping/{address}',
  summary: 'Measure the handshake with an address that the target policy allows',
  description: 'Scope `tcp:ping:@`.',
  request: {
    params: z.object({ address: z.string().openapi({ example: 'db.example.com:5432' }) }),
    query: querySchema.omit({ connection: true }),
  },
});

const pingConnection = createRoute({
  ...common,
  path: '/ping',
  summary: 'Measure the handshake with a named connection',
  description: 'Scope `tcp:ping:<connection>`.',
  request: { query: querySchema },
});

/** `/tcp`: TCP ping. */
export const tcpRoutes = defineRoutes({
  prefix: '/tcp',
  protocol: 'tcp',
  schemes: ['tcp:'],
  description: 'Plain TCP: measure the handshake with a server',
  parameters: ['tls', 'count'],
  register(app: RouteApp) {
    app.openapi(pingAddress, async (c) => {
      const address = resolveAddress(c, 'tcp', 'ping', parseAddress(c.req.valid('param').address));
      const { tls, count } = c.req.valid('query');
      const result = await measure(c, address, tls === '1', count ?? 1);
      return c.json({ address: formatAddress(address), ...result }, 200);
    });
    app.openapi(pingConnection, async (c) => {
      const { tls, count, connection } = c.req.valid('query');
      const target = resolveConnection(c, { scope: 'tcp', action: 'ping', connection });
      const result = await measure(c, target.address, tls === '1', count ?? 1);
      return c.json({ ...(target.name === undefined ? {} : { connection: target.name }), ...result }, 200);
    });
  },
});

/** @throws FairleadError the last attempt's, if none succeeded. */
function measure(c: RouteContext, address: Address, tls: boolean, count: number) {
  const { connector } = c.var;
  return withDeadline(c, async (signal) => {
    const { rttMs, tlsMs, attempts } = await ping(address, {
      tls,
      count,
      connector,
      signal,
      timeoutMs: Number.POSITIVE_INFINITY,
    });
    return {
      rttMs,
      ...(tlsMs === undefined ? {} : { tls: { verified: true as const, handshakeMs: tlsMs } }),
      ...(count === 1 ? {} : { attempts: [...attempts] }),
    };
  });
}
