// URLs and options: what they become, and what is refused with a reason.
import { describe, expect, it } from 'vitest';
import { connect } from '../src/index.ts';
import type { ConnectOptions } from '../src/options/connect-options.ts';
import { readTarget } from '../src/options/target.ts';

const refused = (url: string | undefined, options: ConnectOptions = {}): unknown => {
  try {
    return readTarget(url, options);
  } catch (error) {
    return error;
  }
};

describe('a URL', () => {
  it('says it all', () => {
    expect(
      readTarget(
        'mysql://us%40er:p%3Aw@[::1]:3307/sh%20op?sslmode=verify-full&connect_timeout=5&require_auth=caching_sha2_password',
        {},
      ),
    ).toMatchObject({
      address: { hostname: '::1', port: 3307 },
      tls: true,
      username: 'us@er',
      password: 'p:w',
      database: 'sh op',

      requireAuth: ['caching_sha2_password'],
    });
  });

  it('has defaults, and options win over it', () => {
    expect(readTarget('mariadb://db.test', {})).toMatchObject({
      address: { hostname: 'db.test', port: 3306 },
      tls: true,
      username: 'root',
      password: '',
      database: undefined,

      multiStatements: false,
      allowCleartextPassword: false,
      allowPublicKeyRetrieval: false,
    });
    expect(readTarget('mysql://a:b@db.test/x', { username: 'c', database: undefined })).toMatchObject({
      username: 'c',
      database: 'x',
    });
  });

  it.each(['require', 'REQUIRED', 'verify-full', 'VERIFY_IDENTITY'])('turns TLS on by sslmode=%s', (mode) => {
    expect(readTarget(`mysql://db.test/?ssl-mode=${mode}`, {}).tls).toBe(true);
  });

  it.each(['disable', 'DISABLED'])('turns it off by sslmode=%s', (mode) => {
    expect(readTarget(`mysql://db.test/?sslmode=${mode}`, {}).tls).toBe(false);
  });

  it.each([
    ['sslmode=prefer', 'policy'],
    ['ssl-mode=PREFERRED', 'policy'],
    ['sslmode=VERIFY_CA', 'policy'],
    ['ssl-ca=ca.pem', 'policy'],
    ['ssl-capath=/etc/ssl', 'policy'],
    ['ssl-crl=/etc/crl.pem', 'policy'],
    ['tls-version=TLSv1', 'policy'],
    ['ssl-cert=-----BEGIN%20CERTIFICATE-----', 'usage'],
    ['ssl-cert=c.pem', 'policy'],
    ['sslkey=k.pem', 'policy'],
    ['ssl={"rejectUnauthorized":false}', 'policy'],
    ['tls=skip-verify', 'policy'],
    ['socket=/tmp/s', 'policy'],
    ['compress=true', 'policy'],
    ['charset=latin1', 'policy'],
    ['allow_local_infile=1', 'policy'],
    ['sslmode=on', 'usage'],
    ['flags=FOO', 'usage'],
    ['constructor=1', 'usage'],
    ['connect_timeout=soon', 'usage'],
    ['require_auth=md5', 'usage'],
    ['multiStatements=yes', 'usage'],
    ['timeZone=CET', 'usage'],
  ])('is refused with %s', (parameter, code) => {
    expect(refused(`mysql://db.test/?${parameter}`)).toMatchObject({ code, safeToRetry: true });
  });

  it.each([
    'postgres://db.test',
    'mysql://',
    'mysql://a:b@/x',
    'mysql://a,b/x',
    'mysql://a:p#w@db.test',
    'mysql://a:%zz@db.test',
    'mysql://db.test:99999',
  ])('is refused as %s', (url) => {
    expect(refused(url)).toMatchObject({ code: 'usage' });
    expect(String(refused(url))).not.toContain('p#w');
  });
});

describe('options', () => {
  it.each<[string, ConnectOptions]>([
    ['a NUL in the password', { hostname: 'db.test', password: 'a\0b' }],
    ['a NUL in the user', { hostname: 'db.test', username: 'a\0b' }],
    ['a NUL in the database', { hostname: 'db.test', database: 'a\0b' }],
    ['no hostname', { username: 'a' }],
    ['a socket', { hostname: '/tmp/mysql.sock' }],
    ['two hosts', { hostname: 'a,b' }],
    ['an unknown method', { hostname: 'db.test', requireAuth: ['md5' as 'parsec'] }],
  ])('are refused for %s', (_, options) => {
    expect(refused(undefined, options)).toMatchObject({ code: 'usage', safeToRetry: true });
  });

  it('say whether there is TLS, whatever the URL says', () => {
    expect(readTarget('mysql://db.test/?sslmode=disable', { tls: true }).tls).toBe(true);
    expect(readTarget('mysql://db.test', { tls: false }).tls).toBe(false);
    expect(readTarget('mysql://db.test', { tls: undefined }).tls).toBe(true);
  });

  it('take nothing that only looks like a choice of TLS', () => {
    for (const [tls, code] of [
      [{ ca: '' }, 'usage'],
      [{ cert: 'PEM' }, 'usage'],
      [{ mode: 'implicit' }, 'usage'],
      [{ anyName: true }, 'usage'],
      [{ rejectUnauthorized: false }, 'usage'],
      ['starttls', 'usage'],
      [null, 'usage'],
    ] as const) {
      expect(refused(undefined, { hostname: 'db.test', tls: tls as unknown as boolean })).toMatchObject({
        code,
        safeToRetry: true,
      });
    }
  });

  it('reject from connect()', async () => {
    await expect(connect({ hostname: 'a,b' })).rejects.toMatchObject({ code: 'usage' });
  });
});
