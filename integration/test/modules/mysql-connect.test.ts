// MySQL 9.7 and MariaDB 11.8: ways in. Each authentication method of each, TLS as the server itself sees it, what each
// refusal is called, and what a wiretap hears of a password.
import { type AuthMethod, type ConnectOptions, connect } from '@fairlead/mysql';
import { describe, expect, inject, it } from 'vitest';
import { BAD_CERTIFICATES, failure } from './support.ts';

const { mysql, mariadb, wiretaps } = inject('servers');
const PORTS = { mysql: mysql.port, mariadb: mariadb.good.port };

type ServerName = keyof typeof PORTS;

function url(login: string, sslmode: string, port: number, hostname = 'localhost'): string {
  return `mysql://${login}@${hostname}:${port}/fairlead?sslmode=${sslmode}`;
}

const login = (user: string): string => `${user}:${user}-password`;

/** The server's own word on who this is, and whether by TLS. */
async function whoAmI(
  target: string,
  options: ConnectOptions = {},
): Promise<{ user: unknown; tls: unknown }> {
  await using client = await connect(target, options);
  const { rows } = await client.query('select current_user() as user');
  const status = await client.query("show session status like 'Ssl_version'");
  return { user: rows[0]?.user, tls: status.rows[0]?.Value };
}

/** Each account, its method, and what its method needs to be allowed by name, over TLS and without. */
const ACCOUNTS: readonly [
  ServerName,
  user: string,
  AuthMethod,
  overTls: ConnectOptions,
  plain: ConnectOptions,
][] = [
  ['mysql', 'sha2', 'caching_sha2_password', {}, { allowPublicKeyRetrieval: true }],
  ['mysql', 'sha256', 'sha256_password', {}, { allowPublicKeyRetrieval: true }],
  ['mariadb', 'native', 'mysql_native_password', {}, {}],
  ['mariadb', 'ed25519', 'client_ed25519', {}, {}],
  ['mariadb', 'parsec', 'parsec', {}, {}],
];

describe('accounts', () => {
  it.each(ACCOUNTS)(
    '%s: %s (%s) over TLS, which the server confirms',
    async (server, user, method, options) => {
      const target = url(login(user), 'require', PORTS[server]);
      const answer = await whoAmI(target, { ...options, requireAuth: [method] });
      expect(answer).toEqual({ user: `${user}@%`, tls: 'TLSv1.3' });
    },
  );

  it.each(ACCOUNTS)('%s: %s (%s) over plain TCP', async (server, user, _method, _overTls, options) => {
    const target = url(login(user), 'disable', PORTS[server]);
    expect(await whoAmI(target, options)).toEqual({ user: `${user}@%`, tls: '' });
  });

  it.each<[ServerName]>([['mysql'], ['mariadb']])('%s: no password, TLS as the default', async (server) => {
    const answer = await whoAmI(`mysql://trusted@localhost:${PORTS[server]}/fairlead`);
    expect(answer).toEqual({ user: 'trusted@%', tls: 'TLSv1.3' });
  });

  it('verify-full, by IP address', async () => {
    const target = url(login('sha2'), 'verify-full', mysql.port, '127.0.0.1');
    expect(await whoAmI(target)).toMatchObject({ tls: 'TLSv1.3' });
  });

  it('say what the server is', async () => {
    await using one = await connect(url(login('sha2'), 'require', mysql.port));
    await using other = await connect(url(login('native'), 'require', mariadb.good.port));
    expect(one.server).toMatchObject({ version: expect.stringMatching(/^9\./), isMariaDb: false });
    expect(other.server).toMatchObject({ version: expect.stringMatching(/^11\./), isMariaDb: true });
  });
});

describe('caching_sha2_password', () => {
  /** Makes the server forget the account, so that it needs the password itself. */
  async function forget(): Promise<void> {
    await using admin = await connect(url(login('sha2'), 'require', mysql.port));
    await admin.query('flush privileges');
  }
  const fresh = login('fresh');

  it('in full over TLS, then by its short way', async () => {
    await forget();
    const target = url(fresh, 'require', mysql.port);
    expect(await whoAmI(target)).toMatchObject({ user: 'fresh@%' });
    expect(await whoAmI(target)).toMatchObject({ user: 'fresh@%' });
    expect(await whoAmI(url(fresh, 'disable', mysql.port))).toEqual({ user: 'fresh@%', tls: '' });
  });

  it('in full over plain TCP is refused, unless the key may be asked for by name', async () => {
    await forget();
    const target = url(fresh, 'disable', mysql.port);
    const error = await failure(connect(target));
    expect(error.code).toBe('auth');
    expect(error.message).toContain('allowPublicKeyRetrieval');
    expect(await whoAmI(target, { allowPublicKeyRetrieval: true })).toEqual({ user: 'fresh@%', tls: '' });
  });
});

describe('a password in clear text', () => {
  const target = url(login('cleartext'), 'require', mariadb.good.port);

  it('goes over TLS when asked for by name', async () => {
    expect((await failure(connect(target))).code).toBe('auth');
    expect(await whoAmI(target, { allowCleartextPassword: true })).toMatchObject({ tls: 'TLSv1.3' });
  });

  it('never goes over plain TCP', async () => {
    const plain = target.replace('require', 'disable');
    const error = await failure(connect(plain, { allowCleartextPassword: true }));
    expect(error.code).toBe('auth');
    expect(error.message).not.toContain('cleartext-password');
  });
});

