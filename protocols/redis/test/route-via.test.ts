// Redis over HTTP through a binding: what has a connection of its own goes through it as well.
import { createApp, type GatewayEnv } from '@fairlead/http';
import { describe, expect, it } from 'vitest';
import { redisRoutes } from '../src/route/index.ts';

const HEADERS = { Authorization: 'Bearer all-token' };

/** Asks for a path over a connection through a binding that opens nothing; says who was dialled. */
async function dialled(path: string): Promise<string[]> {
  const asked: string[] = [];
  const refuse = (who: string) => (): never => {
    asked.push(who);
    throw new Error('the test opens nothing');
  };
  const env = {
    FAIRLEAD_CONNECTIONS: { main: { url: 'redis://:hush-hush@cache.test', via: 'VPC' } },
    FAIRLEAD_TOKENS: [{ name: 'all', token: 'all-token', scopes: ['*'] }],
    VPC: { connect: refuse('binding') },
  };
  const app = createApp({ routes: [redisRoutes], connector: async () => refuse('internet')() });
  const response = await app.request(path, { headers: HEADERS }, env as unknown as GatewayEnv);
  await response.text();
  return asked;
}

describe('a connection through a binding', () => {
  it.each([
    '/redis/get/k',
    '/redis/blpop/k/1',
    '/redis/xread/block/100/streams/s/0',
    '/redis/subscribe/news',
    '/redis/psubscribe/new*',
    '/redis/ssubscribe/news',
    '/redis/monitor',
  ])('dials %s by the binding', async (path) => {
    expect(await dialled(path)).toEqual(['binding']);
  });
});
