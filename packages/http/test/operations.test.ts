// What operators ask of the gateway: connections, pools, figures; and who may.
import {
  limitsOf,
  type MooringNamespace,
  type PoolOptions,
  type PoolStats,
  pooledConnector,
} from '@fairlead/mooring';
import { createRoute } from '@hono/zod-openapi';
import { describe, expect, it, vi } from 'vitest';
import {
  createApp,
  defineRoutes,
  openApiDocument,
  operationRoutes,
  problemResponses,
  type RouteModule,
} from '../src/index.ts';
import { metricFamilies } from '../src/operations/metrics/families.ts';
import { openMetrics } from '../src/operations/metrics/open-metrics.ts';
import { RequestCounters } from '../src/operations/metrics/request-counters.ts';

const demo: RouteModule = defineRoutes({
  prefix: '/demo',
  protocol: 'demo',
  schemes: ['demo:'],
  description: 'A protocol whose connections can be pooled',
  async pool(namespace, url, { pool = {} }) {
    if (url.includes('broken')) throw new Error(`no pool for ${url}`);
    const settings = { url, options: {} };
    const target = { protocol: 'demo', settings, limits: limitsOf(pool as PoolOptions), timeoutMs: 1_000 };
    return {
      connector: pooledConnector(namespace, target, () => ({
        take: () => [],
        greet: () => new Uint8Array(),
      })),
    };
  },
  register: () => undefined,
});

const stats: PoolStats = {
  open: 3,
  idle: 1,
  inUse: 2,
  opening: 1,
  waiting: 7,
  longestWaitMs: 250,
  oldestMs: 60_000,
  roundTripMs: 4,
  startedAt: Date.UTC(2026, 0, 1),
  opened: 9,
  borrowed: 1_000,
  overloaded: 5,
  timeouts: 2,
  failures: { connect_failed: 3 },
  errors: { timeout: 2, overloaded: 5 },
};

/** What the objects of a namespace do, in the order in which they are asked for. */
function namespaceOf(...objects: readonly (() => Promise<unknown>)[]): MooringNamespace {
  const ids: string[] = [];
  return {
    idFromName: (name) => name,
    get: (id: string) => {
      if (!ids.includes(id)) ids.push(id);
      const answer = objects[ids.indexOf(id)] ?? (async () => undefined);
      return { stats: answer, drain: answer };
    },
  };
}

const routes = [demo];
const app = createApp({ routes: [...routes, ...operationRoutes(routes)] });

const tokens = [
  ['all', 'admin'],
  ['lister', 'admin:connections'],
  ['one', 'admin:connections:two', 'admin:metrics:two', 'admin:drain:two'],
  ['other', 'demo', 'admin:connections:absent'],
].map(([name = '', ...scopes]) => ({ name, token: `token-${name}`, scopes }));

async function get(
  path: string,
  token = 'all',
  objects: readonly (() => Promise<unknown>)[] = [],
  method = 'GET',
) {
  const env = {
    FAIRLEAD_TOKENS: tokens,
    FAIRLEAD_CONNECTIONS: {
      two: {
        url: 'demo://app:s3cret-pw@db.example.com:7000',
        pool: { max: 5, shards: 2, jurisdiction: 'eu' },
      },
      direct: { url: 'demo://app:s3cret-pw@db.example.com:7001', pool: false },
      broken: 'demo://app:s3cret-pw@broken.example.com:7002',
    },
    MOORING: { ...namespaceOf(), jurisdiction: () => namespaceOf(...objects) },
  };
  const headers = { Authorization: `Bearer token-${token}` };
  // Over the network a POST without a body has an empty one.
  const body = method === 'POST' ? { body: '' } : {};
  const response = await app.request(path, { method, headers, ...body }, env);
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json');
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: isJson ? JSON.parse(text) : undefined,
  };
}

