// What a connection string and the options say of TLS: one wish for the connector.
import { describe, expect, it } from 'vitest';
import { readSettings } from '../../src/options/read-settings.ts';
import type { ConnectOptions } from '../../src/types/options.ts';

const ca = '-----BEGIN CERTIFICATE-----\nMII+B/A=\n-----END CERTIFICATE-----';
const key = '-----BEGIN PRIVATE KEY-----\nMII+\n-----END PRIVATE KEY-----';
const url = (query: Record<string, string>) =>
  `mongodb://h/?${Object.entries(query)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&')}`;

function read(text: string, options: ConnectOptions = {}) {
  const { tls, tlsOptions } = readSettings(text, options);
  return { tls, tlsOptions };
}

describe('a connection string', () => {
  it.each<[Record<string, string>, object]>([
    [{}, { tls: true, tlsOptions: undefined }],
    [{ tlsCAFile: `${ca}\n` }, { tls: true, tlsOptions: { ca: `${ca}\n` } }],
    [{ tlscertificatekeyfile: `${key}\n${ca}\n${ca}` }, { tlsOptions: { cert: `${ca}\n${ca}`, key } }],
    [
      { tls: 'false', tlsCAFile: ca },
      { tls: false, tlsOptions: undefined },
    ],
  ])('%j', (query, expected) => {
    expect(read(url(query))).toMatchObject(expected);
  });
});

describe('an object', () => {
  it('is TLS, and goes before the connection string member by member', () => {
    const text = url({ tls: 'false', tlsCAFile: ca, tlsCertificateKeyFile: `${ca}\n${key}` });
    expect(read(text, { tls: { ca: [ca], servername: 'other.test', mode: 'implicit' } })).toEqual({
      tls: true,
      tlsOptions: { ca: [ca], cert: ca, key, servername: 'other.test' },
    });
  });

  it.each([
    { cert: ca },
    { mode: 'starttls' as const },
    { rejectUnauthorized: false } as object,
    'yes' as unknown as boolean,
  ])('refuses %j', (tls) => {
    expect(() => read('mongodb://h', { tls })).toThrow(expect.objectContaining({ code: 'usage' }));
  });
});

it('MONGODB-X509 needs no name', () => {
  const { credentials } = readSettings('mongodb://h/shop?authMechanism=MONGODB-X509');
  expect(credentials).toEqual({
    username: '',
    password: '',
    source: '$external',
    mechanism: 'MONGODB-X509',
  });
  const named = readSettings('mongodb://CN%3Dapp@h/?authMechanism=MONGODB-X509&authSource=%24external');
  expect(named.credentials?.username).toBe('CN=app');
});
