// Postgres over HTTP, as it stands in the gateway. What the routes run is loaded at their first request.
import { defineRoutes, type RouteModule } from '@fairlead/http';
import { GRACE_MS } from './server-limit.ts';

/** SQLSTATE classes and codes by which a server says that it is busy or going down, not that the query is wrong. */
const UNAVAILABLE = /^(53|57P0)/;

/** The Postgres routes, for the worker's route table. */
export const postgresRoutes: RouteModule = defineRoutes({
  prefix: '/pg',
  protocol: 'pg',
  actions: ['read', 'write'],
  schemes: ['postgres:', 'postgresql:'],
  defaultPort: 5432,
  readUrl: true,
  namedQueries: async () => (await import('./named-queries.ts')).postgresDialect,
  description: 'PostgreSQL',
  settings: async () => (await import('./settings.ts')).entrySettings,
  // Neon's driver gives its body no type.
  bodies: 'any',
  serverStatus: ({ code }) => (UNAVAILABLE.test(code) ? 503 : undefined),
  async pool(namespace, url, options, longestMs) {
    const { mooredConnector, mooredOptions } = await import('../mooring/index.ts');
    const statementTimeoutMs = longestMs + GRACE_MS;
    return {
      ...mooredOptions(options),
      connector: await mooredConnector(namespace, url, { ...options, statementTimeoutMs }),
    };
  },
  parameters: [],
  check: async (own) => (await import('./check.ts')).check(own),
  async register(app) {
    const { registerPostgres } = await import('./routes.ts');
    registerPostgres(app);
  },
});
