// Against Node's own server, which is a newer OpenSSL: ChaCha20, the post-quantum group, renegotiation.
import { once } from 'node:events';
import { createServer, type TLSSocket, type TlsOptions } from 'node:tls';
import { afterAll, describe, expect, it } from 'vitest';
import { TLS_CHACHA20_POLY1305_SHA256 } from '../../src/chacha20/index.ts';
import { x25519MlKem768 } from '../../src/mlkem/index.ts';
import { connectorWith, readBytes, sessionOf, type Wishes } from './dialling.ts';
import { makePki } from './pki.ts';

const pki = await makePki();
afterAll(() => pki[Symbol.dispose]());

/** A server that sends back what it gets. */
async function serve(options: TlsOptions, onSocket: (socket: TLSSocket) => void = () => {}) {
  const { cert, key } = pki.servers['ec-p256'];
  const server = createServer({ cert, key, ...options }, (socket) => {
    socket.on('error', () => {});
    onSocket(socket);
    socket.pipe(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { port, [Symbol.dispose]: () => server.close() };
}

/** Dials it, and sends `bytes` bytes there and back. */
async function echoed(port: number, wishes: Wishes, bytes = 100) {
  await using transport = await connectorWith({ ca: pki.ca, ...wishes })(
    { hostname: 'localhost', port },
    { tls: 'implicit' },
  );
  const sent = new Uint8Array(bytes).map((_, at) => at);
  await transport.write(sent);
  expect((await readBytes(transport, bytes)).every((byte, at) => byte === sent[at])).toBe(true);
  return sessionOf(transport);
}

describe.each(['TLSv1.3', 'TLSv1.2'] as const)('Node, %s', (version) => {
  const limits = { minVersion: version, maxVersion: version };

  it('talks ChaCha20-Poly1305, in bulk', async () => {
    const ciphers = 'TLS_CHACHA20_POLY1305_SHA256:ECDHE-ECDSA-CHACHA20-POLY1305';
    using server = await serve({ ...limits, ciphers });
    const { cipher } = await echoed(server.port, { cipherSuites: [TLS_CHACHA20_POLY1305_SHA256] }, 100_000);
    expect(cipher).toContain('CHACHA20_POLY1305_SHA256');
    await expect(echoed(server.port, {})).rejects.toMatchObject({ alert: 'handshake_failure' });
  });

  it('reads and writes bulk', async () => {
    using server = await serve(limits);
    expect((await echoed(server.port, {}, 1_000_000)).version).toBe(version);
  });

  it('leaves the post-quantum group to TLS 1.3', async () => {
    using server = await serve({ ...limits, ecdhCurve: 'X25519MLKEM768:X25519' });
    expect(await echoed(server.port, { groups: [x25519MlKem768] })).toMatchObject({ version });
  });
});

describe('Node', () => {
  it('agrees on X25519MLKEM768 alone', async () => {
    using server = await serve({ ecdhCurve: 'X25519MLKEM768', minVersion: 'TLSv1.3' });
    expect(await echoed(server.port, { groups: [x25519MlKem768] })).toMatchObject({ version: 'TLSv1.3' });
    await expect(echoed(server.port, {})).rejects.toMatchObject({ reason: 'alert' });
  });

  it('is told that nothing is renegotiated', async () => {
    using server = await serve({ maxVersion: 'TLSv1.2' }, (socket) => {
      socket.once('data', () => socket.renegotiate({}, () => {}));
    });
    await using transport = await connectorWith({ ca: pki.ca })(
      { hostname: 'localhost', port: server.port },
      { tls: 'implicit' },
    );
    await transport.write(Uint8Array.of(1));
    const ending = async () => {
      while ((await transport.read()) !== undefined);
    };
    await expect(ending()).rejects.toMatchObject({
      code: 'tls_failed',
      message: expect.stringContaining('renegotiate'),
    });
  });
});
