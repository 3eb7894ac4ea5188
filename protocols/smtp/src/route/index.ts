// The mail routes: `/smtp/send`, `/smtp/send-raw` and `/smtp/probe`, each in a file of its own.
import { defineRoutes, type RouteApp, type RouteModule } from '@fairlead/http';
import { mooredOptions, POOL_DEFAULTS } from '../mooring/index.ts';
import { registerProbes } from './probe.ts';
import { postRaw, sendRawRoute } from './raw/send-raw.ts';
import { postMail, sendRoute } from './send.ts';

/** The mail routes, for the worker's route table. */
export const smtpRoutes: RouteModule = defineRoutes({
  prefix: '/smtp',
  protocol: 'smtp',
  schemes: ['smtp:', 'smtps:'],
  defaultPort: { 'smtp:': 587, 'smtps:': 465 },
  description: 'Mail submission by SMTP',
  bodies: 'any',
  parameters: ['from', 'to', 'tls'],
  repeatable: ['to'],
  // A reply that begins with 4 asks the client to try again later.
  serverStatus: ({ code }) => (code.startsWith('4') ? 503 : undefined),
  poolDefaults: POOL_DEFAULTS,
  pool: async (namespace, url, options) => ({ ...(await mooredOptions(namespace, url, options)) }),
  register(app: RouteApp) {
    for (const route of [sendRoute, sendRawRoute]) app.openAPIRegistry.registerPath(route);
    app.post(sendRoute.path, postMail);
    app.post(sendRawRoute.path, postRaw);
    registerProbes(app);
  },
});
