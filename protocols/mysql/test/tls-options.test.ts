// What a URL and the options say of TLS, and that every connection of a client is dialled with it.
import { memoryConnector } from '@fairlead/testkit';
import { type ConnectOptions as DialOptions, FairleadError } from '@fairlead/transport';
import { describe, expect, it } from 'vitest';
import { type ConnectOptions, connect } from '../src/index.ts';
import { readTarget } from '../src/options/target.ts';
import { Backend, greeting, ok, PacketReader, packets } from './support/backend.ts';

const ca = '-----BEGIN CERTIFICATE-----\nMII+B/A=\n-----END CERTIFICATE-----\n';
const key = '-----BEGIN PRIVATE KEY-----\nMII+\n-----END PRIVATE KEY-----\n';
const url = (query: Record<string, string>) => `mysql://db.test/x?${new URLSearchParams(query)}`;

function read(text: string, options: ConnectOptions = {}) {
  const { tls, tlsOptions } = readTarget(text, options);
  return { tls, tlsOptions };
}

describe('a URL', () => {
  it.each<[Record<string, string>, object]>([
    [{}, { tls: true, tlsOptions: undefined }],
    [{ 'ssl-ca': ca }, { tlsOptions: { ca } }],
    [{ sslrootcert: ca, sslmode: 'require' }, { tlsOptions: { ca } }],
    [{ ssl_ca: ca, 'ssl-mode': 'VERIFY_CA' }, { tlsOptions: { ca, anyName: true } }],
    [{ sslcert: ca, 'ssl-key': key }, { tlsOptions: { cert: ca, key } }],
    [{ 'tls-version': 'TLSv1.3' }, { tlsOptions: { minVersion: 'TLSv1.3' } }],
    [{ 'tls-version': 'TLSv1.2,TLSv1.3' }, { tlsOptions: undefined }],
    [
      { sslmode: 'disable', 'ssl-ca': ca },
      { tls: false, tlsOptions: undefined },
    ],
  ])('%j', (query, expected) => {
    expect(read(url(query))).toMatchObject(expected);
  });
});

describe('an object', () => {
  it('is TLS, and goes before the URL member by member', () => {
    const text = url({ sslmode: 'disable', sslcert: ca, sslkey: key, 'ssl-ca': ca });
    const tls = { ca: [ca, ca], servername: 'other.test', mode: 'starttls' as const };
    expect(read(text, { tls })).toEqual({
      tls: true,
      tlsOptions: { ca: [ca, ca], cert: ca, key, servername: 'other.test' },
    });
  });

  it('has what verify-ca needs', () => {
    expect(read(url({ sslmode: 'verify-ca' }), { tls: { ca } }).tlsOptions).toEqual({ ca, anyName: true });
    expect(read(url({ sslmode: 'verify-ca', 'ssl-ca': ca }), { tls: true }).tlsOptions).toEqual({ ca });
  });

  it('names no option by what a URL calls it', () => {
    const options = { sslCa: ca, sslMode: 'off', said: { sslMode: 'off' } } as object;
    expect(read('mysql://db.test', options)).toEqual({ tls: true, tlsOptions: undefined });
  });
});

describe('the connector', () => {
  it('is asked for the same by the login and by KILL QUERY', async () => {
    const dialled: (DialOptions | undefined)[] = [];
    const told: string[] = [];
    const inner = memoryConnector(async (line) => {
      await line.write(packets(0, greeting()));
      await line.read(36);
      await line.startTls();
      const reader = new PacketReader(line);
      await reader.next();
      await line.write(packets(reader.sequence + 1, ok()));
      for (let next = await reader.statement(); next && next.code !== 1; next = await reader.statement()) {
        told.push(next.text);
        if (next.text !== 'sleep') await line.write(packets(1, ok()));
      }
      await line.close();
    });
    const tls = { ca, cert: ca, key };
    const db = await connect('mysql://app@db.test/shop', {
      tls,
      timeZone: 'session',
      connector: (address, options) => {
        dialled.push(options);
        return inner(address, options);
      },
    });
    const error = await db.query('sleep', [], { timeoutMs: 50 }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'timeout' });
    expect(told.slice(0, 2)).toEqual(['sleep', 'KILL QUERY 77']);
    const same = expect.objectContaining({ tls: 'starttls', tlsOptions: tls });
    expect(dialled).toEqual([same, same]);
    await db.close();
  });

  it('tells why its TLS failed, and of which certificate', async () => {
    const certificate = {
      subject: 'CN=db.test',
      issuer: 'CN=private',
      names: ['DNS:db.test'],
      validFrom: '2026-01-01T00:00:00.000Z',
      validTo: '2027-01-01T00:00:00.000Z',
      fingerprint256: '00',
    };
    const failed = new FairleadError('tls_failed', 'unknown authority', {
      reason: 'unknown_issuer',
      certificate,
    });
    const backend = new Backend(() => [ok()]);
    const error = await connect('mysql://app:secret@db.test/shop', {
      connector: async (address, options) => {
        const transport = await backend.connector(address, options);
        return Object.assign(transport, { startTls: () => Promise.reject(failed) });
      },
    }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'tls_failed', reason: 'unknown_issuer', certificate });
  });
});