describe('a wiretap', () => {
  /** SSLRequest is 32 bytes in a packet (protocol::SSLRequest); a TLS record with a ClientHello begins 22, 3. */
  const SSL_REQUEST_BYTES = 36;
  const heard = async (address: { heardUrl: string }): Promise<Uint8Array> =>
    new Uint8Array(await (await fetch(address.heardUrl)).arrayBuffer());
  const text = (bytes: Uint8Array): string => new TextDecoder('latin1').decode(bytes);

  it.each<[ServerName, user: string, ConnectOptions]>([
    ['mysql', 'fresh', {}],
    ['mysql', 'sha2', {}],
    ['mysql', 'sha256', {}],
    ['mariadb', 'native', {}],
    ['mariadb', 'ed25519', {}],
    ['mariadb', 'parsec', {}],
    ['mariadb', 'cleartext', { allowCleartextPassword: true }],
  ])('%s: hears of %s a request for TLS, and then TLS alone', async (server, user, options) => {
    await whoAmI(url(login(user), 'require', wiretaps[server].port), options);
    const bytes = await heard(wiretaps[server]);
    expect(bytes.length).toBeGreaterThan(SSL_REQUEST_BYTES + 200);
    expect([...bytes.subarray(0, 4)]).toEqual([32, 0, 0, 1]);
    expect([...bytes.subarray(SSL_REQUEST_BYTES, SSL_REQUEST_BYTES + 2)]).toEqual([22, 3]);
    for (const secret of [user, `${user}-password`, 'fairlead', 'current_user']) {
      expect(text(bytes)).not.toContain(secret);
    }
  });

  it('hears a plain connection, or it would prove nothing', async () => {
    await whoAmI(url(login('native'), 'disable', wiretaps.mariadb.port));
    const bytes = text(await heard(wiretaps.mariadb));
    expect(bytes).toContain('native');
    expect(bytes).toContain('current_user');
    expect(bytes).not.toContain('native-password');
  });

  it('hears nothing of the password either where a key hides it', async () => {
    const target = url(login('sha256'), 'disable', wiretaps.mysql.port);
    await whoAmI(target, { allowPublicKeyRetrieval: true });
    const bytes = text(await heard(wiretaps.mysql));
    expect(bytes).toContain('sha256');
    expect(bytes).not.toContain('sha256-password');
  });
});

describe('refusals', () => {
  it.each<[ServerName, name: string, login: string]>([
    ['mysql', 'a wrong password (caching_sha2_password)', 'sha2:wrong-password'],
    ['mysql', 'a wrong password (sha256_password)', 'sha256:wrong-password'],
    ['mysql', 'an unknown user', 'nobody:sha2-password'],
    ['mysql', 'no password', 'sha2'],
    ['mariadb', 'a wrong password (mysql_native_password)', 'native:wrong-password'],
    ['mariadb', 'a wrong password (ed25519)', 'ed25519:wrong-password'],
    ['mariadb', 'a wrong password (parsec)', 'parsec:wrong-password'],
    ['mariadb', 'an unknown user', 'nobody:native-password'],
    ['mariadb', 'no password', 'native'],
  ])('%s: %s is `auth`', async (server, _name, wrong) => {
    const error = await failure(connect(url(wrong, 'require', PORTS[server])));
    expect(error).toMatchObject({ code: 'auth', server: { code: '28000', fields: { errno: '1045' } } });
    expect(error.message).not.toMatch(/wrong-password|sha2-password|native-password/);
  });

  it.each<[ServerName]>([['mysql'], ['mariadb']])(
    '%s: an account that must use TLS is refused without',
    async (server) => {
      const error = await failure(
        connect(url(login('tlsonly'), 'disable', PORTS[server]), { allowPublicKeyRetrieval: true }),
      );
      expect(error).toMatchObject({ code: 'auth', server: { code: '28000' } });
      expect(await whoAmI(url(login('tlsonly'), 'require', PORTS[server]))).toMatchObject({ tls: 'TLSv1.3' });
    },
  );

  it.each<[ServerName, user: string]>([
    ['mysql', 'sha2'],
    ['mariadb', 'native'],
  ])('%s: an unknown database is the server’s error', async (server, user) => {
    const unknown = url(login(user), 'require', PORTS[server]).replace('/fairlead', '/nowhere');
    expect(await failure(connect(unknown))).toMatchObject({
      server: { code: '42000', fields: { errno: expect.stringMatching(/^(1044|1049)$/) } },
    });
  });

  it.each(BAD_CERTIFICATES)('the certificate %s is `tls_failed`', async (kind) => {
    const attempt = connect(url(login('native'), 'require', mariadb[kind].port));
    expect((await failure(attempt)).code).toBe('tls_failed');
  });

  it.each(['verify-ca', 'prefer'])('sslmode=%s is `policy`', async (mode) => {
    expect((await failure(connect(url(login('sha2'), mode, mysql.port)))).code).toBe('policy');
  });

  it('a method that requireAuth leaves out is refused', async () => {
    const attempt = connect(url(login('native'), 'require', mariadb.good.port), {
      requireAuth: ['client_ed25519'],
    });
    expect((await failure(attempt)).code).toBe('auth');
  });

  it('a port where another protocol is spoken', async () => {
    const { redis } = inject('servers');
    const target = url(login('sha2'), 'disable', redis.good.plainPort);
    expect(['protocol', 'timeout', 'connect_timeout']).toContain(
      (await failure(connect(target, { connectTimeoutMs: 1000 }))).code,
    );
  });
});
