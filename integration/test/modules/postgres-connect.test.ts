// PostgreSQL 15, 17 and 18: ways in. Each authentication method, TLS as the server itself sees it, what each refusal is
// called, and what stands in front of servers or in their place.
import { type ConnectOptions, connect, open } from '@fairlead/postgres';
import { describe, expect, inject, it } from 'vitest';
import { BAD_CERTIFICATES, failure } from './support.ts';

const { postgres, postgresVersions, redis } = inject('servers');
const SCRAM = 'scram:scram-password';
const TLS_NOW = 'select ssl, version from pg_stat_ssl where pid = pg_backend_pid()';

function at(port: number, login: string, sslmode = 'disable', hostname = 'localhost'): string {
  return `postgres://${login}@${hostname}:${port}/fairlead?sslmode=${sslmode}`;
}

describe.each([15, 17, 18] as const)('PostgreSQL %i', (version) => {
  const { port } = postgresVersions[version];
  const url = (login: string, sslmode?: string, hostname?: string) => at(port, login, sslmode, hostname);

  describe('accounts', () => {
    it.each([SCRAM, 'md5:md5-password', 'cleartext:cleartext-password', 'trusted'])(
      '%s over TLS, which the server confirms',
      async (login) => {
        await using client = await connect(url(login, 'require'));
        expect((await client.query(TLS_NOW)).rows).toEqual([{ ssl: true, version: 'TLSv1.3' }]);
        expect(client.server.version).toMatch(new RegExp(`^${version}\\.`));
      },
    );

    it.each([SCRAM, 'md5:md5-password', 'trusted'])('%s over plain TCP', async (login) => {
      for (const eager of [false, true]) {
        await using client = await connect(url(login), { eager });
        expect((await client.query(TLS_NOW)).rows).toEqual([{ ssl: false, version: null }]);
      }
    });

    it('a password that SASLprep changes, as it was set and as it is prepared', async () => {
      for (const password of ['\u2168\u00ad-Gru\u0308\u00dfe', 'IX-Gr\u00fc\u00dfe']) {
        await using client = await connect(url('prepared'), { password });
        expect(await client.queryValue('select current_user')).toBe('prepared');
      }
    });

    it('verify-full, by IP address', async () => {
      await using client = await connect(url(SCRAM, 'verify-full', '127.0.0.1'));
      expect((await client.query(TLS_NOW)).rows).toMatchObject([{ ssl: true }]);
    });

    it('a clear-text password goes over plain TCP only when asked for by name', async () => {
      const plain = url('cleartext:cleartext-password');
      const error = await failure(connect(plain));
      expect(error.code).toBe('auth');
      expect(error.message).not.toContain('cleartext-password');
      await using client = await connect(plain, { allowCleartextPassword: true });
      expect((await client.query('select current_user')).rows).toEqual([{ current_user: 'cleartext' }]);
    });

    it('TLS is the default', async () => {
      const login = { username: 'tlsonly', password: 'tlsonly-password', database: 'fairlead' };
      await using client = await connect({ hostname: 'localhost', port, ...login });
      expect((await client.query(TLS_NOW)).rows).toMatchObject([{ ssl: true }]);
    });

    it('the newest protocol, where it is known, with its longer keys to cancel by', async () => {
      await using client = await connect(url(SCRAM), { maxProtocolVersion: 'latest' });
      const late = await failure(client.query('select pg_sleep(10)', [], { timeoutMs: 100 }));
      expect(late.code).toBe('timeout');
      expect(await client.queryValue('select 1')).toBe(1);
    });

    it('parameters to begin with', async () => {
      const parameters = { search_path: 'pg_catalog', TimeZone: 'Asia/Tokyo', statement_timeout: '4321' };
      await using client = await connect(url(SCRAM), { parameters, applicationName: 'harbour' });
      expect(client.parameterStatus.get('TimeZone')).toBe('Asia/Tokyo');
      const settings =
        "select current_setting('statement_timeout') a, current_setting('application_name') b, now() c";
      expect((await client.query(settings)).rows).toMatchObject([
        { a: '4321ms', b: 'harbour', c: expect.stringMatching(/\+09:00$/) },
      ]);
    });
  });

  describe('refusals', () => {
    it.each<[name: string, login: string, code: string, sqlState: string]>([
      ['a wrong password (scram)', 'scram:wrong-password', 'auth', '28P01'],
      ['a wrong password (md5)', 'md5:wrong-password', 'auth', '28P01'],
      ['an account that does not exist', 'nobody:scram-password', 'auth', '28000'],
      ['an account that no rule allows', 'postgres:scram-password', 'auth', '28000'],
      ['an account that may not log in', 'sleeper:sleeper-password', 'auth', '28000'],
      ['a password that has expired', 'expired:expired-password', 'auth', '28P01'],
      ['an account that must use TLS', 'tlsonly:tlsonly-password', 'auth', '28000'],
    ])('%s', async (_name, login, code, sqlState) => {
      for (const eager of [false, true]) {
        const error = await failure(connect(url(login), { eager }));
        expect(error).toMatchObject({ code, safeToRetry: true, server: { code: sqlState } });
        expect(error.message).not.toMatch(/(wrong|scram|expired|sleeper|tlsonly)-password/);
      }
    });

    it('a query on its way behind a login that fails has not run', async () => {
      await using client = open(url('scram:wrong-password'));
      const error = await failure(client.query('select 1'));
      expect(error).toMatchObject({ code: 'auth', safeToRetry: true, server: { code: '28P01' } });
    });

    it.each<[name: string, options: ConnectOptions, code: string, sqlState: string]>([
      ['an unknown database', { database: 'nowhere' }, 'server', '3D000'],
      ['an unknown parameter', { parameters: { no_such_thing: 'x' } }, 'server', '42704'],
      [
        'a value that a parameter cannot have',
        { parameters: { TimeZone: 'Nowhere/Land' } },
        'server',
        '22023',
      ],
    ])('%s', async (_name, options, code, sqlState) => {
      const error = await failure(connect(url(SCRAM), options));
      expect(error).toMatchObject({ code, safeToRetry: true, server: { code: sqlState } });
    });

    it('more connections than an account may have are 53300', async () => {
      await using _first = await connect(url('single:single-password'));
      const error = await failure(connect(url('single:single-password')));
      expect(error).toMatchObject({ code: 'server', safeToRetry: true, server: { code: '53300' } });
    });

    it.each<[name: string, login: string, options: ConnectOptions]>([
      ['a method that requireAuth leaves out', 'md5:md5-password', { requireAuth: ['scram-sha-256'] }],
      ['no method where one is required', 'trusted', { requireAuth: ['scram-sha-256', 'md5'] }],
      ['a password that is not there', 'scram', {}],
      ['GSSAPI', 'gss', {}],
    ])('%s is `auth`', async (_name, login, options) => {
      expect(await failure(connect(url(login), options))).toMatchObject({ code: 'auth', safeToRetry: true });
    });
  });
});

