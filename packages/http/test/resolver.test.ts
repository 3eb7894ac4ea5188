// Names that callers choose, resolved before they are dialled: what is refused, which address is dialled, what is remembered.
import type { Connector } from '@fairlead/transport';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { checkResolved, createApp, defineRoutes, resolveAddress, resolveTarget } from '../src/index.ts';
import { a, aaaa, answerTo, cname, questionOf, type TestRecord } from './dns-answers.ts';

const RESOLVER = 'https://dns.example/dns-query';
const NOW = Date.parse('2026-06-01T00:00:00Z');
const dialled: string[] = [];
const connector: Connector = async ({ hostname, port }, options) => {
  const { servername } = options?.tlsOptions ?? {};
  const verified = servername === undefined ? '' : ` for ${servername}`;
  dialled.push(`${options?.tls ?? 'off'} ${hostname} ${port}${verified}`);
  return {} as Awaited<ReturnType<Connector>>;
};

const dialling = defineRoutes({
  prefix: '/dial',
  protocol: 'demo',
  schemes: ['demo:'],
  defaultPort: 7000,
  description: 'Dials',
  register(app) {
    app.get('/url', async (c) => {
      const target = resolveTarget(c, { action: 'read' });
      resolveTarget(c, { action: 'write' });
      const tls = c.req.query('tls') as 'implicit' | undefined;
      await c.get('connector')(target.address, tls === undefined ? {} : { tls });
      return c.text('dialled');
    });
    app.get('/socket', async (c) => {
      await checkResolved(c, resolveTarget(c, { action: 'read' }));
      return c.text('checked');
    });
    app.get('/:host', async (c) => {
      const address = resolveAddress(c, 'demo', 'read', { hostname: c.req.param('host'), port: 7000 });
      await c.get('connector')(address);
      return c.text('dialled');
    });
  },
});
const app = createApp({ routes: [dialling], connector });

let records: Record<string, readonly TestRecord[]>;
let asked: string[];
let number = 0;

/** Each call has a resolver of its own, of which nothing is remembered, unless it names one. */
async function get(path: string, { url = '', env = {}, resolver = RESOLVER } = {}) {
  number += 1;
  const own = resolver === RESOLVER ? `${RESOLVER}?${number}` : resolver;
  const headers = { Authorization: 'Bearer t', ...(url === '' ? {} : { 'Fairlead-Url': url }) };
  const response = await app.request(
    path,
    { headers },
    {
      FAIRLEAD_TOKENS: [{ name: 't', token: 't', scopes: ['*'] }],
      FAIRLEAD_TARGETS: ['*:*'],
      FAIRLEAD_CONNECTIONS: { main: 'demo://rebind.test.example.com' },
      FAIRLEAD_RESOLVER: { url: own },
      ...env,
    },
  );
  const text = await response.text();
  return { status: response.status, text, ...(text.startsWith('{') ? JSON.parse(text) : {}) };
}

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  vi.useFakeTimers({ now: NOW, toFake: ['Date'] });
  dialled.length = 0;
  asked = [];
  records = {
    'db.example.com': [cname(), a('93.184.215.14'), a('93.184.215.15'), aaaa('2606:4700:0:0:0:0:0:1111')],
    'six.example.com': [aaaa('2606:4700:0:0:0:0:0:1111')],
    'rebind.example.com': [a('93.184.215.14'), a('10.0.0.1')],
    'six-private.example.com': [a('93.184.215.14'), aaaa('fd00:0:0:0:0:0:0:1')],
    'mapped.example.com': [aaaa('0:0:0:0:0:ffff:a9fe:a9fe')],
    'loop.example.com': [a('127.0.0.1')],
    'metadata.example.com': [a('169.254.169.254')],
    'nat64.example.com': [aaaa('64:ff9b:0:0:0:0:a00:1')],
    'zero.example.com': [a('93.184.215.14', 0)],
  };
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (_url, init) => {
    const query = new Uint8Array(init?.body as Uint8Array);
    const { name, type } = questionOf(query);
    asked.push(`${name} ${type}`);
    const found = records[name];
    const body = answerTo(
      query,
      found?.filter((record) => record.type === type || record.type === 5) ?? [],
      found ? 0 : 3,
    );
    return new Response(body, { headers: { 'Content-Type': 'application/dns-message' } });
  });
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('a name', () => {
  it('is dialled by its checked address in clear, and by itself with TLS', async () => {
    expect((await get('/dial/db.example.com')).status).toBe(200);
    expect((await get('/dial/six.example.com')).status).toBe(200);
    expect((await get('/dial/url', { url: 'demo://u:p@DB.example.com/x' })).status).toBe(200);
    expect((await get('/dial/url?tls=implicit', { url: 'demo://db.example.com' })).status).toBe(200);
    expect((await get('/dial/url?tls=starttls', { url: 'demo://db.example.com' })).status).toBe(200);
    expect(dialled).toEqual([
      'off 93.184.215.14 7000',
      'off 2606:4700::1111 7000',
      'off 93.184.215.14 7000',
      'implicit db.example.com 7000',
      'starttls db.example.com 7000',
    ]);
  });

  it('is dialled by its checked address with TLS too, verified for the name, where the TLS is the gateway’s own', async () => {
    const ownTls = { FAIRLEAD_RESOLVER: { url: RESOLVER, ownTls: true } };
    for (const path of ['/dial/url?tls=implicit', '/dial/url?tls=starttls', '/dial/url'])
      expect((await get(path, { url: 'demo://DB.example.com', env: ownTls })).status).toBe(200);
    expect((await get('/dial/url?tls=implicit', { url: 'demo://[2001:db8::1]', env: ownTls })).status).toBe(
      403,
    );
    expect((await get('/dial/url?tls=implicit', { url: 'demo://8.8.8.8', env: ownTls })).status).toBe(200);
    expect(dialled).toEqual([
      'implicit 93.184.215.14 7000 for db.example.com',
      'starttls 93.184.215.14 7000 for db.example.com',
      'off 93.184.215.14 7000',
      'implicit 8.8.8.8 7000',
    ]);
  });

  it.each([
    ['rebind.example.com', 'private'],
    ['six-private.example.com', 'private (unique local)'],
    ['mapped.example.com', 'link-local'],
    ['loop.example.com', 'loopback'],
    ['metadata.example.com', 'link-local'],
    ['nat64.example.com', 'NAT64'],
  ])('that leads inside is refused, TLS or not: %s', async (name, kind) => {
    for (const [path, url] of [
      [`/dial/${name}`, ''],
      ['/dial/url?tls=implicit', `demo://${name}`],
      ['/dial/socket', `demo://${name}`],
    ] as const) {
      const { status, code, detail } = await get(path, { url });
      expect([status, code]).toEqual([403, 'policy']);
      expect(detail).toContain(`${name}:7000 leads to a ${kind} address`);
      expect(detail).not.toMatch(/10\.0\.0\.1|169\.254/);
    }
    expect(dialled).toEqual([]);
  });

  it('may lead to a private network that the list names, at its ports', async () => {
    const targets = (...list: string[]) => ({ env: { FAIRLEAD_TARGETS: list } });
    expect((await get('/dial/rebind.example.com', targets('*:*', '10.0.0.0/8:7000'))).status).toBe(200);
    expect((await get('/dial/rebind.example.com', targets('*:*', '10.0.0.0/8:7001'))).status).toBe(403);
    expect((await get('/dial/rebind.example.com', targets('*:*', '0.0.0.0/0:*'))).status).toBe(403);
    expect((await get('/dial/rebind.example.com', targets('rebind.example.com:7000'))).status).toBe(403);
  });

  it('that leads inside by its ending, and is listed as it is, is left to the platform', async () => {
    const env = { FAIRLEAD_TARGETS: ['db.internal:7000', 'redis:7000'] };
    expect((await get('/dial/db.internal', { env })).status).toBe(200);
    expect((await get('/dial/redis', { env })).status).toBe(200);
    expect(asked).toEqual([]);
    expect(dialled).toEqual(['off db.internal 7000', 'off redis 7000']);
  });

  it('without an address cannot be reached', async () => {
    expect(await get('/dial/none.example.com')).toMatchObject({
      status: 502,
      code: 'connect_failed',
      safeToRetry: true,
    });
  });
});

