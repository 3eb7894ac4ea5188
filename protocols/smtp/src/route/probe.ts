// `GET /smtp/probe`: shows what a mail server offers, by address where the target policy allows it, or by named connection.
import {
  connectorOf,
  type RouteApp,
  type RouteContext,
  resolveAddress,
  resolveTarget,
  withDeadline,
} from '@fairlead/http';
import { formatAddress, parseAddress } from '@fairlead/transport';
import { createRoute, z } from '@hono/zod-openapi';
import type { SmtpOptions } from '../options/connect-options.ts';
import { type ProbeResult, probe } from '../probe.ts';
import { JSON_TYPE, problems, settingsOf, tagged } from './connection.ts';
import { probeSchema } from './schemas.ts';

const probeResponse = {
  200: { description: 'The server', content: { [JSON_TYPE]: { schema: probeSchema } } },
  ...problems,
};

const probeAddressRoute = createRoute({
  ...tagged,
  method: 'get',
  path: '/probe/{address}',
  operationId: 'probeAddress',
  summary: 'Look at a server that the target policy allows',
  description: 'Scope `smtp:probe:@`. TLS is turned on where it is offered; no login is made.',
  request: {
    params: z.object({
      address: z.string().openapi({ description: 'Host and port', example: 'mail.example.com:587' }),
    }),
    query: z.object({
      tls: z
        .enum(['true', 'starttls', 'false'])
        .optional()
        .openapi({ description: '`true`: from the first byte. Default: as the port has it' }),
    }),
  },
  responses: probeResponse,
});

const probeConnectionRoute = createRoute({
  ...tagged,
  method: 'get',
  path: '/probe',
  operationId: 'probe',
  summary: 'Look at the server of a named connection',
  description: 'Scope `smtp:probe:<connection>`.',
  request: {
    query: z.object({ connection: z.string().optional().openapi({ description: 'A named connection' }) }),
  },
  responses: probeResponse,
});

/** Adds both probe routes to the mail routes. */
export function registerProbes(app: RouteApp): void {
  app.openapi(probeAddressRoute, async (c) => {
    const address = resolveAddress(c, 'smtp', 'probe', parseAddress(c.req.valid('param').address));
    const { tls } = c.req.valid('query');
    const mode = tls === 'starttls' ? tls : tls && tls === 'true';
    const result = await look(c, { ...address, tls: mode, connector: c.get('connector') });
    return c.json({ address: formatAddress(address), ...result }, 200);
  });
  app.openapi(probeConnectionRoute, async (c) => {
    const target = resolveTarget(c, { action: 'probe' });
    const { tls } = settingsOf(target);
    const result = await look(c, { tls, connector: connectorOf(c, target) }, target.url);
    return c.json({ ...(target.name === undefined ? {} : { connection: target.name }), ...result }, 200);
  });
}

/** The probe's result as JSON has it: no `undefined`, no maps. */
async function look(c: RouteContext, options: SmtpOptions, url?: string) {
  const result: ProbeResult = await withDeadline(c, (signal) =>
    url === undefined ? probe({ ...options, signal }) : probe(url, { ...options, signal }),
  );
  const { extensions, size, auth, ...capabilities } = result.capabilities;
  return {
    ...result,
    capabilities: {
      ...capabilities,
      ...(size === undefined ? {} : { size }),
      auth: [...auth],
      extensions: Object.fromEntries([...extensions].map(([name, words]) => [name, [...words]])),
    },
  };
}
