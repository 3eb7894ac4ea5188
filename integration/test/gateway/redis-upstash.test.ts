// Upstash's own packages, unchanged, on a token with redis:write and redis:script: locks, and rate limits in all their ways.
import { Lock } from '@upstash/lock';
import { Ratelimit } from '@upstash/ratelimit';
import { Redis } from '@upstash/redis';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Gateway, startGateway } from './support.ts';

const { plainPort } = inject('servers').redis.good;

let gateway: Gateway;
beforeAll(async () => {
  const url = `redis://app:app-password@localhost:${plainPort}/10`;
  const scopes = ['redis:write:upstash', 'redis:script:upstash'];
  gateway = await startGateway({
    connections: { upstash: { url } },
    tokens: [
      { name: 'scripts', token: 'token-scripts', scopes },
      { name: 'writer', token: 'token-writer', scopes: scopes.slice(0, 1) },
    ],
  });
});
afterAll(() => gateway.close());

/** A client as Upstash's packages take it; the connection is the gateway's business, so a header names it. */
function upstash(token = 'token-scripts'): Redis {
  const redis = new Redis({
    url: new URL('/redis', gateway.url).href,
    token,
    enableTelemetry: false,
    retry: false,
  });
  const { client } = redis as unknown as { client: { headers: Record<string, string> } };
  client.headers['Fairlead-Connection'] = 'upstash';
  return redis;
}

/** Its package is typed against another file of the same class. */
type RedisOfLock = ConstructorParameters<typeof Lock>[0]['redis'];

const unique = (name: string) => `${name}:${crypto.randomUUID()}`;

describe('@upstash/lock', () => {
  it('acquires, refuses, extends and releases', async () => {
    const redis = upstash() as unknown as RedisOfLock;
    const retry = { attempts: 1, delay: 1 };
    const id = unique('lock');
    const lock = new Lock({ id, redis, lease: 10_000, retry });
    const other = new Lock({ id, redis, lease: 10_000, retry });
    expect(await lock.acquire()).toBe(true);
    expect(await other.acquire()).toBe(false);
    expect(await lock.extend(5_000)).toBe(true);
    expect(await lock.getStatus()).toBe('ACQUIRED');
    expect(await other.release()).toBe(false);
    expect(await lock.release()).toBe(true);
    expect(await other.acquire()).toBe(true);
  });
});

describe('@upstash/ratelimit', () => {
  it.each([
    ['a fixed window', Ratelimit.fixedWindow(3, '60 s')],
    ['a sliding window', Ratelimit.slidingWindow(3, '60 s')],
    ['a token bucket', Ratelimit.tokenBucket(3, '60 s', 3)],
    ['a cached fixed window', Ratelimit.cachedFixedWindow(3, '60 s')],
  ])('%s', async (_name, limiter) => {
    const ratelimit = new Ratelimit({
      redis: upstash(),
      limiter,
      prefix: unique('limit'),
      ephemeralCache: new Map(),
    });
    const answers: { success: boolean }[] = [];
    for (let n = 0; n < 4; n++) {
      const answer = await ratelimit.limit('caller');
      // Some write behind their answer.
      await answer.pending;
      answers.push(answer);
    }
    expect(answers.map(({ success }) => success)).toEqual([true, true, true, false]);
    expect((await ratelimit.getRemaining('caller')).remaining).toBe(0);
    await ratelimit.resetUsedTokens('caller');
  });

  it('needs the scope redis:script', async () => {
    const ratelimit = new Ratelimit({
      redis: upstash('token-writer'),
      limiter: Ratelimit.fixedWindow(3, '60 s'),
      prefix: unique('limit'),
    });
    await expect(ratelimit.limit('caller')).rejects.toThrow('redis:script:upstash');
  });
});
