// TCP ping over HTTP: how long a TCP handshake, and on request a TLS handshake, takes. It sends no payload.
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
import {
  type Address,
  type Connector,
  formatAddress,
  isFairleadError,
  parseAddress,
} from '@fairlead/transport';
import { createRoute, z } from '@hono/zod-openapi';

const MAX_COUNT = 10;

const attemptSchema = z.object({
  rttMs: z.number().optional().openapi({ description: 'From dialling to the TCP connection being open' }),
  tlsMs: z.number().optional().openapi({ description: 'From there to the end of the TLS handshake' }),
  error: z.string().optional().openapi({ description: 'The code of the failure', example: 'connect_failed' }),
});

type Attempt = z.infer<typeof attemptSchema>;

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
    .refine((count) => count >= 1 && count <= MAX_COUNT, { message: `must be from 1 to ${MAX_COUNT}` })
    .optional()
    .openapi({
      type: 'integer',
      minimum: 1,
      maximum: MAX_COUNT,
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
  register(app: RouteApp) {
    app.openapi(pingAddress, async (c) => {
      const address = resolveAddress(c, 'tcp', 'ping', parseAddress(c.req.valid('param').address));
      const { tls, count } = c.req.valid('query');
      const result = await ping(c, address, tls === '1', count ?? 1);
      return c.json({ address: formatAddress(address), ...result }, 200);
    });
    app.openapi(pingConnection, async (c) => {
      const { tls, count, connection } = c.req.valid('query');
      const target = resolveConnection(c, { scope: 'tcp', action: 'ping', connection });
      const result = await ping(c, target.address, tls === '1', count ?? 1);
      return c.json({ ...(target.name === undefined ? {} : { connection: target.name }), ...result }, 200);
    });
  },
});

/** @throws FairleadError the last attempt's, if none succeeded. */
async function ping(c: RouteContext, address: Address, tls: boolean, count: number) {
  const attempts: Attempt[] = [];
  let failure: unknown;
  await withDeadline(c, async (signal) => {
    for (let i = 0; i < count; i++) {
      try {
        attempts.push(await attempt(c.var.connector, address, tls, signal));
      } catch (error) {
        if (!isFairleadError(error) || signal.aborted) throw error;
        attempts.push({ error: error.code });
        failure = error;
      }
    }
  });
  const rttMs = median(attempts, 'rttMs');
  if (rttMs === undefined) throw failure;
  const handshakeMs = median(attempts, 'tlsMs');
  return {
    rttMs,
    ...(handshakeMs === undefined ? {} : { tls: { verified: true as const, handshakeMs } }),
    ...(count === 1 ? {} : { attempts }),
  };
}

async function attempt(
  connector: Connector,
  address: Address,
  tls: boolean,
  signal: AbortSignal,
): Promise<Attempt> {
  const started = performance.now();
  const transport = await connector(address, { tls: tls ? 'starttls' : 'off', signal });
  try {
    const opened = performance.now();
    const rttMs = round(opened - started);
    if (!tls) return { rttMs };
    await transport.startTls();
    return { rttMs, tlsMs: round(performance.now() - opened) };
  } finally {
    await transport.close();
  }
}

function median(attempts: readonly Attempt[], key: 'rttMs' | 'tlsMs'): number | undefined {
  const values = attempts.flatMap((one) => one[key] ?? []).sort((a, b) => a - b);
  return values[Math.floor((values.length - 1) / 2)];
}

function round(ms: number): number {
  return Math.round(ms * 100) / 100;
}
