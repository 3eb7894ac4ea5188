// Redis 8: ways in. Plain and TLS, users and passwords, what each refusal is called, one round trip to the first reply.
import { connect } from '@fairlead/redis';
import { faultProxyControl } from '@fairlead/testkit';
import { describe, expect, inject, it } from 'vitest';
import { BAD_CERTIFICATES, failure } from './support.ts';

const { redis, redisWithoutHello, proxies } = inject('servers');
const plain = `localhost:${redis.good.plainPort}`;
const secure = `localhost:${redis.good.tlsPort}`;

describe('users', () => {
  it.each([
    ['the default user, over plain TCP', `redis://:default-password@${plain}`, 'default'],
    ['the default user, over TLS', `rediss://:default-password@${secure}`, 'default'],
    ['an ACL user, over plain TCP', `redis://app:app-password@${plain}`, 'app'],
    ['an ACL user, over TLS by IP', `rediss://app:app-password@127.0.0.1:${redis.good.tlsPort}`, 'app'],
  ])('%s', async (_name, url, user) => {
    await using client = await connect(url);
    expect(await client.send('ACL', 'WHOAMI')).toBe(user);
    expect(client.server).toMatchObject({ name: 'redis', protocol: 3 });
    expect(client.server?.version).toMatch(/^8\./);
  });

  it('takes the user and password as options', async () => {
    await using client = await connect(`redis://${plain}`, { username: 'app', password: 'app-password' });
    expect(await client.send('ACL', 'WHOAMI')).toBe('app');
  });

  it('selects the database of the URL', async () => {
    await using client = await connect(`redis://:default-password@${plain}/3`);
    expect(await client.send('CLIENT', 'INFO')).toContain(' db=3 ');
  });

  it('falls back to RESP2 for a server without HELLO', async () => {
    await using client = await connect(`redis://app:app-password@localhost:${redisWithoutHello.plainPort}/4`);
    expect(await client.send('PING')).toBe('PONG');
    expect(await client.send('CLIENT', 'INFO')).toContain(' db=4 ');
    expect(client.server?.protocol).toBe(2);
  });
});

describe('refusals', () => {
  it.each([
    ['a wrong password', `redis://:wrong@${plain}`],
    ['an unknown user', `redis://nobody:app-password@${plain}`],
    ['a wrong password, over TLS', `rediss://app:wrong@${secure}`],
    ['no password', `redis://${plain}`],
  ])('%s is `auth`', async (_name, url) => {
    const attempt = connect(url).then((client) => client.send('GET', 'k'));
    const error = await failure(attempt);
    expect(error.code).toBe('auth');
    expect(error.message).not.toMatch(/wrong|app-password/);
  });

  it('a command that the ACL forbids is `server` with NOPERM, and the connection goes on', async () => {
    await using client = await connect(`redis://reader:reader-password@${plain}`);
    const error = await failure(client.send('SET', 'harbour:1', 'x'));
    expect(error).toMatchObject({ code: 'server', server: { code: 'NOPERM' } });
    expect((await failure(client.send('GET', 'secret'))).server?.code).toBe('NOPERM');
    expect(await client.send('GET', 'harbour:unknown')).toBeNull();
  });

  it.each(BAD_CERTIFICATES)('the certificate %s is `tls_failed`', async (kind) => {
    const attempt = connect(`rediss://:default-password@localhost:${redis[kind].tlsPort}`);
    expect((await failure(attempt)).code).toBe('tls_failed');
  });
});

describe('round trips', () => {
  it('the first reply comes after exactly one, login and database included', async () => {
    const control = faultProxyControl(proxies.redis.controlUrl);
    await control.setPlan({ toServer: { delayMs: 20 }, toClient: { delayMs: 20 } });
    await control.clearStats();
    await using client = await connect(`redis://app:app-password@localhost:${proxies.redis.port}/5`);
    expect(await client.send('PING')).toBe('PONG');
    expect(await control.stats()).toMatchObject({ connections: 1, roundTrips: 1, clientTurns: 0 });
  });
});
