// `mongodb+srv://`: the records that are asked for, those that are refused, and how long they are kept.
import { describe, expect, it, vi } from 'vitest';
import { lookUp } from '../../src/dns/resolver.ts';
import { resolveSeeds } from '../../src/dns/seed-list.ts';
import { readSettings } from '../../src/options/read-settings.ts';
import type { Discovery } from '../../src/options/settings.ts';
import { within } from '../topology/fake-servers.ts';
import { answer, resolverOf, type Zone } from './messages.ts';

const discovery = { openTopology: () => undefined } as unknown as Discovery;
let resolvers = 0;

/** Each with an address of its own, so that no test meets another's cache. */
const ownUrl = (): string => `https://resolver${++resolvers}.test/dns-query`;

function resolve(url: string, zone: Zone, resolver = { url: ownUrl(), ...resolverOf(zone) }) {
  const { srv } = readSettings(url, { discovery });
  if (!srv) throw new Error('no SRV name');
  return resolveSeeds(srv, resolver, within(1_000));
}

const srvOf = (host: string, ...targets: string[]): Zone => ({ srv: { [`_mongodb._tcp.${host}`]: targets } });

describe('seeds', () => {
  it('are the targets of the SRV records, with the options of the TXT record', async () => {
    const zone: Zone = {
      srv: { '_mongodb._tcp.cluster.example.com': ['27018 B.example.com', '27017 a.sub.example.com'] },
      txt: { 'cluster.example.com': [['replicaS', 'et=rs0&auth', 'Source=users']] },
    };
    const settings = await resolve('mongodb+srv://u:p@Cluster.example.com/shop', zone);
    expect(settings).toMatchObject({
      seeds: [
        { hostname: 'b.example.com', port: 27_018 },
        { hostname: 'a.sub.example.com', port: 27_017 },
      ],
      srv: undefined,
      tls: true,
      replicaSet: 'rs0',
      credentials: { source: 'users' },
      database: 'shop',
    });
  });

  it('come from the service that was named', async () => {
    const zone: Zone = { srv: { '_customname._tcp.c.example.com': ['1 a.example.com'] } };
    expect((await resolve('mongodb+srv://c.example.com/?srvServiceName=customname', zone)).seeds.length).toBe(
      1,
    );
  });

  it.each(['a.b', '-a', 'a-', 'a--b', '1', 'a%20b', 'x'.repeat(63)])(
    'of the service %s are not asked for',
    async (name) => {
      await expect(resolve(`mongodb+srv://c.example.com/?srvServiceName=${name}`, {})).rejects.toMatchObject({
        code: 'usage',
      });
    },
  );

  it.each<[host: string, target: string]>([
    ['localhost', 'mongo.localhost'],
    ['mongo.local', 'a.mongo.local'],
    ['a.example.com', 'a.example.com'],
    ['a.b.example.com', 'x.y.b.example.com'],
  ])('of %s may be %s', async (host, target) => {
    expect((await resolve(`mongodb+srv://${host}`, srvOf(host, `1 ${target}`))).seeds[0]?.hostname).toBe(
      target,
    );
  });

  it.each<[host: string, target: string]>([
    ['localhost', 'localhost.mongodb'],
    ['mongo.local', 'test_1.evil.local'],
    ['blogs.mongodb.com', 'blogs.evil.com'],
    ['localhost', 'localhost'],
    ['mongo.local', 'mongo.local'],
    ['localhost', 'test_1.cluster_1localhost'],
    ['mongo.local', 'test_1.my_hostmongo.local'],
    ['blogs.mongodb.com', 'cluster.testmongodb.com'],
    ['a.b.example.com', 'a.c.example.com'],
    ['a.b.example.com', 'b.example.com'],
    ['a.example.com', 'a.example.com.evil.net'],
  ])('of %s must not be %s', async (host, target) => {
    const zone = srvOf(host, `1 x.${host}`, `1 ${target}`);
    await expect(resolve(`mongodb+srv://${host}`, zone)).rejects.toMatchObject({
      code: 'connect_failed',
      message: expect.stringContaining('leads out of'),
      safeToRetry: true,
    });
  });

  it.each<[why: string, zone: Zone]>([
    ['no SRV records', {}],
    [
      'more than one TXT record',
      {
        ...srvOf('c.example.com', '1 a.example.com'),
        txt: { 'c.example.com': [['replicaSet=a'], ['authSource=b']] },
      },
    ],
    [
      'do not go with its options',
      { ...srvOf('c.example.com', '1 a.example.com'), txt: { 'c.example.com': [['ssl=false']] } },
    ],
    [
      'do not go with its options',
      { ...srvOf('c.example.com', '1 a.example.com'), txt: { 'c.example.com': [['authSource']] } },
    ],
    ['no address', srvOf('c.example.com', '0 a.example.com')],
    ['leads out of', srvOf('c.example.com', '1 ')],
  ])('are refused: %s', async (why, zone) => {
    await expect(resolve('mongodb+srv://c.example.com', zone)).rejects.toMatchObject({
      code: 'connect_failed',
      message: expect.stringContaining(why),
    });
  });

  it('are as many as srvMaxHosts says, drawn anew each time', async () => {
    const targets = Array.from({ length: 20 }, (_, i) => `1 h${i}.example.com`);
    const zone = srvOf('c.example.com', ...targets);
    const draw = async (max: number) => {
      const { seeds } = await resolve(`mongodb+srv://c.example.com/?srvMaxHosts=${max}`, zone);
      return seeds.map(({ hostname }) => hostname);
    };
    expect((await draw(0)).length).toBe(20);
    expect(new Set(await draw(30)).size).toBe(20);
    const three = await draw(3);
    expect(new Set(three).size).toBe(3);
    const draws = await Promise.all(Array.from({ length: 8 }, () => draw(3)));
    expect(new Set(draws.map(String)).size).toBeGreaterThan(1);
  });
});

