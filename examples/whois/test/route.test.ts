// GET /whois/lookup: the answer, the scope, the policy.
import { createApp } from '@fairlead/http';
import { scriptedPeer } from '@fairlead/testkit';
import { expect, it } from 'vitest';
import { whoisRoutes } from '../src/route/index.ts';

const ENV = {
  FAIRLEAD_CONNECTIONS: JSON.stringify({ registry: 'whois://whois.internal.test' }),
  FAIRLEAD_TOKENS: JSON.stringify([
    { name: 'asker', token: 'asker-token-0123456789', scopes: ['whois:lookup:registry'] },
  ]),
};

function get(query: string, headers: Record<string, string> = {}) {
  const peer = scriptedPeer().expect('example.com\r\n').send('ok\r\n').close();
  const app = createApp({ routes: [whoisRoutes], connector: peer.connector });
  const all = { Authorization: 'Bearer asker-token-0123456789', ...headers };
  return app.request(`/whois/lookup?${query}`, { headers: all }, ENV);
}

it('answers with the text of a named connection', async () => {
  const response = await get('query=example.com&connection=registry');
  expect([response.status, await response.json()]).toEqual([200, { text: 'ok\n' }]);
});

it('refuses an address of the caller’s own without the scope for it', async () => {
  expect((await get('query=example.com', { 'Fairlead-Url': 'whois://elsewhere.test' })).status).toBe(403);
});

it('tells what is missing', async () => {
  expect((await get('connection=registry')).status).toBe(400);
});

it('refuses a parameter that it does not know, which may be a misspelled one', async () => {
  expect((await get('query=example.com&conection=registry')).status).toBe(400);
});
