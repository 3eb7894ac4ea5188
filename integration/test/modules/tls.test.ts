// What the platform makes of good and bad certificates of real servers: implicit TLS, and TLS behind a request for it.
import { connect, type Transport } from '@fairlead/transport';
import { describe, expect, inject, it } from 'vitest';
import { BAD_CERTIFICATES, failure } from './support.ts';

const { redis, postgres } = inject('servers');

/** SSLRequest, PostgreSQL documentation section 54.7: length 8, code 80877103. */
const SSL_REQUEST = new Uint8Array([0, 0, 0, 8, 4, 210, 22, 47]);
const ACCEPTED = 'S'.charCodeAt(0);

async function postgresReadyForTls(port: number): Promise<Transport> {
  const transport = await connect({ hostname: 'localhost', port }, { tls: 'starttls' });
  await transport.write(SSL_REQUEST);
  expect(await transport.read(1)).toEqual(new Uint8Array([ACCEPTED]));
  return transport;
}

describe('implicit TLS (Redis)', () => {
  it.each(['localhost', '127.0.0.1'])('is verified for %s', async (hostname) => {
    await using transport = await connect({ hostname, port: redis.good.tlsPort }, { tls: 'implicit' });
    expect(transport.peer.tls).toBe(true);
    await transport.write(new TextEncoder().encode('AUTH default-password\r\nPING\r\n'));
    expect(new TextDecoder().decode(await transport.read(12))).toBe('+OK\r\n+PONG\r\n');
  });

  it.each(BAD_CERTIFICATES)('refuses the certificate %s', async (kind) => {
    const attempt = connect({ hostname: 'localhost', port: redis[kind].tlsPort }, { tls: 'implicit' });
    expect((await failure(attempt)).code).toBe('tls_failed');
  });

  it('gives up on a server that speaks no TLS and waits for the rest of the line', async () => {
    const options = { tls: 'implicit', connectTimeoutMs: 500 } as const;
    const attempt = connect({ hostname: 'localhost', port: redis.good.plainPort }, options);
    expect((await failure(attempt)).code).toBe('connect_timeout');
  });
});

describe('startTls (Postgres)', () => {
  it('is verified', async () => {
    await using transport = await postgresReadyForTls(postgres.good.port);
    expect(transport.peer.tls).toBe(false);
    await transport.startTls();
    expect(transport.peer.tls).toBe(true);
  });

  it.each(BAD_CERTIFICATES)('refuses the certificate %s', async (kind) => {
    await using transport = await postgresReadyForTls(postgres[kind].port);
    expect((await failure(transport.startTls())).code).toBe('tls_failed');
  });
});
