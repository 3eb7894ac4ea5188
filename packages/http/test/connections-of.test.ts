// A module that uses the named connections of another: one entry, two prefixes, scopes of its own.
import { expect, it } from 'vitest';
import { createApp, defineRoutes, type RouteModule, resolveTarget } from '../src/index.ts';

function module(protocol: string, connectionsOf?: string): RouteModule {
  return defineRoutes({
    prefix: `/${protocol}`,
    protocol,
    schemes: ['ssh:'],
    ...(connectionsOf === undefined ? {} : { connectionsOf }),
    defaultPort: 22,
    description: protocol,
    register(app) {
      app.get('/', (c) => c.json({ name: resolveTarget(c, { action: 'read' }).address.hostname }));
    },
  });
}

// The order of the modules changes nothing.
const app = createApp({ routes: [module('sftp', 'ssh'), module('ssh')] });
const ENV = {
  FAIRLEAD_TOKENS: [{ name: 'files', token: 'files', scopes: ['sftp:read'] }],
  FAIRLEAD_CONNECTIONS: { box: 'ssh://a@box.example' },
  FAIRLEAD_TARGETS: ['own.example.com:22'],
};
const get = (path: string, headers: Record<string, string> = {}) =>
  Promise.resolve(app.request(path, { headers: { Authorization: 'Bearer files', ...headers } }, ENV));

it('finds them by its own scopes', async () => {
  expect(await (await get('/sftp')).json()).toEqual({ name: 'box.example' });
  expect(await (await get('/sftp?connection=box')).json()).toEqual({ name: 'box.example' });
  expect((await get('/ssh')).status).toBe(403);
});

it('takes its own URLs, by the same schemes', async () => {
  const own = { 'Fairlead-Url': 'ssh://a@own.example.com' };
  expect(await (await get('/sftp', own)).json()).toEqual({ name: 'own.example.com' });
});
