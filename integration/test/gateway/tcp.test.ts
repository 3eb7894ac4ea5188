// GET /tcp/ping and the gateway's own pages, on the built Worker with real servers behind it.
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Gateway, startGateway } from './support.ts';

const { redis } = inject('servers');

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
    expect(body).toMatchObject({ address, rttMs: expect.any(Number), attempts: [{}, {}, {}] });
  });

  it('with TLS', async () => {
    const { body } = await gateway.ask(`/tcp/ping/localhost:${redis.good.tlsPort}?tls=1`);
    expect(body).toMatchObject({ tls: { verified: true, handshakeMs: expect.any(Number) } });
  });

  it.each(['main', 'default', 'redisTls'])(
    'the connection %s, whose address stays hidden',
    async (connection) => {
      const { status, body } = await gateway.ask(`/tcp/ping?connection=${connection}`);
      expect([status, body.connection]).toEqual([200, connection]);
      expect(JSON.stringify(body)).not.toContain('localhost');
    },
  );

  it.each([
    ['an address that the policy does not name', `/tcp/ping/127.0.0.1:${redis.good.tlsPort}`, 403, 'policy'],
    ['the same address in another spelling', `/tcp/ping/0x7f.1:${redis.good.tlsPort}`, 403, 'policy'],
    ['port 25', '/tcp/ping/example.com:25', 403, 'policy'],
    ['no port', '/tcp/ping/example.com', 400, 'usage'],
    ['a port beyond 65535', '/tcp/ping/example.com:65536', 400, 'usage'],
    ['a connection that nobody answers', '/tcp/ping?connection=dead', 502, 'connect_failed'],
    ['an unknown connection', '/tcp/ping?connection=nowhere', 404, 'not_found'],
    ['a count beyond ten', `/tcp/ping/127.0.0.1:${redis.good.plainPort}?count=11`, 400, 'invalid'],
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
