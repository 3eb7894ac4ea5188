// IMAP over HTTP, as it stands in the gateway. What the routes run is loaded at their first request.
import { defineRoutes, type RouteModule } from '@fairlead/http';
import { POOL_DEFAULTS } from '../mooring/pool-defaults.ts';
import { statusOf } from './status.ts';

/** The IMAP routes, for the worker's route table. */
export const imapRoutes: RouteModule = defineRoutes({
  prefix: '/imap',
  protocol: 'imap',
  actions: ['read', 'write'],
  schemes: ['imap:', 'imaps:'],
  defaultPort: { 'imap:': 143, 'imaps:': 993 },
  description: 'Mailboxes and messages by IMAP',
  settings: async () => (await import('./target/settings.ts')).entrySettings,
  bodies: 'any',
  parameters: [
    ...['mailbox', 'uid', 'uidValidity', 'newest', 'items', 'part', 'flags', 'date'],
    ...['pattern', 'subscribed', 'status', 'pollSeconds'],
  ],
  serverStatus: ({ code }) => statusOf(code),
  poolDefaults: POOL_DEFAULTS,
  async pool(namespace, url, options) {
    const { mooredOptions } = await import('../mooring/index.ts');
    return { ...(await mooredOptions(namespace, url, options)) };
  },
  check: async (own) => (await import('./check.ts')).check(own),
  async register(app) {
    const { registerImap } = await import('./routes.ts');
    registerImap(app);
  },
});
