// overTls against servers of `node:tls` (OpenSSL): groups, suites, names, application protocols, certificates of clients,
// exporters, tickets.
import { toHex } from '@fairlead/bytes';
import { isFairleadError } from '@fairlead/errors';
import { toBytes, toText } from '@fairlead/testkit';
import type { ConnectOptions, Connector, TlsSession, Transport } from '@fairlead/transport';
import { describe, expect, inject, it } from 'vitest';
import { TLS_CHACHA20_POLY1305_SHA256 } from '../../src/chacha20/index.ts';
import { x25519MlKem768 } from '../../src/mlkem/index.ts';
import { tls12 } from '../../src/tls12/index.ts';
import { type OverTlsOptions, overTls } from '../../src/workerd.ts';
import { anchorsOf } from '../../src/x509/index.ts';
import type { Told } from '../tls-servers.ts';
import { makeCertificate } from '../x509/make-certificate.ts';

const ca = inject('ca');
const ports = inject('tls');
const client = inject('client');
const hostname = '127.0.0.1';

async function open(
  connector: Connector,
  port: number,
  options: ConnectOptions = {},
): Promise<{ told: Told; transport: Transport; tls: TlsSession }> {
  const transport = await connector({ hostname, port }, { tls: 'implicit', ...options });
  let text = '';
  while (!text.includes('\n')) text += toText((await transport.read()) ?? toBytes('{}\n'));
  const { tls } = transport;
  if (tls === undefined) throw new Error('the transport tells nothing of TLS');
  return { told: JSON.parse(text), transport, tls };
}

async function failure(work: Promise<unknown>) {
  const error = await work.then(
    () => new Error('should have been rejected'),
    (reason: unknown) => reason,
  );
  if (!isFairleadError(error)) throw error;
  return error;
}

async function echoes(transport: Transport, size: number): Promise<void> {
  const sent = Uint8Array.from({ length: size }, (_, i) => i % 251);
  void transport.write(sent);
  let at = 0;
  while (at < size) {
    const bytes = await transport.read();
    if (bytes === undefined) throw new Error(`the stream ended behind ${at} bytes`);
    for (const byte of bytes) if (byte !== sent[at++]) throw new Error(`byte ${at} came back changed`);
  }
}

