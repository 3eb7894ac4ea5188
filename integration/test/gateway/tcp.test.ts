// GET /tcp/ping and the gateway's own pages, on the built Worker with real servers behind it.
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Gateway, startGateway } from './support.ts';

const { redis } = inject('servers');

const TIMES = { minMs: expect.any(Number), medianMs: expect.any(Number), p95Ms: expect.any(Number) };

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

describe('ping', () => {
  it('an address that the policy names', async () => {
    const address = `127.0.0.1:${redis.good.plainPort}`;
    const { status, body } = await gateway.ask(`/tcp/ping/${address}?count=3`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ address, sent: 3, received: 3, loss: 0, tcp: TIMES, samples: [{}, {}, {}] });
  });

  it('with TLS', async () => {
    const { body } = await gateway.ask(`/tcp/ping/localhost:${redis.good.tlsPort}?tls=1`);
    expect(body).toMatchObject({ received: 1, tcp: TIMES, tls: TIMES });
  });

  it.each(['main', 'default', 'redisTls'])(
    'the connection %s, whose address stays hidden',
    async (connection) => {
      const { status, body } = await gateway.ask(`/tcp/ping?connection=${connection}`);
      expect([status, body.connection]).toEqual([200, connection]);
      expect(JSON.stringify(body)).not.toContain('localhost');
    },
  );

  it('a hundred samples, streamed while they are taken', async () => {
    const headers = { Accept: 'text/event-stream' };
    const path = `/tcp/ping/127.0.0.1:${redis.good.plainPort}?count=100`;
    const response = await gateway.fetch(path, { headers });
    const text = await response.text();
    expect(response.headers.get('Content-Type')).toBe('text/event-stream');
    expect(text.match(/^event: sample$/gm)).toHaveLength(100);
    expect(text).toMatch(/event: summary\ndata: \{.*"sent":100,"received":100,"loss":0/);
  });

  it('several targets, of which one fails', async () => {
    const targets = [{ connection: 'main' }, { connection: 'dead' }, { connection: 'default' }];
    const { status, body } = await gateway.ask('/tcp/ping', { json: { targets, count: 2 } });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      failed: 1,
      results: [
        { connection: 'main', tcp: TIMES },
        {
          connection: 'dead',
          error: { code: 'connect_failed', detail: expect.stringContaining('connection "dead"') },
        },
        { connection: 'default', tcp: TIMES },
      ],
    });
    expect(JSON.stringify(body)).not.toContain('localhost');
  });

  it('as text for people', async () => {
    const headers = { Accept: 'text/plain' };
    const response = await gateway.fetch('/tcp/ping?connection=main&count=2', {
      headers,
      token: 'token-reader',
    });
    expect(await response.text()).toMatch(
      /^main\n {4}1 {2}tcp [\d.]+ ms\n(?:.*\n)+ {2}2 sent, 2 received, 0% loss/,
    );
  });

  it.each([
    ['an address that the policy does not name', `/tcp/ping/127.0.0.1:${redis.good.tlsPort}`, 403, 'policy'],
    ['the same address in another spelling', `/tcp/ping/0x7f.1:${redis.good.tlsPort}`, 403, 'policy'],
    ['port 25', '/tcp/ping/example.com:25', 403, 'policy'],
    ['no port', '/tcp/ping/example.com', 400, 'usage'],
    ['a port beyond 65535', '/tcp/ping/example.com:65536', 400, 'usage'],
    ['a connection that nobody answers', '/tcp/ping?connection=dead', 502, 'connect_failed'],
    ['an unknown connection', '/tcp/ping?connection=nowhere', 404, 'not_found'],
    ['a count beyond a hundred', `/tcp/ping/127.0.0.1:${redis.good.plainPort}?count=101`, 400, 'invalid'],
  ])('%s is refused', async (_name, path, status, code) => {
    expect(await gateway.ask(path)).toMatchObject({ status, body: { status, code } });
  });
});

describe('pages', () => {
  it('need no token: /healthz, /openapi.json, /docs', async () => {
    expect((await gateway.fetch('/healthz', { token: null })).status).toBe(200);
    const { body } = await gateway.ask('/openapi.json', { token: null });
    expect(body.openapi).toBe('3.1.0');
    expect(Object.keys(body.paths as object)).toEqual(
      expect.arrayContaining(['/pg/query', '/redis', '/tcp/ping']),
    );
    const docs = await gateway.fetch('/docs', { token: null });
    expect([docs.status, docs.headers.get('Content-Type')]).toEqual([
      200,
      expect.stringContaining('text/html'),
    ]);
  });

  it('an unknown path is a problem document', async () => {
    expect(await gateway.ask('/nowhere')).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });
});
