// IRC over HTTP, as it stands in the gateway. What the routes run is loaded at their first request.
import { defineRoutes, type RouteModule } from '@fairlead/http';

/** The HTTP statuses of numerics and FAIL codes; of the others it is 400. */
const STATUS: readonly (readonly [codes: RegExp, status: 403 | 404 | 409 | 429])[] = [
  [/^40[1236]$/, 404],
  [/^(404|442|465|47[1-7]|48[1-9]|ACCOUNT_REQUIRED)$/, 403],
  [/^43[367]$/, 409],
  [/^(263|439|RATE_LIMITED)$/, 429],
];

/** The IRC routes, for the worker's route table. */
export const ircRoutes: RouteModule = defineRoutes({
  prefix: '/irc',
  protocol: 'irc',
  actions: ['send', 'session'],
  schemes: ['irc:', 'ircs:'],
  defaultPort: { 'irc:': 6667, 'ircs:': 6697 },
  description: 'IRC: send messages, or chat over a WebSocket',
  settings: async () => (await import('./connect.ts')).entrySettings,
  parameters: ['channel'],
  repeatable: ['channel'],
  serverStatus: ({ code }) => STATUS.find(([codes]) => codes.test(code))?.[1],
  check: async (own) => (await import('./check.ts')).check(own),
  async register(app) {
    const { registerIrc } = await import('./routes.ts');
    registerIrc(app);
  },
});
