// TCP over HTTP: which routes there are, and how they stand in the gateway. What they run is loaded at their first request.
import { defineRoutes, type RouteModule } from '@fairlead/http';

const TUNNEL_PARAMETERS = ['tls', 'seconds', 'idleSeconds'];

/** `/tcp`: ping, tunnel, and requests in raw bytes. */
export const tcpRoutes: RouteModule = defineRoutes({
  prefix: '/tcp',
  protocol: 'tcp',
  actions: ['ping', 'tunnel', 'send'],
  ofAnyProtocol: true,
  schemes: ['tcp:'],
  description: 'Plain TCP: measure the handshake with a server, tunnel to it, send bytes and read the answer',
  parameters: ['count', 'intervalMs', 'address', ...TUNNEL_PARAMETERS],
  repeatable: ['address'],
  check: async (own) => (await import('./check.ts')).check(own),
  async register(app) {
    const { registerTcp } = await import('./routes.ts');
    registerTcp(app);
  },
});

/** `/v1`: the tunnel in the shape of Neon's `wsproxy`. */
export const wsproxyRoutes: RouteModule = defineRoutes({
  prefix: '/v1',
  protocol: 'tcp',
  actions: ['tunnel'],
  ofAnyProtocol: true,
  schemes: [],
  description: 'Plain TCP in the shape of Neon’s wsproxy',
  parameters: ['address', ...TUNNEL_PARAMETERS],
  async register(app) {
    const { registerWsproxy } = await import('./wsproxy.ts');
    registerWsproxy(app);
  },
});
