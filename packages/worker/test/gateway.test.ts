// The composed gateway, driven over HTTP inside workerd: its pages, its document, TCP ping, what it refuses.
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import manifest from '../package.json' with { type: 'json' };
import { createGateway } from '../src/index.ts';
import { VERSION } from '../src/version.ts';

const silent = `127.0.0.1:${inject('silentPort')}`;
const closed = `127.0.0.1:${inject('closedPort')}`;
const bearer = (token: string) => ({ headers: { Authorization: `Bearer ${token}` } });

const ENV = {
  FAIRLEAD_TOKENS: [
    { name: 'all', token: 'all-token', scopes: ['*'] },
    { name: 'pinger', token: 'ping-token', scopes: ['tcp:ping:quiet'] },
  ],
  FAIRLEAD_CONNECTIONS: { quiet: `tcp://${silent}`, dead: `tcp://user:pa55word@${closed}` },
  FAIRLEAD_TARGETS: [silent, closed, '*.example.com:*'],
};

const gateway = createGateway();

async function get(path: string, init: RequestInit = bearer('all-token'), env: object = ENV) {
  const response = await gateway.request(path, init, env);
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: text.startsWith('{') ? JSON.parse(text) : text,
  };
}

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
});

afterEach(() => {
  vi.restoreAllMocks();
});

describe('the gateway’s pages', () => {
  it('say what it is, without a token', async () => {
    expect(VERSION).toBe(manifest.version);
    const { body } = await get('/', {});
    expect(body).toMatchObject({ name: 'fairlead', version: VERSION, links: { docs: '/docs' } });
    expect((await get('/healthz', {})).body).toEqual({ status: 'ok', version: VERSION });
  });

  it('are HTML for browsers, under a policy that runs no script', async () => {
    const { headers, text } = await get('/', { headers: { Accept: 'text/html,*/*' } });
    expect(headers.get('content-type')).toContain('text/html');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(text).toContain('<a href="/openapi.json">');
  });

  it('explain every problem code where its type points', async () => {
    const { body } = await get('/nowhere', {});
    expect(body.type).toBe('/problems/not_found');
    expect((await get(body.type, {})).text).toContain('<code>not_found</code> (404)');
    expect((await get('/problems', {})).text).toContain('connect_timeout');
    expect((await get('/problems/nonsense', {})).status).toBe(404);
  });

  it('need sound settings', async () => {
    const log = vi.spyOn(console, 'error');
    const { status, body } = await get('/healthz', {}, { FAIRLEAD_TOKENS: 'nonsense' });
    expect(log).toHaveBeenCalledOnce();
    expect(status).toBe(500);
    expect(body).toMatchObject({ code: 'config', detail: expect.stringContaining('FAIRLEAD_TOKENS') });
  });
});

describe('the OpenAPI document', () => {
  it('describes every route with its security and its problems', async () => {
    const { body } = await get('/openapi.json', {});
    expect(body.openapi).toBe('3.1.0');
    expect(body.components.securitySchemes.bearer).toEqual({ type: 'http', scheme: 'bearer' });
    expect(body.components.schemas.Problem.properties.code.enum).toContain('connect_failed');
    const operations = Object.values<Record<string, { security?: unknown; responses: object }>>(
      body.paths,
    ).flatMap((path) => Object.values(path));
    expect(operations.length).toBeGreaterThan(1);
    for (const operation of operations) {
      expect(operation.security).toEqual([{ bearer: [] }]);
      const statuses = Object.keys(operation.responses);
      expect(statuses).toEqual(expect.arrayContaining(['401', '403']));
      // A WebSocket switches protocols.
      expect(statuses.some((status) => status === '200' || status === '101')).toBe(true);
    }
  });
});

describe('the operators’ routes', () => {
  it('need their scopes, and show what is configured', async () => {
    expect((await get('/connections', {})).status).toBe(401);
    const refused = await get('/connections', bearer('ping-token'));
    expect(refused).toMatchObject({ status: 403, body: { needs: 'admin:connections:*' } });
    const { status, text, body } = await get('/connections');
    expect(status).toBe(200);
    expect(text).not.toMatch(/pa55word|user/);
    expect(body.connections).toContainEqual(
      expect.objectContaining({ name: 'dead', protocol: 'tcp', host: '127.0.0.1', pooled: false }),
    );
    expect((await get('/metrics')).text).toMatch(
      /fairlead_requests_total\{scope="isolate",protocol="admin",status="200"\} \d+/,
    );
    expect((await get('/openapi.json', {})).body.paths).toMatchObject({
      '/connections': { get: {} },
      '/connections/{name}/drain': { post: {} },
      '/metrics': { get: {} },
    });
  });
});