describe('GET /connections', () => {
  it('tells what is configured and what the pools do, without credentials', async () => {
    const { status, text, body } = await get('/connections', 'lister', [async () => stats]);
    expect(status).toBe(200);
    expect(text).not.toMatch(/s3cret-pw|app:/);
    const { startedAt: _, ...figures } = stats;
    expect(body.connections).toEqual([
      {
        name: 'two',
        protocol: 'demo',
        host: 'db.example.com',
        port: 7000,
        pooled: true,
        limits: {
          max: 5,
          idleSeconds: 60,
          maxAgeSeconds: 900,
          waitMs: 10_000,
          maxWaiting: 2_000,
          shards: 2,
          jurisdiction: 'eu',
        },
        shards: [
          { shard: 0, running: true, ...figures, startedAt: '2026-01-01T00:00:00.000Z' },
          { shard: 1, running: false },
        ],
      },
      { name: 'direct', protocol: 'demo', host: 'db.example.com', port: 7001, pooled: false },
      expect.objectContaining({
        name: 'broken',
        pooled: true,
        shards: [
          { shard: 0, error: expect.stringMatching(/^no pool for demo:\/\/\*\*\*@connection "broken"/) },
        ],
      }),
    ]);
  });

  it('knows no pool without a binding, and none behind a connector of the gateway’s own', async () => {
    const connector = async () => Promise.reject(new Error('not dialled'));
    const own = createApp({ routes: [...routes, ...operationRoutes(routes)], connector });
    const FAIRLEAD_CONNECTIONS = {
      usual: 'demo://db.example.com:1',
      said: { url: 'demo://db.example.com:1', pool: true },
    };
    const env = { FAIRLEAD_TOKENS: tokens, FAIRLEAD_CONNECTIONS };
    const pooled = async (gateway: typeof app, more: object) => {
      const init = { headers: { Authorization: 'Bearer token-all' } };
      const { connections } = (await (
        await gateway.request('/connections', init, { ...env, ...more })
      ).json()) as { connections: { pooled: boolean }[] };
      return connections.map((connection) => connection.pooled);
    };
    expect(await pooled(app, { MOORING: namespaceOf() })).toEqual([true, true]);
    expect(await pooled(app, {})).toEqual([false, false]);
    expect(await pooled(own, { MOORING: namespaceOf() })).toEqual([false, false]);
  });

  it('says where the runtime has no jurisdictions', async () => {
    const env = {
      FAIRLEAD_TOKENS: tokens,
      FAIRLEAD_CONNECTIONS: { main: { url: 'demo://db.example.com:1', pool: { jurisdiction: 'eu' } } },
      MOORING: namespaceOf(),
    };
    const init = { headers: { Authorization: 'Bearer token-all' } };
    const body = await (await app.request('/connections', init, env)).json();
    const error = expect.stringContaining('does not offer the jurisdiction "eu"');
    expect(body).toMatchObject({ connections: [{ shards: [{ shard: 0, error }] }] });
  });

  it('waits two seconds for an object, and fails with none', async () => {
    const silent = () => new Promise(() => undefined);
    const failing = async () => Promise.reject(new Error('reset at db.example.com:7000'));
    const since = Date.now();
    const { body } = await get('/connections?connection=two', 'all', [silent, failing]);
    expect(Date.now() - since).toBeLessThan(3_000);
    expect(body.connections).toHaveLength(1);
    expect(body.connections[0].shards).toEqual([
      { shard: 0, error: 'The object did not answer in 2000 ms.' },
      { shard: 1, error: 'reset at connection "two"' },
    ]);
  });

  it('shows a token what it may see', async () => {
    const { body } = await get('/connections', 'one');
    expect(body.connections.map(({ name }: { name: string }) => name)).toEqual(['two']);
    expect(await get('/connections', 'other')).toMatchObject({
      status: 403,
      body: {
        needs: 'admin:connections:*',
        detail: expect.stringContaining('admin:connections:<connection> of every one'),
      },
    });
    const named = await get('/connections?connection=direct', 'one');
    expect(named).toMatchObject({ status: 403, body: { needs: 'admin:connections:direct' } });
    expect((await get('/connections?connection=absent', 'other')).status).toBe(404);
    expect((await get('/connections?conection=two')).status).toBe(400);
  });
});