describe('what is not resolved', () => {
  it('is an address', async () => {
    expect((await get('/dial/93.184.215.14')).status).toBe(200);
    expect(dialled).toEqual(['off 93.184.215.14 7000']);
    expect(asked).toEqual([]);
  });

  it('is a named connection', async () => {
    expect((await get('/dial/url')).status).toBe(200);
    expect((await get('/dial/socket')).status).toBe(200);
    expect(dialled).toEqual(['off rebind.test.example.com 7000']);
    expect(asked).toEqual([]);
  });

  it('is anything, without the setting', async () => {
    const env = { FAIRLEAD_RESOLVER: undefined };
    expect((await get('/dial/rebind.example.com', { env })).status).toBe(200);
    expect((await get('/dial/socket', { env, url: 'demo://rebind.example.com' })).status).toBe(200);
    expect(asked).toEqual([]);
  });
});

describe('the resolver', () => {
  it('is asked again when the time to live is over, and each time where it is 0', async () => {
    const resolver = 'https://dns.example/kept';
    for (let i = 0; i < 3; i++) await get('/dial/db.example.com', { resolver });
    expect(asked).toEqual(['db.example.com 1', 'db.example.com 28']);
    vi.setSystemTime(NOW + 60_000);
    records['db.example.com'] = [a('10.1.1.1')];
    expect((await get('/dial/db.example.com', { resolver })).status).toBe(403);
    asked = [];
    for (let i = 0; i < 3; i++) await get('/dial/zero.example.com', { resolver });
    expect(asked).toHaveLength(6);
  });

  it.each<[string, () => Promise<Response>]>([
    ['is away', () => Promise.reject(new TypeError('Network connection lost.'))],
    ['answers 503', async () => new Response('', { status: 503 })],
    [
      'sends one elsewhere',
      async () => new Response(null, { status: 307, headers: { Location: 'https://evil.example' } }),
    ],
    ['answers HTML', async () => new Response('<html>')],
    ['answers nothing', async () => new Response('')],
    ['answers too much', async () => new Response(new Uint8Array(20_000))],
  ])('that %s lets nothing through', async (_what, answer) => {
    vi.mocked(fetch).mockImplementation(answer);
    expect(await get('/dial/db.example.com')).toMatchObject({
      status: 502,
      code: 'connect_failed',
      safeToRetry: true,
    });
    expect(dialled).toEqual([]);
  });

  it.each([
    ['in clear', 'http://dns.example.com/dns-query'],
    ['with a password', 'https://u:p@dns.example/dns-query'],
    ['that is a name', 'dns.example'],
  ])('%s is refused as a setting', async (_what, resolver) => {
    expect(await get('/dial/db.example.com', { resolver })).toMatchObject({ status: 500, code: 'config' });
  });

  it('may speak in clear inside', async () => {
    for (const resolver of [
      'http://127.0.0.1:8053/dns-query',
      'http://dns.svc.cluster.local/q',
      'http://[fd00::1]/q',
    ]) {
      expect((await get('/dial/db.example.com', { resolver })).status).toBe(200);
    }
  });
});
