// Gopher over HTTP, as it stands in the gateway. What the route runs is loaded at its first request.
import { defineRoutes, type RouteModule } from '@fairlead/http';

/** Gopher+ section 2.3 and error items. */
const STATUS: Readonly<Record<string, 404 | 410 | 503>> = { error: 404, '1': 404, '2': 503, '3': 410 };

/** The Gopher route, for the worker's route table. */
export const gopherRoutes: RouteModule = defineRoutes({
  prefix: '/gopher',
  protocol: 'gopher',
  actions: ['fetch'],
  schemes: ['gopher:', 'gophers:'],
  defaultPort: 70,
  description: 'Gopher and Gopher+',
  settings: async () => (await import('./schemas.ts')).entrySettings,
  serverStatus: ({ code }) => STATUS[code],
  check: async (own) => (await import('./check.ts')).check(own),
  async register(app) {
    const { registerGopher } = await import('./routes.ts');
    registerGopher(app);
  },
});
