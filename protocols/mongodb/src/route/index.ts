// MongoDB over HTTP, as it stands in the gateway. What the routes run is loaded at their first request.
import { defineRoutes, type RouteModule } from '@fairlead/http';
import type { FurtherHost } from './hosts.ts';
import { errorCodeOf, statusOf } from './status.ts';

/** The MongoDB routes, for the worker's route table. */
export const mongodbRoutes: RouteModule = defineRoutes({
  prefix: '/mongodb',
  protocol: 'mongodb',
  actions: ['read', 'write', 'admin'],
  schemes: ['mongodb:', 'mongodb+srv:'],
  defaultPort: 27017,
  description: 'MongoDB, in the shape of the Data API',
  settings: async () => (await import('./settings.ts')).entrySettings,
  // Extended JSON has a type of its own.
  bodies: 'any',
  parameters: [],
  tokenHeaders: ['api-key', 'apiKey'],
  serverStatus: ({ code }) => statusOf(code),
  problemMembers: (problem) => ({ error: problem.detail, error_code: errorCodeOf(problem) }),
  async pool(namespace, url, options) {
    const [{ mooredConnector, mooredOptions }, { withHosts }] = await Promise.all([
      import('../mooring/index.ts'),
      import('./hosts.ts'),
    ]);
    const text = withHosts(url, options.hosts as readonly FurtherHost[] | undefined);
    // Without sessions nothing has to be ended behind a request.
    const connector = await mooredConnector(namespace, text, options, false);
    return { ...mooredOptions(text, options), isPooled: true, connector };
  },
  check: async (own) => (await import('./check.ts')).check(own),
  async register(app) {
    const { registerMongodb } = await import('./routes.ts');
    registerMongodb(app);
  },
});
