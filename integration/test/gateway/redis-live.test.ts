// Redis that is live over HTTP, of the built Worker against Redis 8: subscriptions and MONITOR with Upstash's own packages, commands
// that wait, and the connection that a request means.
import { setTimeout as delay } from 'node:timers/promises';
import { connect, type RedisClient } from '@fairlead/redis';
import { handle, Realtime } from '@upstash/realtime';
import { Redis } from '@upstash/redis';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import * as z from 'zod';
import { type Gateway, startGateway } from './support.ts';

const { plainPort } = inject('servers').redis.good;
const URL_OF_LIVE = `redis://app:app-password@localhost:${plainPort}/11`;

/** How long something may be in coming. */
const SOON = { timeout: 10_000, interval: 50 };

let gateway: Gateway;
let direct: RedisClient;
beforeAll(async () => {
  const scopes = ['read', 'write', 'script', 'admin'].map((action) => `redis:${action}:live`);
  gateway = await startGateway({
    connections: { live: { url: URL_OF_LIVE, pool: { max: 2 } } },
    tokens: [
      { name: 'live', token: 'token-live', scopes },
      { name: 'listener', token: 'token-listener', scopes: ['redis:read:live'] },
    ],
  });
  direct = await connect(`redis://:default-password@localhost:${plainPort}/11`);
  await direct.send('FLUSHDB');
});
afterAll(async () => {
  await direct?.close();
  await gateway?.close();
});

/** The package as its users make it: a URL and a token, and nothing else. */
function upstash(path = '/redis', token = 'token-live'): Redis {
  return new Redis({ url: new URL(path, gateway.url).href, token, enableTelemetry: false, retry: false });
}

const unique = (name: string) => `${name}:${crypto.randomUUID()}`;

const subscribersOf = async (channel: string) =>
  (await direct.send('PUBSUB', 'NUMSUB', channel)) as [string, number];

/** How many clients wait in the server. */
async function blocked(): Promise<number> {
  return Number(/blocked_clients:(\d+)/.exec(String(await direct.send('INFO', 'clients')))?.[1]);
}

describe('the connection', () => {
  it.each([
    ['by the token’s only scope', '/redis', 'token-live'],
    ['by its name in the path', '/redis/@live', 'token-live'],
    ['by its name in the path, of a token that may all', '/redis/@live', 'token-all'],
  ])('%s', async (_name, path, token) => {
    const redis = upstash(path, token);
    const key = unique('where');
    expect(await redis.set(key, { a: 1 })).toBe('OK');
    expect(await redis.multi().get(key).strlen(key).exec()).toEqual([{ a: 1 }, 7]);
    expect(await redis.pipeline().get(key).exec()).toEqual([{ a: 1 }]);
    expect(await direct.get(key)).toBe('{"a":1}');
  });

  it('is another one by another name', async () => {
    const key = unique('where');
    await upstash('/redis/@default', 'token-all').set(key, 1);
    expect(await direct.get(key)).toBeNull();
    await expect(upstash('/redis/@default').get(key)).rejects.toThrow('redis:read:default');
  });

  it('has a new sync token in each answer', async () => {
    const redis = upstash();
    const seen = new Set<string | undefined>();
    for (let n = 0; n < 3; n++) {
      await redis.incr('sync');
      seen.add(redis.readYourWritesSyncToken);
    }
    expect(seen.size).toBe(3);
    expect(seen).not.toContain('');
  });
});

