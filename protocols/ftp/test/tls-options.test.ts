// What a caller wishes of TLS goes along with control and data connections, which resume the control connection's session.
import type { ConnectOptions, Connector, TlsSession } from '@fairlead/transport';
import { describe, expect, it } from 'vitest';
import { connect, type FtpOptions } from '../src/index.ts';
import { ftpServer } from './support/ftp-server.ts';

const WISHES = { ca: 'CA', cert: 'CERT', key: 'KEY' };
const FILES = { '/a.txt': 'hello', '/b.txt': 'there' };
const SESSION: TlsSession = {
  version: 'TLSv1.3',
  cipher: 'TLS_AES_128_GCM_SHA256',
  alpn: undefined,
  resumed: false,
  peerCertificates: [],
  channelBinding: async () => new Uint8Array(32),
  exportKeyingMaterial: async () => new Uint8Array(32),
};

/** A server whose transports tell of their TLS, as `overTls` has it, or do not, as the platform's. */
function noted(tells: boolean) {
  const server = ftpServer(FILES);
  const seen: (ConnectOptions | undefined)[] = [];
  const connector: Connector = async (address, options) => {
    seen.push(options);
    const transport = await server.connector(address, options);
    if (tells) Object.defineProperty(transport, 'tls', { get: () => SESSION });
    return transport;
  };
  return { seen, connector };
}

async function readBoth(options: FtpOptions, target = 'ftp://app:secret@ftp.test'): Promise<void> {
  await using ftp = await connect(target, options);
  for (const name of ['a.txt', 'b.txt']) expect((await ftp.bytes(name)).length).toBe(5);
}

describe('tls as an object', () => {
  it('goes to all connections, and data connections resume the session', async () => {
    const { seen, connector } = noted(true);
    await readBoth({ connector, tls: WISHES });
    expect(seen.map((one) => [one?.tls, one?.tlsOptions, one?.resume])).toEqual([
      ['starttls', WISHES, undefined],
      ['starttls', WISHES, SESSION],
      ['starttls', WISHES, SESSION],
    ]);
  });

  it('resumes nothing where the transport tells nothing of its TLS', async () => {
    const { seen, connector } = noted(false);
    await readBoth({ connector, tls: WISHES });
    expect(seen.map((one) => one?.resume)).toEqual([undefined, undefined, undefined]);
  });

  it('resumes nothing for data in clear', async () => {
    const { seen, connector } = noted(true);
    await readBoth({ connector, tls: WISHES, dataProtection: 'clear' });
    expect(seen.map((one) => [one?.tls, one?.resume])).toEqual([
      ['starttls', undefined],
      ['off', undefined],
      ['off', undefined],
    ]);
  });

  it('is TLS from the first byte for ftps:, or by its mode', async () => {
    const { seen, connector } = noted(true);
    await readBoth({ connector, tls: WISHES }, 'ftps://app:secret@ftp.test');
    await readBoth({ connector, tls: { ...WISHES, mode: 'implicit' }, port: 990 });
    expect([seen[0]?.tls, seen[3]?.tls]).toEqual(['implicit', 'implicit']);
    expect(seen[3]?.tlsOptions).toEqual(WISHES);
  });

  it.each<[string, FtpOptions]>([
    ['ftps://ftp.test', { tls: { mode: 'starttls' } }],
    ['ftp://ftp.test', { tls: { key: 'KEY' } }],
    ['ftp://ftp.test', { tls: 'implicit' as never }],
  ])('is refused for %s with %j', async (target, options) => {
    const { seen, connector } = noted(true);
    await expect(connect(target, { ...options, connector })).rejects.toMatchObject({ code: 'usage' });
    expect(seen).toEqual([]);
  });
});