describe('what is negotiated', () => {
  it('TLS 1.3, and tells of it', async () => {
    const { told, transport, tls } = await open(overTls({ ca }), ports.usual);
    expect(told).toMatchObject({ protocol: 'TLSv1.3', alpn: false, servername: false, resumed: false });
    expect(tls).toMatchObject({ version: 'TLSv1.3', cipher: told.cipher, alpn: undefined, resumed: false });
    expect(tls.peerCertificates[0]?.names).toContain('IP:127.0.0.1');
    await echoes(transport, 300_000);
    await transport.close();
  });

  it.each(['p256', 'p384'] as const)('HelloRetryRequest for %s', async (name) => {
    const { told, transport } = await open(overTls({ ca }), ports[name]);
    expect(told.protocol).toBe('TLSv1.3');
    await echoes(transport, 50_000);
  });

  it('AES-256-GCM with SHA-384', async () => {
    const { tls, transport } = await open(overTls({ ca }), ports.aes256);
    expect(tls.cipher).toBe('TLS_AES_256_GCM_SHA384');
    await echoes(transport, 50_000);
  });

  it('ChaCha20-Poly1305, where it is given', async () => {
    const connector = overTls({ ca, cipherSuites: [TLS_CHACHA20_POLY1305_SHA256] });
    const { tls, transport } = await open(connector, ports.chacha20);
    expect(tls.cipher).toBe('TLS_CHACHA20_POLY1305_SHA256');
    await echoes(transport, 50_000);
    expect(await failure(open(overTls({ ca }), ports.chacha20))).toMatchObject({
      alert: 'handshake_failure',
    });
  });

  it('X25519MLKEM768, where it is given', async () => {
    const { transport } = await open(overTls({ ca, groups: [x25519MlKem768] }), ports.mlkem);
    await echoes(transport, 50_000);
    expect(await failure(open(overTls({ ca }), ports.mlkem))).toMatchObject({ alert: 'handshake_failure' });
  });

  it('TLS 1.2, where it is given and not ruled out', async () => {
    const connector = overTls({ ca, versions: [tls12] });
    const { told, tls, transport } = await open(connector, ports.old);
    expect([told.protocol, tls.version]).toEqual(['TLSv1.2', 'TLSv1.2']);
    await echoes(transport, 50_000);
    expect((await open(connector, ports.old)).told.resumed).toBe(true);
    expect((await open(connector, ports.usual)).told.protocol).toBe('TLSv1.3');
    const error = await failure(open(connector, ports.old, { tlsOptions: { minVersion: 'TLSv1.3' } }));
    expect(error.code).toBe('tls_failed');
  });

  it('the name that is asked for is servername, and the certificate must be for it', async () => {
    const { told } = await open(overTls({ ca, servername: 'Other.test' }), ports.usual);
    expect(told.servername).toBe('other.test');
    const error = await failure(open(overTls({ ca, servername: 'nobody.test' }), ports.usual));
    expect(error).toMatchObject({ code: 'tls_failed', reason: 'name_mismatch' });
    expect(error.certificate?.names).toContain('DNS:other.test');
  });

  it('an application protocol, by the own preference of the server', async () => {
    const { told, tls } = await open(overTls({ ca, alpn: ['three', 'two'] }), ports.usual);
    expect([told.alpn, tls.alpn]).toEqual(['two', 'two']);
    const error = await failure(open(overTls({ ca, alpn: ['three'] }), ports.usual));
    expect(error).toMatchObject({ reason: 'alert', alert: 'no_application_protocol' });
    expect(error.message).toContain('tls.alpn');
  });

  it('a server without TLS 1.3 says so, and the message says what to give', async () => {
    const error = await failure(open(overTls({ ca }), ports.old));
    expect(error).toMatchObject({ code: 'tls_failed', safeToRetry: true });
    expect(error.message).toContain('@fairlead/tls/tls12');
  });
});

describe('what a call says', () => {
  it('overrides the options of the connector, member by member', async () => {
    const connector = overTls({ ca, servername: 'nobody.test' });
    const { told } = await open(connector, ports.usual, { tlsOptions: { servername: 'other.test' } });
    expect(told.servername).toBe('other.test');
  });

  it('roots are trusted where no ca is given, and a ca stands in their place', async () => {
    const roots = anchorsOf(ca);
    expect((await open(overTls({ roots }), ports.usual)).told.protocol).toBe('TLSv1.3');
    const other = await makeCertificate({ subject: 'CN=another', ca: true });
    const error = await failure(open(overTls({ roots, ca: other.pem }), ports.usual));
    expect(error).toMatchObject({ code: 'tls_failed', reason: 'unknown_issuer' });
  });

  it('without an authority it is usage, and names the roots', async () => {
    const error = await failure(open(overTls(), ports.usual));
    expect(error).toMatchObject({ code: 'usage', message: expect.stringContaining('@fairlead/tls/roots') });
  });
});

describe('certificates of clients', () => {
  it('are sent where they are asked for', async () => {
    const { told, transport } = await open(overTls({ ca, ...client }), ports.mutual);
    expect(told.client).toBe('DNS:client.test');
    await echoes(transport, 1_000);
  });

  it('their lack is an alert at the first read, which says what to set, and may be tried again', async () => {
    const transport = await overTls({ ca })({ hostname, port: ports.mutual }, { tls: 'implicit' });
    await transport.write(toBytes('hello')).catch(() => undefined);
    const error = await failure(transport.read());
    expect(error).toMatchObject({
      code: 'tls_failed',
      reason: 'alert',
      alert: 'certificate_required',
      safeToRetry: true,
      peer: { tls: true },
    });
    expect(error.message).toContain('set tls.cert and tls.key');
  });
});