describe('@upstash/redis subscribes', () => {
  it('to channels, and unsubscribes', async () => {
    const redis = upstash('/redis/@live', 'token-listener');
    const [one, two] = [unique('news'), unique('news')];
    const counts: number[] = [];
    const taken: [string, unknown][] = [];
    const subscriber = redis.subscribe<unknown>([one, two]);
    subscriber.on('subscribe', (count) => counts.push(count));
    subscriber.on('message', ({ channel, message }) => taken.push([channel, message]));
    await vi.waitFor(() => expect(counts).toEqual([1, 1]), SOON);
    expect(await upstash().publish(one, { ship: 'Anna', tons: [1, 2] })).toBe(1);
    await upstash().publish(two, 'arrived, at last');
    await vi.waitFor(() => expect(taken).toHaveLength(2), SOON);
    expect(Object.fromEntries(taken)).toEqual({
      [one]: { ship: 'Anna', tons: [1, 2] },
      [two]: 'arrived, at last',
    });
    await subscriber.unsubscribe([one]);
    // The platform notices at the next write that nobody reads.
    await vi.waitFor(async () => {
      await direct.send('PUBLISH', one, '1');
      expect(await subscribersOf(one)).toEqual([one, 0]);
    }, SOON);
    expect(await subscribersOf(two)).toEqual([two, 1]);
    await subscriber.unsubscribe();
    await vi.waitFor(async () => {
      await direct.send('PUBLISH', two, '1');
      expect(await subscribersOf(two)).toEqual([two, 0]);
    }, SOON);
    expect(taken).toHaveLength(2);
  });

  it('to patterns, with a question mark too', async () => {
    const redis = upstash();
    const id = crypto.randomUUID();
    const taken: unknown[] = [];
    const subscriber = redis.psubscribe([`${id}:q?y:*`]);
    let ready = false;
    subscriber.on('psubscribe', () => {
      ready = true;
    });
    subscriber.on('pmessage', (message) => taken.push(message));
    await vi.waitFor(() => expect(ready).toBe(true), SOON);
    await redis.publish(`${id}:quy:1`, { at: 0 });
    await redis.publish(`${id}:quay:1`, 'no');
    await redis.publish(`${id}:q-y:1`, { at: 1 });
    await vi.waitFor(() => expect(taken).toHaveLength(2), SOON);
    expect(taken[1]).toEqual({ pattern: `${id}:q?y:*`, channel: `${id}:q-y:1`, message: { at: 1 } });
    await subscriber.unsubscribe();
  });

  it('and hears of the end of the stream’s time, and of refusals', async () => {
    const headers = { 'Fairlead-Timeout-Ms': '1500' };
    const stream = await gateway.fetch('/redis/@live/subscribe/brief', {
      method: 'POST',
      body: '[]',
      headers,
    });
    expect(await stream.text()).toBe('data: subscribe,brief,1\n\ndata: unsubscribe,brief,0\n\n');
    const failed = new Promise<Error>((resolve) =>
      upstash('/redis/@default').subscribe('x').on('error', resolve),
    );
    expect((await failed).message).toContain('redis:read:default');
  });

  it('beside a pool whose connections are all in use', async () => {
    const channel = unique('many');
    const subscribers = Array.from({ length: 5 }, () => upstash().subscribe(channel));
    await vi.waitFor(async () => expect(await subscribersOf(channel)).toEqual([channel, 5]), SOON);
    expect(await upstash().ping()).toBe('PONG');
    for (const subscriber of subscribers) await subscriber.unsubscribe();
  });
});

