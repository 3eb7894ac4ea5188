// FTP over HTTP, as it stands in the gateway. What the routes run is loaded at their first request.
import { defineRoutes, type RouteModule } from '@fairlead/http';
import { statusOf } from './status.ts';

/** The FTP routes, for the worker's route table. */
export const ftpRoutes: RouteModule = defineRoutes({
  prefix: '/ftp',
  protocol: 'ftp',
  actions: ['read', 'write'],
  schemes: ['ftp:', 'ftps:'],
  defaultPort: { 'ftp:': 21, 'ftps:': 990 },
  description: 'Files by FTP and FTPS',
  settings: async () => (await import('./target/settings.ts')).entrySettings,
  bodies: 'any',
  parameters: ['path', 'atomic', 'offset'],
  serverStatus: ({ code }) => statusOf(code),
  check: async (own) => (await import('./check.ts')).check(own),
  async register(app) {
    const { registerFtp } = await import('./routes.ts');
    registerFtp(app);
  },
});
