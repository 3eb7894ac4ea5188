// The lines of the log: one a request, one for what may write; and the trace that both belong to.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { audit, createApp, defineRoutes, operationRoutes, resolveTarget } from '../src/index.ts';
import { ENV, post, sampleApp, TOKEN } from './sample.ts';

const SECRET = 'planted-s3cret';
const LOG = { access: true, audit: true };
const TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

let lines: Record<string, unknown>[] = [];
beforeEach(() => {
  lines = [];
  vi.spyOn(console, 'log').mockImplementation((text: string) => void lines.push(JSON.parse(text)));
});
afterEach(() => vi.restoreAllMocks());

const bearer = { Authorization: `Bearer ${TOKEN}` };
const logging = { ...ENV, FAIRLEAD_LOG: LOG };

describe('the access log', () => {
  it('is silent unless the operator asks for it', async () => {
    const response = await sampleApp({ log: [] }).request('/demo/do', post({ word: 'x' }), ENV);
    expect(response.status).toBe(200);
    expect(lines).toEqual([]);
  });

  it('has a line with the route, the token and the connection, and no word of the request', async () => {
    const app = sampleApp({ log: [] });
    const init = post({ word: SECRET }, { traceparent: TRACE, 'User-Agent': SECRET });
    const response = await app.request(`/demo/do?connection=main`, init, logging);
    expect(response.status).toBe(200);
    expect(lines).toEqual([
      {
        log: 'access',
        time: expect.stringMatching(/^20.*Z$/),
        requestId: response.headers.get('Fairlead-Request-Id'),
        method: 'POST',
        route: '/demo/do',
        protocol: 'demo',
        token: 'all',
        connection: 'main',
        status: 200,
        ms: expect.any(Number),
        traceId: TRACE.slice(3, 35),
        spanId: response.headers.get('traceparent')?.slice(36, 52),
        parentId: 'b7ad6b7169203331',
      },
    ]);
    expect(JSON.stringify(lines)).not.toContain(SECRET);
  });

  it.each([
    ['/demo/do', post({ word: 1 }), { route: '/demo/do', status: 400, code: 'invalid', token: 'all' }],
    ['/demo/rows', {}, { route: '/demo/rows', status: 401, code: 'unauthorized', method: 'GET' }],
    [`/demo/${SECRET}`, { headers: bearer }, { route: '/demo/*', status: 404, code: 'not_found' }],
    [`/${SECRET}`, {}, { route: '/*', status: 404, code: 'not_found' }],
    ['/demo/do', { method: 'PROPFIND' }, { method: 'OTHER', status: 401 }],
  ])('tells what was refused at %s', async (path, init, line) => {
    await sampleApp({ log: [] }).request(path, init, logging);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject(line);
    expect(JSON.stringify(lines).toLowerCase()).not.toContain(SECRET);
  });

  it('adds the User-Agent where the operator wants it', async () => {
    const env = { ...ENV, FAIRLEAD_LOG: { access: true, userAgent: true } };
    const headers = { ...bearer, 'User-Agent': 'curl' };
    await (await sampleApp({ log: [] }).request('/demo/rows', { headers }, env)).text();
    expect(lines[0]).toMatchObject({ userAgent: 'curl' });
  });

  it('tells of a stream when it ends, with the bytes that it sent', async () => {
    const app = sampleApp({
      log: [],
      async *lines() {
        yield '"one"';
        yield '"ü"';
      },
    });
    const response = await app.request('/demo/rows', { headers: bearer }, logging);
    expect(lines).toEqual([]);
    expect(await response.text()).toBe('"one"\n"ü"\n');
    expect(lines).toMatchObject([{ status: 200, route: '/demo/rows', bytesOut: 11 }]);
  });

  it('tells a stream’s late failure, and a reader who leaves', async () => {
    const late = sampleApp({
      log: [],
      async *lines() {
        yield '"one"';
        throw new Error(SECRET);
      },
    });
    vi.spyOn(console, 'error').mockImplementation(() => {});
    await (await late.request('/demo/rows', { headers: bearer }, logging)).text();
    expect(lines).toMatchObject([{ status: 200, code: 'internal' }]);
    const endless = sampleApp({
      log: [],
      async *events() {
        for (let n = 0; ; n++) yield { data: String(n) };
      },
    });
    const response = await endless.request('/demo/events', { headers: bearer }, logging);
    const reader = response.body?.getReader();
    await reader?.read();
    await reader?.cancel();
    expect(lines).toHaveLength(2);
    expect(lines[1]).toMatchObject({ route: '/demo/events', bytesOut: 9 });
  });

  it('tells of a WebSocket when it is closed', async () => {
    const app = sampleApp({
      log: [],
      dialogue: () => ({
        events: (async function* () {
          yield '"hello"';
        })(),
        command: async () => undefined,
      }),
    });
    const headers = { ...bearer, Upgrade: 'websocket' };
    const { webSocket } = await app.request('/demo/socket', { headers }, logging);
    webSocket?.accept();
    await vi.waitFor(() => expect(lines).toHaveLength(1));
    expect(lines[0]).toMatchObject({ status: 101, closeCode: 1000, bytesOut: 7 });
  });
});

