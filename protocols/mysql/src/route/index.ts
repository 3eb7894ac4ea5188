// MySQL over HTTP, as it stands in the gateway. What the routes run is loaded at their first request.
import { defineRoutes, type RouteModule } from '@fairlead/http';

/** Error numbers by which a server says that it is busy or going down, not that the query is wrong. */
const UNAVAILABLE = new Set(['1040', '1041', '1053', '1077', '1078', '1129', '1203', '1205', '1226', '3032']);

/** The MySQL routes, for the worker's route table. */
export const mysqlRoutes: RouteModule = defineRoutes({
  prefix: '/mysql',
  protocol: 'mysql',
  actions: ['read', 'write'],
  schemes: ['mysql:', 'mariadb:'],
  defaultPort: 3306,
  readUrl: true,
  namedQueries: async () => (await import('./named-queries.ts')).mysqlDialect,
  description: 'MySQL and MariaDB',
  settings: async () => (await import('./settings.ts')).entrySettings,
  // Read by the route itself, which keeps the JSON text of parameters.
  bodies: 'any',
  serverStatus: ({ fields }) => (UNAVAILABLE.has(fields?.errno ?? '') ? 503 : undefined),
  async pool(namespace, url, options) {
    const { mooredConnector, mooredOptions } = await import('../mooring/index.ts');
    return {
      ...mooredOptions(options),
      connector: await mooredConnector(namespace, url, options),
    };
  },
  parameters: [],
  check: async (own) => (await import('./check.ts')).check(own),
  async register(app) {
    const { registerMysql } = await import('./routes.ts');
    registerMysql(app);
  },
});
