// Postgres over HTTP: which routes there are, and how they stand in the gateway. It runs nothing itself.
import { defineRoutes, type RouteModule } from '@fairlead/http';
import { registerQuery } from '@fairlead/http/sql';
import { mooredConnector, mooredOptions } from '../mooring/index.ts';
import { registerNeon } from './neon/index.ts';
import { postgresQuery } from './query.ts';
import { GRACE_MS } from './server-limit.ts';

/** SQLSTATE classes and codes by which a server says that it is busy or going down, not that the query is wrong. */
const UNAVAILABLE = /^(53|57P0)/;

/** The Postgres routes, for the worker's route table. */
export const postgresRoutes: RouteModule = defineRoutes({
  prefix: '/pg',
  protocol: 'pg',
  schemes: ['postgres:', 'postgresql:'],
  defaultPort: 5432,
  description: 'PostgreSQL',
  // Neon's driver gives its body no type.
  bodies: 'any',
  serverStatus: ({ code }) => (UNAVAILABLE.test(code) ? 503 : undefined),
  pool: async (namespace, url, options, longestMs) => {
    const statementTimeoutMs = longestMs + GRACE_MS;
    return {
      ...mooredOptions(options),
      connector: await mooredConnector(namespace, url, { ...options, statementTimeoutMs }),
    };
  },
  parameters: [],
  register(app) {
    registerQuery(app, postgresQuery);
    registerNeon(app);
  },
});
