// A client's option `tls` in its two parts, and what is refused of wishes.
import { describe, expect, it } from 'vitest';
import {
  type ConnectOptions,
  checkTlsOptions,
  joinTls,
  readTls,
  refuseTlsOptions,
  type TlsOptions,
  type TlsSession,
} from '../src/node.ts';

const PIN = `sha256/${'A'.repeat(43)}=`;

describe('readTls', () => {
  it.each([
    [undefined, { mode: undefined, tlsOptions: undefined }],
    [true, { mode: true, tlsOptions: undefined }],
    [false, { mode: false, tlsOptions: undefined }],
    ['starttls' as const, { mode: 'starttls', tlsOptions: undefined }],
    [{}, { mode: undefined, tlsOptions: {} }],
    [{ ca: 'CA' }, { mode: undefined, tlsOptions: { ca: 'CA' } }],
    [
      { ca: 'CA', mode: 'implicit' as const },
      { mode: true, tlsOptions: { ca: 'CA' } },
    ],
    [{ mode: 'starttls' as const }, { mode: 'starttls', tlsOptions: {} }],
  ])('reads %j', (tls, read) => {
    expect(readTls(tls)).toEqual(read);
  });

  it.each([
    'implicit',
    'yes',
    1,
    null,
    [],
    [{ ca: 'CA' }],
    () => true,
    { mode: true },
    { mode: 'off' },
    { caFile: 'x' },
  ])('refuses %j', (tls) => {
    expect(() => readTls(tls as never)).toThrow(expect.objectContaining({ code: 'usage' }));
  });
});

describe('joinTls', () => {
  it.each([true, false, 'starttls', { ca: 'CA', mode: 'implicit' }, { ca: 'CA', mode: 'starttls' }] as const)(
    'is the way back from what was read of %j',
    (tls) => {
      const { mode = false, tlsOptions } = readTls(tls);
      expect(joinTls({ tls: mode, tlsOptions })).toEqual(tls);
    },
  );
});

describe('checkTlsOptions', () => {
  it.each<TlsOptions>([
    {},
    { ca: undefined, cert: undefined, key: undefined },
    { ca: ['one', 'two'], anyName: true },
    { pins: [PIN], pinOnly: true },
    { alpn: ['x'.repeat(255)], minVersion: 'TLSv1.3', servername: '10.0.0.5' },
  ])('takes %j', (wishes) => {
    expect(() => checkTlsOptions(wishes)).not.toThrow();
  });

  it.each([
    [{ ca: '' }, 'tls.ca is'],
    [{ ca: [] }, 'tls.ca is'],
    [{ alpn: ['x'.repeat(256)] }, 'tls.alpn is'],
    [{ alpn: Array(101).fill('x') }, 'tls.alpn is'],
    [{ pins: ['sha256/short='] }, 'tls.pins is'],
    [{ minVersion: 'TLSv1.1' }, 'tls.minVersion is'],
    [{ anyName: 'true' }, 'tls.anyName is'],
    [{ key: 'SECRET' }, 'go together'],
    [{ cert: 'CERT' }, 'go together'],
    [{ key: 5, cert: 'CERT' }, 'tls.key is'],
    [{ anyName: true }, 'needs tls.ca'],
    [{ pinOnly: true }, 'needs tls.pins'],
    [{ pinOnly: true, pins: [PIN], ca: 'CA' }, 'tls.pinOnly needs'],
    [{ rejectUnauthorized: false }, 'tls.rejectUnauthorized is not known'],
    [{ toString: 'x' }, 'tls.toString is not known'],
  ])('refuses %j', (wishes, words) => {
    expect(() => checkTlsOptions(wishes as TlsOptions)).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringContaining(words) }),
    );
    expect(() => checkTlsOptions(wishes as TlsOptions)).not.toThrow('SECRET');
  });
});

describe('refuseTlsOptions', () => {
  const resume = {} as TlsSession;

  it.each<ConnectOptions>([
    {},
    { tls: 'off', tlsOptions: { ca: 'CA' }, resume },
    { tls: 'implicit', tlsOptions: {} },
    { tls: 'starttls', tlsOptions: { ca: undefined, anyName: false } },
  ])('lets %j pass', (options) => {
    expect(() => refuseTlsOptions(options, 'why')).not.toThrow();
  });

  it.each<[ConnectOptions, string]>([
    [{ tls: 'implicit', tlsOptions: { ca: 'CA' } }, 'tls.ca cannot be honoured here: why'],
    [{ tls: 'starttls', resume }, 'resume cannot be honoured here: why'],
    [{ tls: 'off', tlsOptions: { cert: 'CERT' } }, 'go together'],
  ])('refuses %j', (options, words) => {
    expect(() => refuseTlsOptions(options, 'why')).toThrow(words);
  });
});
