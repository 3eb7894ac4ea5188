// URLs and options: what they come to, and what is refused before anything is dialled.
import { describe, expect, it } from 'vitest';
import { readTarget } from '../src/options.ts';

const error = (url: string, options = {}): unknown => {
  try {
    return readTarget(url, options);
  } catch (thrown) {
    return thrown;
  }
};

describe('what a URL says', () => {
  it('has defaults for everything but the host', () => {
    const target = readTarget('postgres://db.example.com', {});
    expect(target).toMatchObject({
      address: { hostname: 'db.example.com', port: 5432 },
      tls: true,
      password: undefined,
      allowCleartextPassword: false,
      connectTimeoutMs: 10_000,
    });
    expect(Object.fromEntries(target.parameters)).toEqual({
      user: 'postgres',
      database: 'postgres',
      client_encoding: 'UTF8',
      DateStyle: 'ISO',
      application_name: 'fairlead',
    });
  });

  it('reads every part, percent-encoded', () => {
    const target = readTarget(
      'postgresql://us%40er:p%3Ass@[::1]:6543/my%20db?sslmode=disable&application_name=app&connect_timeout=3' +
        '&options=-c%20geqo%3Doff&statement_timeout=500&keepalives=1&channel_binding=prefer&sslrootcert=system' +
        '&require_auth=scram-sha-256,md5',
      {},
    );
    expect(target).toMatchObject({
      address: { hostname: '::1', port: 6543 },
      tls: false,
      password: 'p:ss',
      connectTimeoutMs: 3000,
      requireAuth: ['scram-sha-256', 'md5'],
    });
    expect(Object.fromEntries(target.parameters)).toMatchObject({
      user: 'us@er',
      database: 'my db',
      application_name: 'app',
      options: '-c geqo=off',
      statement_timeout: '500',
    });
  });

  it('lets options win, and the database follow the user', () => {
    const target = readTarget('postgres://app:old@db.test', {
      password: 'new',
      port: 1,
      sslmode: 'verify-full',
    });
    expect(target).toMatchObject({ password: 'new', address: { port: 1 }, tls: true });
    expect(target.parameters.get('database')).toBe('app');
    expect(
      readTarget(undefined, { host: 'db.test', database: 'x', user: undefined }).parameters.get('user'),
    ).toBe('postgres');
  });
});

describe('what is refused', () => {
  it.each([
    ['mysql://db.test', 'usage'],
    ['postgres://', 'usage'],
    ['postgres://db.test:99999', 'usage'],
    ['postgres://a,b/db', 'usage'],
    ['postgres://u:p@a:1,b:2/db', 'usage'],
    ['postgres:///db?host=/var/run/postgresql', 'usage'],
    ['postgres://db.test/x?pgbouncer=true', 'usage'],
    ['postgres://db.test/x?sslmode=maybe', 'usage'],
    ['postgres://db.test/x?connect_timeout=soon', 'usage'],
    ['postgres://db.test/x?require_auth=!password', 'usage'],
    ['postgres://db.test/a%00b', 'usage'],
    ['postgres://u%0d%0ax@db.test/', 'usage'],
    ['postgres://u:p%00@db.test/', 'usage'],
    ['postgres://u:%zz@db.test/', 'usage'],
    ['postgres://u:p#x@db.test/', 'usage'],
    ['postgres://db.test:25/x', 'policy'],
    ['postgres://db.test/x?sslmode=prefer', 'policy'],
    ['postgres://db.test/x?sslmode=allow', 'policy'],
    ['postgres://db.test/x?sslmode=verify-ca', 'policy'],
    ['postgres://db.test/x?sslrootcert=/etc/ca.pem', 'policy'],
    ['postgres://db.test/x?sslcert=me.pem', 'policy'],
    ['postgres://db.test/x?sslnegotiation=direct', 'policy'],
    ['postgres://db.test/x?channel_binding=require', 'policy'],
    ['postgres://db.test/x?gssencmode=require', 'policy'],
    ['postgres://db.test/x?target_session_attrs=read-write', 'policy'],
  ])('%s: %s', (url, code) => {
    expect(error(url)).toMatchObject({ name: 'FairleadError', code });
  });

  it('shows no password, whatever is wrong', () => {
    for (const url of [
      'postgres://u:hunter2@h:x/db',
      'postgres://u:hunter2@a,b/db',
      'postgres://u:hunter2@h/db?nope=1',
      'postgres://u:hunter2%zz@h/db',
      'postgres://u:hunter2@h/db?sslmode=verify-ca',
    ]) {
      const thrown = error(url) as Error;
      expect(`${thrown.message} ${thrown.stack}`).not.toContain('hunter2');
    }
  });

  it('says why, and what to do', () => {
    expect(error('postgres://h/?sslmode=verify-ca')).toMatchObject({
      message: expect.stringContaining('Hyperdrive'),
    });
    expect(error('postgres://h/?sslnegotiation=direct')).toMatchObject({
      message: expect.stringContaining('ALPN'),
    });
    expect(error('postgres://h/?pgbouncer=true')).toMatchObject({
      message: expect.stringContaining('pgbouncer'),
    });
  });
});