describe('an entry’s pool', () => {
  const idle: RouteModule = defineRoutes({
    ...demo,
    prefix: '/idle',
    protocol: 'idle',
    schemes: ['idle:'],
    defaultPort: 1,
    poolDefaults: { max: 5, idleSeconds: 50 },
    register(app) {
      const responses = { 200: { description: 'Done' }, ...problemResponses() };
      app.openapi(createRoute({ method: 'get', path: '/', responses }), (c) => c.text('done', 200));
    },
  });
  const direct: RouteModule = { ...idle, prefix: '/direct', protocol: 'direct', schemes: ['direct:'] };
  const { pool: _, ...unpooled } = direct;
  const all = [idle, unpooled];
  const gateway = createApp({ routes: [...all, ...operationRoutes(all)] });
  const ask = async (entry: object | string, binding: unknown = namespaceOf()) => {
    const env = { FAIRLEAD_TOKENS: tokens, FAIRLEAD_CONNECTIONS: { main: entry }, MOORING: binding };
    const init = { headers: { Authorization: 'Bearer token-all' } };
    const silent = vi.spyOn(console, 'error').mockImplementation(() => {});
    const answer = await gateway.request('/connections', init, env as object);
    silent.mockRestore();
    return (await answer.json()) as { detail?: string; connections?: object[] };
  };

  it.each([
    [{ max: '5' }, /main\.pool\.max is wrong: .*expected number, received string/],
    [{ locationHint: 'west' }, /main\.pool\.locationHint is wrong: .*"wnam"\|"enam"/],
    [{ jurisdiction: 'de' }, /main\.pool\.jurisdiction is wrong: .*"eu"\|"us"\|"fedramp"/],
    [{ maxx: 5 }, /main\.pool is wrong: .*"maxx"/],
    [{ shards: 6 }, /main\.pool\.shards is wrong: is more than max, which is 5/],
    [null, /main\.pool is wrong: must be true, false or an object of limits/],
    ['off', /main\.pool is wrong: must be true, false or an object of limits/],
    [[], /main\.pool is wrong: must be true, false or an object of limits/],
  ])('is refused by its member and with what is allowed: %j', async (pool, detail) => {
    expect(await ask({ url: 'idle://h', pool })).toMatchObject({
      code: 'config',
      detail: expect.stringMatching(detail),
    });
  });

  it('holds the location, and stands only where the protocol has pools', async () => {
    expect(await ask({ url: 'idle://h', locationHint: 'weur' })).toMatchObject({
      detail: expect.stringContaining('main.locationHint is wrong: stands in the member "pool"'),
    });
    expect(await ask({ url: 'direct://h', pool: { max: 2 } })).toMatchObject({
      detail: expect.stringContaining('main.pool is wrong: is not for this protocol'),
    });
    const direct = { name: 'main', pooled: false };
    expect(await ask({ url: 'direct://h', pool: false })).toMatchObject({ connections: [direct] });
    expect(await ask('direct://h')).toMatchObject({ connections: [direct] });
  });

  it('has the protocol’s own defaults', async () => {
    const limits = { max: 5, idleSeconds: 50, maxAgeSeconds: 900 };
    expect(await ask('idle://h')).toMatchObject({ connections: [{ limits }] });
    expect(await ask({ url: 'idle://h', pool: { max: 8, shards: 8 } })).toMatchObject({
      connections: [{ limits: { ...limits, max: 8, shards: 8 } }],
    });
  });

  it('needs a binding that is a namespace', async () => {
    const error = expect.stringContaining('MOORING is no Durable Object namespace');
    expect(await ask('idle://h', 'mooring')).toMatchObject({
      connections: [{ shards: [{ shard: 0, error }] }],
    });
  });

  it('is told in the OpenAPI document: 503, however often it is made', async () => {
    await openApiDocument(all, { openapi: '3.1.0', info: { title: 'T', version: '1' } });
    const { paths = {} } = await openApiDocument(all, {
      openapi: '3.1.0',
      info: { title: 'T', version: '1' },
    });
    expect(paths['/idle']?.get?.responses).toMatchObject({
      503: { description: expect.stringContaining('No connection was free in time') },
    });
    expect(JSON.stringify(paths['/direct']?.get?.responses)).not.toContain('No connection was free in time');
    expect(paths['/idle']?.get?.parameters).toHaveLength(3);
  });
});

describe('POST /connections/{name}/drain', () => {
  it('asks each object', async () => {
    const { body } = await get('/connections/two/drain', 'one', [async () => 3, async () => 0], 'POST');
    expect(body).toEqual({
      connection: 'two',
      shards: [
        { shard: 0, closing: 3 },
        { shard: 1, closing: 0 },
      ],
    });
  });

  it('needs its scope, a connection and a pool', async () => {
    const drain = (name: string, token: string) => get(`/connections/${name}/drain`, token, [], 'POST');
    expect(await drain('two', 'lister')).toMatchObject({ status: 403, body: { needs: 'admin:drain:two' } });
    expect((await drain('absent', 'all')).status).toBe(404);
    expect(await drain('direct', 'all')).toMatchObject({ status: 400, body: { code: 'invalid' } });
    expect((await get('/connections/two/drain')).status).toBe(405);
  });
});

