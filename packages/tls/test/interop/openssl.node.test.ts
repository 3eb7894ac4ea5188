// Against OpenSSL's server: versions, kinds of keys, groups, client certificates, ALPN, resumption, key updates, exporters.
import { toHex } from '@fairlead/bytes';
import type { TlsVersion } from '@fairlead/transport';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectorWith, dial, exchangeLines, readBytes, sessionOf } from './dialling.ts';
import { KINDS, makePki } from './pki.ts';
import { ensureProgram } from './programs.ts';
import { ServerProcess } from './server-process.ts';

const pki = await makePki();
const VERSIONS: readonly (readonly [TlsVersion, string])[] = [
  ['TLSv1.3', '-tls1_3'],
  ['TLSv1.2', '-tls1_2'],
];

beforeAll(() => ensureProgram('openssl'), 320_000);
afterAll(() => pki[Symbol.dispose]());

/** A server with a certificate of this kind. */
function serve(kind: (typeof KINDS)[number], ...args: readonly string[]): Promise<ServerProcess> {
  const { certFile, keyFile } = pki.servers[kind];
  return ServerProcess.openssl('-cert', certFile, '-key', keyFile, ...args);
}

describe.each(VERSIONS)('OpenSSL, %s', (version, flag) => {
  it.each(KINDS)('talks to a server with a key of the kind %s', async (kind) => {
    await using server = await serve(kind, flag);
    await using transport = await dial(connectorWith({ ca: pki.ca }), server);
    expect(sessionOf(transport)).toMatchObject({ version, resumed: false });
    expect(sessionOf(transport).peerCertificates[0]?.subject).toBe(`CN=server ${kind}`);
    await exchangeLines(transport, server, 'hello');
  });

  it.each(
    version === 'TLSv1.3'
      ? ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384']
      : ['ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-ECDSA-AES256-GCM-SHA384'],
  )('talks %s', async (suite) => {
    const option = version === 'TLSv1.3' ? '-ciphersuites' : '-cipher';
    await using server = await serve('ec-p256', flag, option, suite);
    await using transport = await dial(connectorWith({ ca: pki.ca }), server);
    expect(sessionOf(transport).cipher.replace(/TLS_|ECDHE_ECDSA_WITH_/g, '')).toBe(
      suite
        .replace(/TLS_|ECDHE-ECDSA-/g, '')
        .replace('AES1', 'AES_1')
        .replace('AES2', 'AES_2')
        .replaceAll('-', '_'),
    );
    await exchangeLines(transport, server, 'suite');
  });

  // For P-256 and P-384 the server of TLS 1.3 has to ask for another share. That of TLS 1.2 wants its own curve among the groups.
  it.each([
    ['X25519', 'rsa'],
    ['P-256', 'ec-p256'],
    ['P-384', 'ec-p384'],
  ] as const)('agrees on %s', async (group, kind) => {
    await using server = await serve(kind, flag, '-groups', group);
    await using transport = await dial(connectorWith({ ca: pki.ca }), server);
    await exchangeLines(transport, server, group);
    await server.until(
      version === 'TLSv1.3' ? /Shared groups: (x25519|secp256r1|secp384r1)\n/ : /CIPHER is ECDHE/,
    );
  });

  it.each(KINDS)('proves a client key of the kind %s', async (kind) => {
    await using server = await serve(
      'ec-p256',
      flag,
      '-Verify',
      '1',
      '-verify_return_error',
      '-CAfile',
      pki.caFile,
    );
    const { cert, key } = pki.clients[kind];
    await using transport = await dial(connectorWith({ ca: pki.ca, cert, key }), server);
    await exchangeLines(transport, server, 'certified');
    await server.until(new RegExp(`CN = client ${kind}`));
  });

  it('says what is missing where the server wants a certificate', async () => {
    await using server = await serve('ec-p256', flag, '-Verify', '1', '-CAfile', pki.caFile);
    const attempt = async () => {
      await using transport = await dial(connectorWith({ ca: pki.ca }), server);
      // Under TLS 1.3 the server refuses behind the handshake.
      return await transport.read();
    };
    await expect(attempt()).rejects.toMatchObject({
      code: 'tls_failed',
      reason: 'alert',
      message: expect.stringContaining('tls.cert'),
    });
  });

  it('chooses an application protocol', async () => {
    await using server = await serve('ec-p256', flag, '-alpn', 'postgresql,mqtt');
    await using transport = await dial(connectorWith({ ca: pki.ca, alpn: ['mqtt', 'postgresql'] }), server);
    expect(sessionOf(transport).alpn).toBe('postgresql');
  });

  it.each([
    ['tickets', []],
    ['session IDs, or tickets that are one', ['-no_ticket']],
  ])('resumes by %s', async (_, args) => {
    await using server = await serve('ec-p256', flag, ...args);
    const connector = connectorWith({ ca: pki.ca });
    for (const resumed of [false, true, true]) {
      server.forget();
      await using transport = await dial(connector, server);
      // Data of the server come behind its tickets.
      await exchangeLines(transport, server, 'again');
      expect(sessionOf(transport).resumed).toBe(resumed);
      expect(sessionOf(transport).peerCertificates).toHaveLength(1);
      if (resumed) await server.until(/Reused session-id/);
    }
  });

  it('resumes nothing without tickets', async () => {
    await using server = await serve('ec-p256', flag);
    const connector = connectorWith({ ca: pki.ca, tickets: false });
    for (const word of ['first', 'second']) {
      await using transport = await dial(connector, server);
      await exchangeLines(transport, server, word);
      expect(sessionOf(transport).resumed).toBe(false);
    }
  });

  it('exports the same key as the server', async () => {
    const label = 'EXPORTER-interop';
    await using server = await serve('rsa', flag, '-keymatexport', label, '-keymatexportlen', '48');
    await using transport = await dial(connectorWith({ ca: pki.ca }), server);
    const [, theirs = ''] = await server.until(/Keying material: ([0-9A-F]{96})/);
    expect(toHex(await sessionOf(transport).exportKeyingMaterial(label, undefined, 48))).toBe(
      theirs.toLowerCase(),
    );
    expect(await sessionOf(transport).channelBinding('tls-exporter')).toHaveLength(32);
  });

  it('reads and writes bulk', async () => {
    await using server = await serve('ec-p256', flag, '-rev');
    await using transport = await dial(connectorWith({ ca: pki.ca }), server);
    const line = new Uint8Array(8_000).fill(0x61);
    for (let round = 0; round < 20; round++) {
      line[0] = 0x62 + round;
      await transport.write(line);
      await transport.write(Uint8Array.of(10));
      const answer = await readBytes(transport, line.length + 1);
      expect(answer[line.length - 1]).toBe(line[0]);
    }
  });
});

describe('OpenSSL, TLS 1.3', () => {
  it.each([
    ['its own keys', 'k'],
    ["both sides' keys", 'K'],
  ])('goes on when the server changes %s', async (_, command) => {
    await using server = await serve('ec-p256', '-tls1_3');
    await using transport = await dial(connectorWith({ ca: pki.ca }), server);
    for (const word of ['before', 'between', 'behind']) {
      await exchangeLines(transport, server, word);
      server.type(command);
    }
    await exchangeLines(transport, server, 'last');
  });
});