describe('what is no server, or not the one meant', () => {
  it.each(BAD_CERTIFICATES)('the certificate %s is `tls_failed`', async (kind) => {
    const error = await failure(connect(at(postgres[kind].port, SCRAM, 'require')));
    expect(error).toMatchObject({ code: 'tls_failed', safeToRetry: true });
  });

  it.each(['verify-ca', 'prefer', 'allow'])('sslmode=%s is `policy`', async (mode) => {
    expect((await failure(connect(at(postgres.good.port, SCRAM, mode)))).code).toBe('policy');
  });

  it.each(['disable', 'require'])('nobody listening (sslmode=%s)', async (sslmode) => {
    const error = await failure(connect(at(1, SCRAM, sslmode)));
    expect(error).toMatchObject({ code: 'connect_failed', safeToRetry: true });
  });

  it.each(['disable', 'require'])('a Redis, which says nothing or closes (sslmode=%s)', async (sslmode) => {
    const error = await failure(connect(at(redis.good.plainPort, SCRAM, sslmode), { connectTimeoutMs: 500 }));
    expect(['protocol', 'connection_lost', 'connect_timeout', 'tls_failed']).toContain(error.code);
    expect(error.safeToRetry).toBe(true);
  });

  it('a Redis over TLS, which takes the request for a broken handshake', async () => {
    const error = await failure(connect(at(redis.good.tlsPort, SCRAM), { connectTimeoutMs: 500 }));
    expect(['protocol', 'connection_lost', 'connect_timeout']).toContain(error.code);
    expect(error.safeToRetry).toBe(true);
  });

  it('a signal that fires while it connects', async () => {
    const error = await failure(
      connect(at(redis.good.plainPort, SCRAM), { signal: AbortSignal.timeout(50) }),
    );
    expect(error).toMatchObject({ code: 'aborted', safeToRetry: true });
  });

  it('the first of several hosts that will do', async () => {
    const hosts = [1, postgres.good.port].map((port) => ({ hostname: 'localhost', port }));
    const login = {
      username: 'scram',
      password: 'scram-password',
      database: 'fairlead',
      tls: false,
    } as const;
    await using client = await connect({ hosts, ...login, targetSessionAttrs: 'read-write' });
    expect(await client.queryValue('select inet_server_port()')).toBe(5432);
    const standby = connect({ hosts, ...login, targetSessionAttrs: 'standby' });
    expect((await failure(standby)).safeToRetry).toBe(true);
  });
});
