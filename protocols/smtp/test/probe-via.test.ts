// `GET /smtp/probe` of a connection through a binding: it is dialled there, and never on the open internet.
import { createApp, type GatewayEnv } from '@fairlead/http';
import { expect, it } from 'vitest';
import { smtpRoutes } from '../src/route/index.ts';

it('dials the entry’s binding', async () => {
  const asked: string[] = [];
  const refuse = (who: string) => (): never => {
    asked.push(who);
    throw new Error('the test opens nothing');
  };
  const env = {
    FAIRLEAD_CONNECTIONS: { main: { url: 'smtp://mail.test', via: 'VPC' } },
    FAIRLEAD_TOKENS: [{ name: 'all', token: 'all-token', scopes: ['*'] }],
    VPC: { connect: refuse('binding') },
  };
  const app = createApp({ routes: [smtpRoutes], connector: async () => refuse('internet')() });
  const headers = { Authorization: 'Bearer all-token' };
  await (await app.request('/smtp/probe?connection=main', { headers }, env as unknown as GatewayEnv)).text();
  expect(asked).toEqual(['binding']);
});