describe('exporters and channel bindings', () => {
  it('exportKeyingMaterial is what OpenSSL exports', async () => {
    const { told, tls } = await open(overTls({ ca }), ports.usual);
    const exported = await tls.exportKeyingMaterial('EXPORTER-test', toBytes('context'), 32);
    expect(toHex(exported)).toBe(told.exported);
    expect((await tls.channelBinding('tls-exporter')).length).toBe(32);
    const der = tls.peerCertificates[0]?.der ?? new Uint8Array();
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', der));
    expect(await tls.channelBinding('tls-server-end-point')).toEqual(hash);
    await expect(tls.exportKeyingMaterial('x', undefined, 8_161)).rejects.toMatchObject({ code: 'usage' });
  });
});

describe('sessions', () => {
  it('are resumed by tickets, and tell the certificates of then', async () => {
    const connector = overTls({ ca });
    const first = await open(connector, ports.usual);
    const second = await open(connector, ports.usual);
    expect([first.told.resumed, second.told.resumed, second.tls.resumed]).toEqual([false, true, true]);
    expect(second.tls.peerCertificates).toEqual(first.tls.peerCertificates);
    await echoes(second.transport, 50_000);
    const exported = await second.tls.exportKeyingMaterial('EXPORTER-test', toBytes('context'), 32);
    expect(toHex(exported)).toBe(second.told.exported);
  });

  it('are resumed behind a HelloRetryRequest too', async () => {
    const connector = overTls({ ca });
    await open(connector, ports.p256);
    expect((await open(connector, ports.p256)).told.resumed).toBe(true);
  });

  it('are not resumed with tickets: false, by another connector, or under other options', async () => {
    const without = overTls({ ca, tickets: false });
    await open(without, ports.usual);
    expect((await open(without, ports.usual)).told.resumed).toBe(false);
    expect((await open(overTls({ ca }), ports.usual)).told.resumed).toBe(false);
    const connector = overTls({ ca });
    await open(connector, ports.usual);
    const options = { tlsOptions: { servername: 'localhost' } };
    expect((await open(connector, ports.usual, options)).told.resumed).toBe(false);
  });

  it('resume takes exactly that session, as often as it has to', async () => {
    const connector = overTls({ ca });
    const { tls: resume } = await open(connector, ports.usual);
    for (let i = 0; i < 5; i++) {
      expect((await open(connector, ports.usual, { resume })).told.resumed).toBe(true);
    }
    const error = await failure(open(overTls({ ca }), ports.usual, { resume }));
    expect(error.code).toBe('usage');
  });
});

describe('options that cannot be', () => {
  it.each([
    ['an unknown one', { cas: 'x' }],
    ['a version that is not tls12', { versions: [{ version: 'TLSv1.1' }] }],
    ['a list that is none', { groups: 'x25519' }],
    ['cert without key', { cert: 'x' }],
    ['pinOnly with ca', { ca, pinOnly: true, pins: [`sha256/${'A'.repeat(43)}=`] }],
  ])('are usage at once: %s', (_, options) => {
    expect(() => overTls(options as OverTlsOptions)).toThrow(expect.objectContaining({ code: 'usage' }));
  });

  it('what is wrong within PEM is usage when it is dialled, without a word of it', async () => {
    const text = `-----BEGIN CERTIFICATE-----\n${btoa('secret')}\n-----END CERTIFICATE-----`;
    for (const options of [
      { ca: text },
      { ca, cert: text, key: client.key },
      { ca, cert: client.cert, key: 'secret' },
    ]) {
      const error = await failure(open(overTls(options), ports.usual));
      expect(error).toMatchObject({ code: 'usage', safeToRetry: true });
      expect(error.message).not.toMatch(/secret|c2VjcmV0/);
    }
  });
});

describe('the end', () => {
  it('is an end behind close_notify', async () => {
    const { transport } = await open(overTls({ ca }), ports.ending);
    await transport.write(toBytes('end'));
    expect(await transport.read()).toBeUndefined();
    await transport.closed;
  });
});