describe('the resolver', () => {
  it('is asked once in the time that the records say, and for an hour at most', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      const zone = srvOf('c.example.com', '1 a.example.com');
      const resolver = { url: ownUrl(), ...resolverOf(zone, 100) };
      for (let i = 0; i < 3; i++) await resolve('mongodb+srv://c.example.com', zone, resolver);
      expect(resolver.asked).toEqual(['SRV _mongodb._tcp.c.example.com', 'TXT c.example.com']);
      vi.advanceTimersByTime(61_000);
      await resolve('mongodb+srv://c.example.com', zone, resolver);
      expect(resolver.asked.length).toBe(3);
      vi.advanceTimersByTime(100_000);
      await resolve('mongodb+srv://c.example.com', zone, resolver);
      expect(resolver.asked.length).toBe(5);
      const long = { url: ownUrl(), ...resolverOf(zone, 1_000_000) };
      await lookUp(long, '_mongodb._tcp.c.example.com', 'SRV', within(1_000));
      vi.advanceTimersByTime(3_601_000);
      await lookUp(long, '_mongodb._tcp.c.example.com', 'SRV', within(1_000));
      expect(long.asked.length).toBe(2);
    } finally {
      vi.useRealTimers();
    }
  });

  it('is asked each time where the TTL is 0, and after a failure', async () => {
    const resolver = { url: ownUrl(), ...resolverOf(srvOf('c.example.com', '1 a.example.com'), 0) };
    for (let i = 0; i < 2; i++) await lookUp(resolver, '_mongodb._tcp.c.example.com', 'SRV', within(1_000));
    expect(resolver.asked.length).toBe(2);
  });

  it('is asked at the address that was given, whose query stays', async () => {
    const urls: string[] = [];
    const fetch = async (url: string, init: RequestInit) => {
      urls.push(url);
      expect(new Headers(init.headers).get('accept')).toBe('application/dns-message');
      return new Response(Uint8Array.from(answer('a', 16, [])));
    };
    await lookUp({ url: 'https://r.test/q?key=1', fetch }, 'a', 'TXT', within(1_000));
    expect(urls).toEqual(['https://r.test/q?key=1&dns=AAABAAABAAAAAAAAAWEAABAAAQ']);
  });

  const respond = (response: () => Response) => ({ url: ownUrl(), fetch: async () => response() });

  it.each<[why: string, response: () => Response]>([
    ['status 500', () => new Response('no', { status: 500 })],
    ['status 302', () => new Response(null, { status: 302, headers: { location: 'https://evil.test' } })],
    ['no DNS message', () => new Response('<html>')],
    ['too long', () => new Response(new Uint8Array(70_000))],
    ['error 2', () => new Response(Uint8Array.from(answer('a', 33, [], 0x8182)))],
    [
      'too long',
      () =>
        new Response(
          new ReadableStream({
            pull: (controller) => controller.enqueue(new Uint8Array(10_000)),
          }),
        ),
    ],
  ])('may fail: %s', async (why, response) => {
    await expect(lookUp(respond(response), 'a', 'SRV', within(1_000))).rejects.toMatchObject({
      code: 'connect_failed',
      message: expect.stringContaining(why),
      safeToRetry: true,
    });
  });

  it('is waited for no longer than the call may, and told that it was given up', async () => {
    let signal: AbortSignal | null | undefined;
    const fetch = (_url: string, init: RequestInit) => {
      signal = init.signal;
      return new Promise<Response>(() => undefined);
    };
    const silent = { url: ownUrl(), fetch };
    await expect(lookUp(silent, 'a', 'SRV', within(20))).rejects.toMatchObject({
      code: 'connect_timeout',
      safeToRetry: true,
    });
    expect(signal?.aborted).toBe(true);
    const controller = new AbortController();
    const waiting = lookUp(silent, 'a', 'SRV', within(1_000, controller.signal));
    controller.abort(new Error('gone'));
    await expect(waiting).rejects.toThrow('gone');
  });
});
