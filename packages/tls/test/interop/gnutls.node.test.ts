// Against GnuTLS's server: versions, kinds of keys, groups, client certificates, ALPN, resumption, exporters, bulk.
import { toHex } from '@fairlead/bytes';
import type { TlsVersion, Transport } from '@fairlead/transport';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectorWith, dial, readBytes, sessionOf } from './dialling.ts';
import { KINDS, makePki } from './pki.ts';
import { ensureProgram } from './programs.ts';
import { ServerProcess } from './server-process.ts';

const pki = await makePki();
const VERSIONS: readonly (readonly [TlsVersion, string])[] = [
  ['TLSv1.3', 'NORMAL:-VERS-ALL:+VERS-TLS1.3'],
  ['TLSv1.2', 'NORMAL:-VERS-ALL:+VERS-TLS1.2'],
];
const NO_CLIENT_CERTIFICATE = '--disable-client-cert';

beforeAll(() => ensureProgram('gnutls-serv'), 320_000);
afterAll(() => pki[Symbol.dispose]());

/** A server with a certificate of this kind. */
function serve(
  kind: (typeof KINDS)[number],
  priority: string,
  ...args: readonly string[]
): Promise<ServerProcess> {
  const { certFile, keyFile } = pki.servers[kind];
  return ServerProcess.gnutls(
    '--x509certfile',
    certFile,
    '--x509keyfile',
    keyFile,
    '--priority',
    priority,
    ...args,
  );
}

/** The server sends back a line of `bytes` bytes. */
async function echo(transport: Transport, bytes: number): Promise<void> {
  const sent = new Uint8Array(bytes).map((_, at) => 0x30 + (at % 60));
  sent[bytes - 1] = 10;
  await transport.write(sent);
  expect(toHex(await readBytes(transport, bytes))).toBe(toHex(sent));
}

describe.each(VERSIONS)('GnuTLS, %s', (version, priority) => {
  it.each(KINDS)('talks to a server with a key of the kind %s', async (kind) => {
    await using server = await serve(kind, priority, NO_CLIENT_CERTIFICATE);
    await using transport = await dial(connectorWith({ ca: pki.ca }), server);
    expect(sessionOf(transport)).toMatchObject({ version, resumed: false });
    await echo(transport, 100);
    for (const type of ['tls-exporter', 'tls-server-end-point'] as const) {
      // GnuTLS says no end point for Ed25519, which RFC 5929 defines none for.
      if (kind === 'ed25519' && type === 'tls-server-end-point') continue;
      const [, theirs] = await server.until(new RegExp(`'${type}': (\\w+)`));
      expect(toHex(await sessionOf(transport).channelBinding(type))).toBe(theirs);
    }
  });

  it.each(['AES-128-GCM', 'AES-256-GCM'])('talks %s, in bulk', async (cipher) => {
    await using server = await serve('ec-p256', `${priority}:-CIPHER-ALL:+${cipher}`, NO_CLIENT_CERTIFICATE);
    await using transport = await dial(connectorWith({ ca: pki.ca }), server);
    expect(sessionOf(transport).cipher).toContain(cipher.replaceAll('-', '_'));
    for (let round = 0; round < 50; round++) await echo(transport, 4_000);
  });

  // For the last two the server of TLS 1.3 has to ask for another share.
  it.each(['X25519', 'SECP256R1', 'SECP384R1'])('agrees on %s', async (group) => {
    await using server = await serve('rsa', `${priority}:-GROUP-ALL:+GROUP-${group}`, NO_CLIENT_CERTIFICATE);
    await using transport = await dial(connectorWith({ ca: pki.ca }), server);
    await echo(transport, 100);
    await server.until(new RegExp(group));
  });

  it.each(KINDS)('proves a client key of the kind %s', async (kind) => {
    await using server = await serve(
      'ec-p256',
      priority,
      '--require-client-cert',
      '--verify-client-cert',
      '--x509cafile',
      pki.caFile,
    );
    const { cert, key } = pki.clients[kind];
    await using transport = await dial(connectorWith({ ca: pki.ca, cert, key }), server);
    await echo(transport, 100);
    await server.until(new RegExp(`CN=client ${kind}`));
    await server.until(/The certificate is trusted/);
  });

  it('says what is missing where the server wants a certificate', async () => {
    await using server = await serve(
      'ec-p256',
      priority,
      '--require-client-cert',
      '--x509cafile',
      pki.caFile,
    );
    const attempt = async () => {
      await using transport = await dial(connectorWith({ ca: pki.ca }), server);
      return await transport.read();
    };
    await expect(attempt()).rejects.toMatchObject({
      // Under TLS 1.2 the alert is often lost: the server hangs up while there are still bytes for it.
      code: 'tls_failed',
      message: expect.stringContaining('tls.cert'),
    });
  });

  it('chooses an application protocol', async () => {
    await using server = await serve('ec-p256', priority, NO_CLIENT_CERTIFICATE, '--alpn', 'mqtt');
    await using transport = await dial(connectorWith({ ca: pki.ca, alpn: ['postgresql', 'mqtt'] }), server);
    expect(sessionOf(transport).alpn).toBe('mqtt');
  });

  it.each(
    version === 'TLSv1.3'
      ? [['tickets', []]]
      : [
          ['tickets', []],
          ['session IDs', ['--noticket']],
        ],
  )('resumes by %s', async (_, args) => {
    await using server = await serve('ec-p256', priority, NO_CLIENT_CERTIFICATE, ...args);
    const connector = connectorWith({ ca: pki.ca });
    for (const resumed of [false, true, true]) {
      await using transport = await dial(connector, server);
      await echo(transport, 100);
      expect(sessionOf(transport).resumed).toBe(resumed);
    }
  });

  it('exports the same key as the server', async () => {
    const label = 'EXPORTER-interop';
    const args = [NO_CLIENT_CERTIFICATE, '--keymatexport', label, '--keymatexportsize', '48'];
    await using server = await serve('ec-p256', priority, ...args);
    await using transport = await dial(connectorWith({ ca: pki.ca }), server);
    await echo(transport, 10);
    const [, theirs = ''] = await server.until(/Key material: ([0-9a-f]{96})/);
    expect(toHex(await sessionOf(transport).exportKeyingMaterial(label, undefined, 48))).toBe(theirs);
  });
});

describe('GnuTLS, TLS 1.2', () => {
  it('is refused without extended master secret, with the reason', async () => {
    const priority = 'NORMAL:-VERS-ALL:+VERS-TLS1.2:%NO_SESSION_HASH';
    await using server = await serve('ec-p256', priority, NO_CLIENT_CERTIFICATE);
    await expect(dial(connectorWith({ ca: pki.ca }), server)).rejects.toMatchObject({
      code: 'tls_failed',
      reason: 'protocol',
      message: expect.stringContaining('extended master secret'),
    });
  });
});