describe('audit lines', () => {
  const module = defineRoutes({
    prefix: '/store',
    protocol: 'store',
    schemes: ['store:'],
    defaultPort: 1,
    description: 'What writes',
    register(app) {
      app.post('/put', (c) => {
        resolveTarget(c, { action: 'write' });
        audit(c, { action: 'query', statement: `insert ${SECRET}` });
        audit(c, { action: 'command', commands: ['SET', 'SET', 'DEL'] });
        if (c.req.query('fail') !== undefined) throw new Error(SECRET);
        c.get('record').affected = 3;
        return c.text('done');
      });
    },
  });
  const app = createApp({ routes: [module] });
  const env = {
    FAIRLEAD_TOKENS: [{ name: 'ci', token: TOKEN, scopes: ['store'] }],
    FAIRLEAD_CONNECTIONS: { main: `store://user:${SECRET}@h.example` },
  };
  const put = (query: string, log: unknown) =>
    app.request(`/store/put${query}`, post({}), { ...env, FAIRLEAD_LOG: log });

  it('name the statement by its digest, and say how it ended', async () => {
    await put('', { audit: true });
    await vi.waitFor(() => expect(lines).toHaveLength(2));
    const common = {
      log: 'audit',
      time: expect.any(String),
      requestId: expect.any(String),
      traceId: expect.any(String),
      token: 'ci',
      protocol: 'store',
      connection: 'main',
      outcome: 'ok',
      affected: 3,
    };
    expect(lines).toContainEqual({
      ...common,
      action: 'query',
      statement: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
    expect(lines).toContainEqual({ ...common, action: 'command', commands: { SET: 2, DEL: 1 } });
    vi.spyOn(console, 'error').mockImplementation(() => {});
    await put('?fail', { audit: true });
    await vi.waitFor(() => expect(lines).toHaveLength(4));
    expect(lines.slice(2)).toMatchObject([{ outcome: 'internal' }, { outcome: 'internal' }]);
    expect(JSON.stringify(lines)).not.toContain(SECRET);
  });

  it('are not written unless asked for', async () => {
    await put('', {});
    expect(lines).toEqual([]);
  });
});

describe('the trace', () => {
  const ask = async (headers: Record<string, string>) =>
    (await sampleApp({ log: [] }).request('/', { headers }, ENV)).headers;

  it('goes on where the caller has one, with a span of its own', async () => {
    const headers = await ask({ traceparent: TRACE, tracestate: 'vendor=a:1 , x@y=2' });
    expect(headers.get('traceparent')).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-01$/);
    expect(headers.get('traceparent')).not.toContain('b7ad6b7169203331');
    expect(headers.get('tracestate')).toBe('vendor=a:1,x@y=2');
    expect(headers.get('Fairlead-Request-Id')).toBeTruthy();
  });

  it('goes on for a later version, whose further parts are left out', async () => {
    const later = await ask({ traceparent: TRACE.replace('00-', 'cc-').concat('-more') });
    expect(later.get('traceparent')).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-01$/);
  });

  it.each([
    'nonsense',
    TRACE.toUpperCase(),
    `${TRACE}-more`,
    TRACE.replace('00-', 'ff-'),
    `00-${'0'.repeat(32)}-b7ad6b7169203331-01`,
    `00-0af7651916cd43dd8448eb211c80319c-${'0'.repeat(16)}-01`,
    `${TRACE}, ${TRACE}`,
  ])('begins here in place of %s', async (traceparent) => {
    const headers = await ask({ traceparent, tracestate: 'vendor=1' });
    expect(headers.get('traceparent')).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
    expect(headers.get('traceparent')).not.toContain('0af7651916cd43dd8448eb211c80319c');
    expect(headers.get('tracestate')).toBeNull();
  });

  it.each(['no list', 'a=1,a=2', 'A=1', 'a=', `a=${'1'.repeat(600)}`])(
    'drops the state %s',
    async (tracestate) => {
      expect((await ask({ traceparent: TRACE, tracestate })).get('tracestate')).toBeNull();
    },
  );
});

describe('Analytics Engine', () => {
  it('gets one data point a request', async () => {
    const points: unknown[] = [];
    const ANALYTICS = { writeDataPoint: (point: unknown) => void points.push(point) };
    await sampleApp({ log: [] }).request('/demo/do', post({ word: 'x' }), { ...ENV, ANALYTICS });
    expect(points).toEqual([
      {
        indexes: ['all'],
        blobs: ['all', 'demo', '/demo/do', 'main', '', 'POST', ''],
        doubles: [200, expect.any(Number), 0, 0, 0],
      },
    ]);
    expect(lines).toEqual([]);
  });
});

describe('GET /metrics', () => {
  it('counts refusals for rate, and streams', async () => {
    const routes = operationRoutes([]);
    const app = createApp({ routes });
    const env = {
      FAIRLEAD_TOKENS: [
        { name: 'all', token: TOKEN, scopes: ['*'] },
        {
          name: 'slow',
          token: 'token-slow-0123456789',
          scopes: ['*'],
          rate: { limit: 1, periodSeconds: 60 },
        },
      ],
    };
    const slow = { headers: { Authorization: 'Bearer token-slow-0123456789' } };
    await app.request('/metrics', slow, env);
    expect((await app.request('/metrics', slow, env)).status).toBe(429);
    const text = await (await app.request('/metrics', { headers: bearer }, env)).text();
    expect(text).toContain('fairlead_rate_limited_requests_total{scope="isolate",protocol="admin"} 1\n');
    expect(text).toContain('fairlead_open_streams{scope="isolate",protocol="admin"} 0\n');
  });
});
