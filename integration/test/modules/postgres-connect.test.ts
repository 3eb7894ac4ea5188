// PostgreSQL 17: ways in. Each authentication method, TLS as the server itself sees it, what each refusal is called.
import { connect } from '@fairlead/postgres';
import { describe, expect, inject, it } from 'vitest';
import { BAD_CERTIFICATES, failure } from './support.ts';

const { postgres } = inject('servers');

function url(login: string, sslmode: string, port = postgres.good.port, hostname = 'localhost'): string {
  return `postgres://${login}@${hostname}:${port}/fairlead?sslmode=${sslmode}`;
}

const TLS_NOW = 'select ssl, version from pg_stat_ssl where pid = pg_backend_pid()';

describe('accounts', () => {
  it.each(['scram:scram-password', 'md5:md5-password', 'cleartext:cleartext-password', 'trusted'])(
    '%s over TLS, which the server confirms',
    async (login) => {
      await using client = await connect(url(login, 'require'));
      const { rows } = await client.query(TLS_NOW);
      expect(rows).toEqual([{ ssl: true, version: 'TLSv1.3' }]);
      expect(client.server.version).toMatch(/^17\./);
    },
  );

  it.each(['scram:scram-password', 'md5:md5-password', 'trusted'])('%s over plain TCP', async (login) => {
    await using client = await connect(url(login, 'disable'));
    expect((await client.query(TLS_NOW)).rows).toEqual([{ ssl: false, version: null }]);
  });

  it('verify-full, by IP address', async () => {
    await using client = await connect(
      url('scram:scram-password', 'verify-full', postgres.good.port, '127.0.0.1'),
    );
    expect((await client.query(TLS_NOW)).rows).toMatchObject([{ ssl: true }]);
  });

  it('a clear-text password goes over plain TCP only when asked for by name', async () => {
    const plain = url('cleartext:cleartext-password', 'disable');
    const error = await failure(connect(plain));
    expect(error.code).toBe('auth');
    expect(error.message).not.toContain('cleartext-password');
    await using client = await connect(plain, { allowCleartextPassword: true });
    expect((await client.query('select current_user')).rows).toEqual([{ current_user: 'cleartext' }]);
  });

  it('TLS is the default', async () => {
    await using client = await connect({
      host: 'localhost',
      port: postgres.good.port,
      user: 'tlsonly',
      password: 'tlsonly-password',
      database: 'fairlead',
    });
    expect((await client.query(TLS_NOW)).rows).toMatchObject([{ ssl: true }]);
  });
});

describe('refusals', () => {
  it.each([
    ['a wrong password (scram)', 'scram:wrong-password', '28P01'],
    ['a wrong password (md5)', 'md5:wrong-password', '28P01'],
    ['an account that no rule allows', 'postgres:scram-password', '28000'],
  ])('%s is `auth`', async (_name, login, sqlState) => {
    const error = await failure(connect(url(login, 'require')));
    expect(error).toMatchObject({ code: 'auth', server: { code: sqlState } });
    expect(error.message).not.toMatch(/wrong-password|scram-password/);
  });

  it('an account that must use TLS is refused without', async () => {
    const error = await failure(connect(url('tlsonly:tlsonly-password', 'disable')));
    expect(error).toMatchObject({ code: 'auth', server: { code: '28000' } });
  });

  it('an unknown database is the server’s error', async () => {
    const unknown = url('scram:scram-password', 'require').replace('/fairlead', '/nowhere');
    expect(await failure(connect(unknown))).toMatchObject({ server: { code: '3D000' } });
  });

  it.each(BAD_CERTIFICATES)('the certificate %s is `tls_failed`', async (kind) => {
    const attempt = connect(url('scram:scram-password', 'require', postgres[kind].port));
    expect((await failure(attempt)).code).toBe('tls_failed');
  });

  it.each(['verify-ca', 'prefer'])('sslmode=%s is `policy`', async (mode) => {
    expect((await failure(connect(url('scram:scram-password', mode)))).code).toBe('policy');
  });

  it('a method that requireAuth leaves out is refused', async () => {
    const attempt = connect(url('md5:md5-password', 'require'), { requireAuth: ['scram-sha-256'] });
    expect((await failure(attempt)).code).toBe('auth');
  });
});