describe('GET /metrics', () => {
  it('is OpenMetrics text', async () => {
    await get('/connections/absent/drain', 'all', [], 'POST');
    const { headers, text } = await get('/metrics', 'all', [async () => stats]);
    expect(headers.get('content-type')).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
    const labels = 'connection="two",protocol="demo",shard="0"';
    for (const line of [
      '# TYPE fairlead_pool_connections gauge',
      `fairlead_pool_connections{${labels},state="in_use"} 2`,
      `fairlead_pool_longest_wait_seconds{${labels}} 0.25`,
      `fairlead_pool_round_trip_seconds{${labels}} 0.004`,
      `fairlead_pool_start_time_seconds{${labels}} 1767225600`,
      '# TYPE fairlead_pool_borrowed counter',
      `fairlead_pool_borrowed_total{${labels}} 1000`,
      `fairlead_pool_errors_total{${labels},code="timeout"} 2`,
      'fairlead_pool_up{connection="two",protocol="demo",shard="1"} 1',
      'fairlead_pool_up{connection="broken",protocol="demo",shard="0"} 0',
    ]) {
      expect(text.split('\n')).toContain(line);
    }
    expect(text).toMatch(/\nfairlead_requests_total\{scope="isolate",protocol="admin",status="404"\} \d+\n/);
    expect(text).toMatch(
      /\nfairlead_request_errors_total\{scope="isolate",protocol="admin",code="not_found"\} [1-9]\d*\n/,
    );
    expect(text).toMatch(/\nfairlead_isolate_start_time_seconds\{scope="isolate"\} 1\d{9}/);
    expect(text).toMatch(/# EOF\n$/);
    // Each family once, its samples in one piece.
    const families = text.split('\n').flatMap((line) => /^# TYPE (\S+)/.exec(line)?.[1] ?? []);
    expect(new Set(families).size).toBe(families.length);
    const names = text.split('\n').flatMap((line) => /^([a-z_]+)/.exec(line)?.[1] ?? []);
    const runs = names.filter((name, i) => name !== names[i - 1]);
    expect(new Set(runs).size).toBe(runs.length);
  });

  it('counts durations in buckets that hold all smaller ones', () => {
    const requests = new RequestCounters();
    for (const ms of [3, 5, 6, 700, 45_000]) requests.note('demo', 200, ms);
    requests.fail('demo', 'timeout');
    const text = openMetrics(metricFamilies([], requests));
    const bucket = (le: string) =>
      `fairlead_request_duration_seconds_bucket{scope="isolate",protocol="demo",le="${le}"}`;
    for (const line of [
      '# TYPE fairlead_request_duration_seconds histogram',
      `${bucket('0.005')} 2`,
      `${bucket('0.01')} 3`,
      `${bucket('0.5')} 3`,
      `${bucket('1')} 4`,
      `${bucket('30')} 4`,
      `${bucket('+Inf')} 5`,
      'fairlead_request_duration_seconds_sum{scope="isolate",protocol="demo"} 45.714',
      'fairlead_request_duration_seconds_count{scope="isolate",protocol="demo"} 5',
      'fairlead_request_errors_total{scope="isolate",protocol="demo",code="timeout"} 1',
    ]) {
      expect(text.split('\n')).toContain(line);
    }
  });

  it('tells what open streams have carried so far, and what ended ones have', () => {
    const requests = new RequestCounters();
    let bytesOut = 10;
    const flow = requests.open('demo', () => ({ bytesIn: 5, bytesOut }));
    requests.open('demo', () => ({ bytesIn: undefined, bytesOut: 1 }));
    const lines = () => openMetrics(metricFamilies([], requests)).split('\n');
    const line = (name: string, direction: string, value: number) =>
      `fairlead_${name}{scope="isolate",protocol="demo",direction="${direction}"} ${value}`;
    expect(lines()).toContain('fairlead_open_streams{scope="isolate",protocol="demo"} 2');
    bytesOut = 40;
    expect(lines()).toEqual(
      expect.arrayContaining([line('open_stream_bytes', 'in', 5), line('open_stream_bytes', 'out', 41)]),
    );
    flow.end({ bytesIn: 7, bytesOut });
    expect(lines()).toEqual(
      expect.arrayContaining([
        line('open_stream_bytes', 'in', 0),
        line('open_stream_bytes', 'out', 1),
        line('stream_bytes_total', 'in', 7),
        line('stream_bytes_total', 'out', 40),
      ]),
    );
  });

  it('shows a token the pools that it may see, and no requests', async () => {
    const { text } = await get('/metrics', 'one', [async () => stats]);
    expect(text).toContain('connection="two"');
    expect(text).not.toMatch(/broken|isolate/);
    expect(await get('/metrics', 'lister')).toMatchObject({
      status: 403,
      body: { needs: 'admin:metrics:*' },
    });
  });

  it('escapes labels and texts', () => {
    const samples = [{ labels: { a: 'x"y\\z\nw' }, value: 1 }];
    expect(openMetrics([{ name: 'n', type: 'gauge', help: 'h\n"', samples }])).toBe(
      '# TYPE n gauge\n# HELP n h\\n\\"\nn{a="x\\"y\\\\z\\nw"} 1\n# EOF\n',
    );
  });
});
