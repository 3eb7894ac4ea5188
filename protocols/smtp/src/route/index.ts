// Mail over HTTP, as it stands in the gateway. What the routes run is loaded at their first request.
import { defineRoutes, type RouteModule } from '@fairlead/http';
import { POOL_DEFAULTS } from '../mooring/pool-defaults.ts';

/** The mail routes, for the worker's route table. */
export const smtpRoutes: RouteModule = defineRoutes({
  prefix: '/smtp',
  protocol: 'smtp',
  actions: ['send', 'probe'],
  schemes: ['smtp:', 'smtps:'],
  defaultPort: { 'smtp:': 587, 'smtps:': 465 },
  description: 'Mail submission by SMTP',
  settings: async () => (await import('./schemas.ts')).entrySettings,
  bodies: 'any',
  parameters: ['from', 'to', 'tls'],
  repeatable: ['to'],
  // A reply that begins with 4 asks the client to try again later.
  serverStatus: ({ code }) => (code.startsWith('4') ? 503 : undefined),
  poolDefaults: POOL_DEFAULTS,
  async pool(namespace, url, options) {
    const { mooredOptions } = await import('../mooring/index.ts');
    return { ...(await mooredOptions(namespace, url, options)) };
  },
  check: async (own) => (await import('./check/sign-of-life.ts')).check(own),
  async register(app) {
    const { registerSmtp } = await import('./routes.ts');
    registerSmtp(app);
  },
});