describe('TCP ping', () => {
  it('measures an address of the caller’s own', async () => {
    const { status, body } = await get(`/tcp/ping/${silent}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ address: silent, sent: 1, received: 1, loss: 0 });
    expect(body.tcp.medianMs).toBeGreaterThanOrEqual(0);
  });

  it('tries as often as asked', async () => {
    const { body } = await get(`/tcp/ping/${silent}?count=3`);
    expect(body.samples).toHaveLength(3);
    expect(body.samples[2]).toEqual({ n: 3, tcpMs: expect.any(Number) });
  });

  it('measures a named connection without telling its address', async () => {
    const { text, body } = await get('/tcp/ping?connection=quiet', bearer('ping-token'));
    expect(body).toMatchObject({ connection: 'quiet', received: 1 });
    expect(text).not.toContain('127.0.0.1');
  });

  it('tells a closed port, with the address only where the caller gave it', async () => {
    const own = await get(`/tcp/ping/${closed}`);
    expect(own.status).toBe(502);
    expect(own.body).toMatchObject({
      code: 'connect_failed',
      safeToRetry: true,
      peer: { hostname: '127.0.0.1' },
    });
    const named = await get('/tcp/ping?connection=dead&count=2');
    expect(named.body).toMatchObject({
      code: 'connect_failed',
      detail: expect.stringContaining('connection "dead"'),
    });
    expect(named.text).not.toMatch(/127\.0\.0\.1|pa55word|user:/);
  });

  it('gives up on TLS with a peer that speaks none', async () => {
    const headers = { Authorization: 'Bearer all-token', 'Fairlead-Timeout-Ms': '150' };
    const { status, body } = await get(`/tcp/ping/${silent}?tls=1`, { headers });
    expect(status).toBe(504);
    expect(body.code).toBe('connect_timeout');
  });

  const BAD: [path: string, status: number, detail: RegExp][] = [
    [`/tcp/ping/${silent}?count=0`, 400, /query\.count: must be from 1 to 100/],
    [`/tcp/ping/${silent}?count=101`, 400, /query\.count/],
    [`/tcp/ping/${silent}?count=2.5`, 400, /query\.count/],
    [`/tcp/ping/${silent}?tls=yes`, 400, /query\.tls/],
    ['/tcp/ping/127.0.0.1', 400, /write host:port/],
    ['/tcp/ping/127.0.0.1:0', 400, /out of range/],
    ['/tcp/ping/127.0.0.1:65536', 400, /out of range/],
    ['/tcp/ping/db.example.com:25', 403, /port 25/],
    ['/tcp/ping/a%0d%0ab.example.com:80', 400, /no host name has/],
    ['/tcp/ping/127.1:1', 403, /loopback/],
    ['/tcp/ping/[::ffff:7f00:1]:1', 403, /loopback/],
    ['/tcp/ping/localhost:80', 403, /local network/],
    ['/tcp/ping/db.example.org:80', 403, /not among/],
    ['/tcp/ping?connection=nope', 404, /"nope"/],
    ['/tcp/ping', 404, /No default connection/],
    ['/tcp', 404, /nothing at this path/],
  ];

  it.each(BAD)('%s is answered %s', async (path, status, detail) => {
    const { status: actual, body } = await get(path);
    expect(actual).toBe(status);
    expect(body.detail).toMatch(detail);
  });

  it('needs its scope', async () => {
    const own = await get(`/tcp/ping/${silent}`, bearer('ping-token'));
    expect(own.status).toBe(403);
    expect(own.body.needs).toBe('tcp:ping:@');
    expect((await get('/tcp/ping?connection=dead', bearer('ping-token'))).body.needs).toBe('tcp:ping:dead');
    expect((await get(`/tcp/ping/${silent}`, {})).status).toBe(401);
  });

  it('allows nothing where nothing is configured', async () => {
    const { status, body } = await get(`/tcp/ping/${silent}`, bearer('dev'), {});
    expect(status).toBe(401);
    expect(body.detail).toContain('FAIRLEAD_TOKENS');
  });
});
