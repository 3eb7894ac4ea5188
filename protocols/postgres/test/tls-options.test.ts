// What a text and the options say of TLS: one wish for the connector.
import { describe, expect, it } from 'vitest';
import type { ConnectOptions } from '../src/index.ts';
import { mooredOptions } from '../src/mooring/index.ts';
import { readTarget } from '../src/options/target.ts';

const ca = '-----BEGIN CERTIFICATE-----\nMII+B/A=\n-----END CERTIFICATE-----\n';
const key = '-----BEGIN PRIVATE KEY-----\nMII+\n-----END PRIVATE KEY-----\n';
const url = (query: Record<string, string>) => `postgres://db.test/x?${new URLSearchParams(query)}`;

function read(text: string, options: ConnectOptions = {}) {
  const { tls, directTls, tlsOptions, channelBinding } = readTarget(text, options);
  return { tls, directTls, tlsOptions, channelBinding };
}

describe('a text', () => {
  it('says nothing: verified TLS, without a wish', () => {
    expect(read('postgres://db.test')).toEqual({
      tls: true,
      directTls: false,
      tlsOptions: undefined,
      channelBinding: 'prefer',
    });
  });

  it.each<[Record<string, string>, object]>([
    [{ sslrootcert: 'system' }, { tlsOptions: undefined }],
    [{ sslrootcert: ca }, { tlsOptions: { ca } }],
    [{ sslrootcert: ca, sslmode: 'verify-full' }, { tlsOptions: { ca } }],
    [{ sslrootcert: ca, sslmode: 'require' }, { tlsOptions: { ca } }],
    [{ sslrootcert: ca, sslmode: 'verify-ca' }, { tlsOptions: { ca, anyName: true } }],
    [{ sslcert: ca, sslkey: key }, { tlsOptions: { cert: ca, key } }],
    [{ ssl_min_protocol_version: 'TLSv1.3' }, { tlsOptions: { minVersion: 'TLSv1.3' } }],
    [{ ssl_min_protocol_version: 'TLSv1.2', sslsni: '1' }, { tlsOptions: undefined }],
    [{ sslnegotiation: 'direct' }, { directTls: true, tlsOptions: { alpn: ['postgresql'] } }],
    [{ sslnegotiation: 'postgres' }, { directTls: false, tlsOptions: undefined }],
    [{ channel_binding: 'require' }, { channelBinding: 'require' }],
    [{ channel_binding: 'disable' }, { channelBinding: 'disable' }],
    [
      { sslmode: 'disable', sslrootcert: ca },
      { tls: false, tlsOptions: undefined },
    ],
  ])('%j', (query, expected) => {
    expect(read(url(query))).toMatchObject(expected);
  });
});

describe('an object', () => {
  it('is TLS, whatever sslmode says', () => {
    expect(read(url({ sslmode: 'disable' }), { tls: { ca } })).toMatchObject({
      tls: true,
      tlsOptions: { ca },
    });
    expect(read(url({ sslmode: 'prefer' }), { tls: {} })).toMatchObject({ tls: true });
  });

  it('goes before the text, member by member', () => {
    const text = url({ sslcert: ca, sslkey: key, sslrootcert: ca });
    expect(read(text, { tls: { ca: [ca, ca], servername: 'other.test' } }).tlsOptions).toEqual({
      ca: [ca, ca],
      cert: ca,
      key,
      servername: 'other.test',
    });
  });

  it('has what verify-ca needs', () => {
    expect(read(url({ sslmode: 'verify-ca' }), { tls: { ca } }).tlsOptions).toEqual({ ca, anyName: true });
  });

  it('says by mode whether the server is asked first', () => {
    expect(read(url({}), { tls: { mode: 'implicit' } })).toMatchObject({
      directTls: true,
      tlsOptions: { alpn: ['postgresql'] },
    });
    const text = url({ sslnegotiation: 'direct' });
    expect(read(text, { tls: { mode: 'starttls' } })).toMatchObject({
      directTls: false,
      tlsOptions: undefined,
    });
    expect(read(text, { tls: { ca } })).toMatchObject({ directTls: true });
    expect(read(text, { tls: true })).toMatchObject({ directTls: true });
  });

  it.each<[string, ConnectOptions]>([
    ['a certificate without its key', { tls: { cert: ca } }],
    ['an unknown member', { tls: { rejectUnauthorized: false } as object }],
    ['direct TLS without its protocol', { tls: { mode: 'implicit', alpn: ['h2'] } }],
    ['binding without TLS', { tls: false, channelBinding: 'require' }],
    ['a binding that does not exist', { channelBinding: 'always' as 'require' }],
  ])('refuses %s', (_, options) => {
    expect(() => read('postgres://db.test', options)).toThrow(expect.objectContaining({ code: 'usage' }));
  });

  it('shows no key when it refuses one', () => {
    try {
      read(url({ sslkey: 'hunter2' }), {});
      expect.unreachable();
    } catch (error) {
      expect(String(error)).not.toContain('hunter2');
    }
  });
});

it('is the affair of the pool where there is one', () => {
  const wishes = mooredOptions({ tls: { ca }, channelBinding: 'require' });
  const text = url({ sslnegotiation: 'direct', channel_binding: 'require', sslrootcert: ca });
  expect(read(text, wishes)).toEqual({
    tls: false,
    directTls: false,
    tlsOptions: undefined,
    channelBinding: 'disable',
  });
});

it('a text has no such names as options', () => {
  const options = { sslrootcert: ca, sslnegotiation: 'direct' } as object;
  expect(read('postgres://db.test', options)).toMatchObject({ directTls: false, tlsOptions: undefined });
});
