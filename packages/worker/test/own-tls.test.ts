// TLS of the gateway's own: for connections whose entry asks for it, and for no others. The server's authority is one that nobody
// else trusts, and it lets in who has a certificate.
import { connect } from '@fairlead/transport';
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { createGateway } from '../src/index.ts';
import { ownTls } from '../src/own-tls.ts';

const { port, ca, client } = inject('ownTls');
const url = `rediss://127.0.0.1:${port}`;
const gateway = createGateway();

const ENV = {
  FAIRLEAD_TOKENS: [{ name: 'all', token: 'all-token', scopes: ['*'] }],
  FAIRLEAD_CONNECTIONS: {
    main: { url, tls: { ca: { secret: 'REDIS_CA' }, cert: client.cert, key: { secret: 'REDIS_KEY' } } },
    platform: { url },
    stranger: { url, tls: { ca } },
    misnamed: { url, tls: { ca, ...client, servername: 'other.internal' } },
    named: { url, tls: { ca, ...client, servername: 'redis.internal' } },
    public: { url, tls: client },
  },
  REDIS_CA: ca,
  REDIS_KEY: client.key,
};

async function ask(path: string) {
  const headers = { Authorization: 'Bearer all-token', Accept: 'application/json' };
  const response = await gateway.request(path, { headers }, ENV);
  const text = await response.text();
  for (const secret of ['PRIVATE KEY', client.key.slice(40, 80)]) expect(text).not.toContain(secret);
  return { status: response.status, body: JSON.parse(text), text };
}

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
});

afterEach(() => {
  vi.restoreAllMocks();
});

describe('a connection whose entry has an object "tls"', () => {
  it.each(['main', 'named'])('reaches its server: %s', async (name) => {
    const { status, body } = await ask(`/redis/get/k?connection=${name}`);
    expect([status, body]).toEqual([200, { result: 'hi' }]);
  });

  it('is told which alert the server sent', async () => {
    const { status, body } = await ask('/redis/get/k?connection=stranger');
    expect([status, body.code, body.reason]).toEqual([502, 'tls_failed', 'alert']);
    expect(body.alert).toMatch(/^(certificate_required|handshake_failure)$/);
  });

  it('is told which names the certificate has, without the server’s address', async () => {
    const { status, body, text } = await ask('/redis/get/k?connection=misnamed');
    expect([status, body.code, body.reason]).toEqual([502, 'tls_failed', 'name_mismatch']);
    expect(body.certificate).toMatchObject({
      issuer: 'CN=An authority of its own',
      names: ['DNS:redis.internal', 'IP:connection "misnamed"'],
      fingerprint256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(text).not.toContain('127.0.0.1');
  });

  it('without "ca" is held against the public authorities', async () => {
    const { body } = await ask('/redis/get/k?connection=public');
    expect(body).toMatchObject({ code: 'tls_failed', reason: 'unknown_issuer' });
  });

  it('is pinged with its wishes, and the answer tells of the session', async () => {
    const { status, body } = await ask('/tcp/ping?connection=main&tls=1');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      connection: 'main',
      received: 1,
      session: { version: 'TLSv1.3', resumed: false, cipher: expect.stringMatching(/^TLS_AES_/) },
    });
    expect(body.session.certificates[0]).toMatchObject({ issuer: 'CN=An authority of its own' });
    expect(body.session.certificates[0]).not.toHaveProperty('der');
  });
});

describe('any other connection', () => {
  it('has the platform’s TLS, which knows no such authority', async () => {
    const { status, body } = await ask('/redis/get/k?connection=platform');
    expect([status, body.blame]).toEqual([502, 'peer']);
    expect(body.code).toBe('tls_failed');
    expect(body).not.toHaveProperty('certificate');
  });
});

describe('ownTls', () => {
  const address = { hostname: '127.0.0.1', port };
  const tlsOptions = { ca, ...client };
  const NOTHING = { tls: 'implicit', tlsOptions: { ca: undefined, anyName: false } } as const;

  it('resumes sessions between connections', async () => {
    const dial = ownTls(connect);
    const first = await dial(address, { tls: 'implicit', tlsOptions });
    await first.write(new TextEncoder().encode('*1\r\n$4\r\nPING\r\n'));
    // The tickets come with the first bytes.
    await first.read();
    await first.close();
    const second = await dial(address, { tls: 'implicit', tlsOptions });
    expect([first.tls?.resumed, second.tls?.resumed]).toEqual([false, true]);
    await second.close();
  });

  it('leaves calls without wishes, and those without TLS, to the connector', async () => {
    const seen: unknown[] = [];
    const dial = ownTls(async (_address, options) => {
      seen.push(options);
      throw new Error('seen');
    });
    for (const options of [{ tls: 'implicit' }, { tls: 'off', tlsOptions }, NOTHING, {}] as const) {
      await expect(dial(address, options)).rejects.toThrow('seen');
    }
    expect(seen).toEqual([{ tls: 'implicit' }, { tls: 'off', tlsOptions }, NOTHING, {}]);
  });
});