it('MONITOR shows what the server is sent, to an administrator alone', async () => {
  const path = '/redis/@live/monitor';
  expect((await gateway.fetch(path, { token: 'token-listener' })).status).toBe(403);
  const leave = new AbortController();
  const { body } = await gateway.fetch(path, { token: 'token-live', signal: leave.signal });
  const key = unique('seen');
  let text = '';
  for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) {
    if (text === '') await upstash().set(key, 'a "b"');
    text += chunk;
    if (text.includes(key)) break;
  }
  expect(text).toMatch(/^data: "OK"\n\n(data: [\d.]+ \[\d+ \S+\] "[^\n]*\n\n)+$/);
  expect(text).toContain(`"set" "${key}" "a \\"b\\""`);
  leave.abort();
});

describe('@upstash/realtime', () => {
  const schema = { ship: { arrived: z.object({ name: z.string() }) } };

  it('emits, delivers, and replays its history', async () => {
    const realtime = new Realtime({ schema, redis: upstash(), history: { maxLength: 10 } });
    const channel = realtime.channel(unique('quay'));
    await channel.emit('ship.arrived', { name: 'Anna' });
    const taken: string[] = [];
    const stop = await channel.subscribe({
      events: ['ship.arrived'],
      history: true,
      onData: ({ data }) => taken.push(data.name),
    });
    await channel.emit('ship.arrived', { name: 'Berta' });
    await vi.waitFor(() => expect(taken).toEqual(['Anna', 'Berta']), SOON);
    expect((await channel.history()).map(({ data }) => data)).toEqual([{ name: 'Anna' }, { name: 'Berta' }]);
    stop();
  });

  it('serves browsers', async () => {
    const realtime = new Realtime({ schema, redis: upstash() });
    const name = unique('quay');
    const leave = new AbortController();
    const request = new Request(`http://app.example/?channel=${name}`, { signal: leave.signal });
    const response = await handle({ realtime })(request);
    let text = '';
    for await (const chunk of response?.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk;
      if (text.includes('"connected"') && !text.includes('Carla'))
        await realtime.channel(name).emit('ship.arrived', { name: 'Carla' });
      if (text.includes('Carla')) break;
    }
    expect(text).toContain('"event":"ship.arrived"');
    leave.abort();
  });
});

describe('a command that waits', () => {
  it('is woken by a push of another request, while others wait too', async () => {
    const queues = Array.from({ length: 5 }, () => unique('queue'));
    const waiting = queues.map((queue) => gateway.ask(`/redis/@live/blpop/${queue}/20`));
    await vi.waitFor(async () => expect(await blocked()).toBe(5), SOON);
    for (const queue of queues) await upstash().rpush(queue, 'work');
    expect(await Promise.all(waiting)).toEqual(
      queues.map((queue) => ({ status: 200, body: { result: [queue, 'work'] } })),
    );
  });

  it('by the package, late', async () => {
    const queue = unique('queue');
    const waiting = upstash().exec<[string, string]>(['BLPOP', queue, 10]);
    await delay(1500);
    await upstash().rpush(queue, { job: 1 });
    expect(await waiting).toEqual([queue, { job: 1 }]);
  });

  it('is a stream’s, by the package', async () => {
    const stream = unique('stream');
    const redis = upstash();
    const waiting = redis.exec(['XREAD', 'BLOCK', 10_000, 'STREAMS', stream, '$']);
    await vi.waitFor(async () => expect(await blocked()).toBe(1), SOON);
    const id = await redis.xadd(stream, '*', { a: 1 });
    expect(await waiting).toEqual([[stream, [[id, ['a', 1]]]]]);
  });

  it('ends with nothing when its time is up: its own, or the request’s', async () => {
    const own = await gateway.ask(`/redis/@live/brpop/${unique('queue')}/0.2`);
    expect(own).toEqual({ status: 200, body: { result: null } });
    const headers = { 'Fairlead-Timeout-Ms': '1000' };
    const whole = await gateway.ask(`/redis/@live/bzpopmin/${unique('set')}/0`, { headers });
    expect(whole).toEqual({ status: 200, body: { result: null } });
    const longer = await gateway.ask(`/redis/@live/brpop/${unique('queue')}/5`, { headers });
    expect([longer.status, longer.body.detail]).toEqual([
      400,
      expect.stringContaining('Fairlead-Timeout-Ms'),
    ]);
  });

  it('ends in the server when its caller leaves, and takes nothing then', async () => {
    const queue = unique('queue');
    const leave = new AbortController();
    const response = await gateway.fetch(`/redis/@live/blpop/${queue}/25`, { signal: leave.signal });
    expect(response.status).toBe(200);
    expect(await blocked()).toBe(1);
    leave.abort();
    await vi.waitFor(async () => expect(await blocked()).toBe(0), SOON);
    await direct.rpush(queue, 'kept');
    expect(await direct.lrange(queue, 0, -1)).toEqual(['kept']);
  });
});
