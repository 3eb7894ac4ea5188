// Redis over HTTP, as it stands in the gateway. What the routes run is loaded at their first request.
import { defineRoutes, type RouteModule } from '@fairlead/http';

/** The Redis routes, for the worker's route table. */
export const redisRoutes: RouteModule = defineRoutes({
  prefix: '/redis',
  protocol: 'redis',
  actions: ['read', 'write', 'script', 'admin'],
  schemes: ['redis:', 'rediss:'],
  defaultPort: 6379,
  description: 'Redis, in the shape of Upstash’s REST API',
  bodies: 'any',
  async pool(namespace, url, options) {
    const [{ mooredConnector }, { PROTOCOL }] = await Promise.all([
      import('../mooring/index.ts'),
      import('./open.ts'),
    ]);
    return { connector: await mooredConnector(namespace, url, { ...options, protocol: PROTOCOL }) };
  },
  async settings() {
    const { settingsSchema } = await import('./open.ts');
    return { schema: settingsSchema, shown: ['name', 'deny'] };
  },
  // Each name and value of the query is an argument.
  repeatable: 'any',
  // Upstash's clients read this member.
  problemMembers: (problem) => ({ error: problem.server?.message ?? problem.detail }),
  check: async (own) => (await import('./check/sign-of-life.ts')).check(own),
  async register(app) {
    const { registerRedis } = await import('./routes.ts');
    registerRedis(app);
  },
});
