// The login: one write with the first commands, in every way it can go wrong, and on servers without RESP3.
import { scriptedPeer } from '@fairlead/testkit';
import { describe, expect, it } from 'vitest';
import { connect } from '../src/index.ts';
import { cmd, cmds, HELLO_REPLY } from './wire.ts';

const UNKNOWN = "-ERR unknown command 'HELLO'\r\n";
const NOAUTH = '-NOAUTH Authentication required.\r\n';

describe('login', () => {
  it('leaves with SELECT and the first command in one platform write', async () => {
    const writes: number[] = [];
    const sent = cmds('AUTH app p@ss', 'HELLO 3', 'CLIENT SETNAME me', 'SELECT 2', 'GET k');
    await using peer = scriptedPeer({ onPlatformWrite: (bytes) => writes.push(bytes) })
      .expect(sent)
      .send(`+OK\r\n${HELLO_REPLY}+OK\r\n+OK\r\n$1\r\nv\r\n`);
    await using client = await connect('redis://app:p%40ss@cache.test/2', {
      connector: peer.connector,
      name: 'me',
    });
    expect(client.server).toBeUndefined();
    expect(await client.get('k')).toBe('v');
    expect(client.server).toEqual({ name: 'redis', version: '7.0.15', protocol: 3 });
    expect(writes).toEqual([sent.length]);
    await peer.done();
  });

  it('does not count as a reply of the caller, whose cap holds behind it', async () => {
    await using peer = scriptedPeer()
      .expect(cmds('HELLO 3', 'LRANGE l 0 0'))
      .send(`${HELLO_REPLY}*1\r\n$1\r\na\r\n`)
      .expect(cmd('LRANGE l 0 1'))
      .send('*2\r\n$1\r\na\r\n$1\r\nb\r\n');
    const client = await connect('redis://cache.test', { connector: peer.connector, maxReplyValues: 1 });
    expect(await client.lrange('l', 0, 0)).toEqual(['a']);
    await expect(client.lrange('l', 0, 1)).rejects.toMatchObject({ code: 'limit', blame: 'peer' });
    await peer.done();
  });

  it('holds what comes later until the login is answered', async () => {
    await using peer = scriptedPeer().expect(cmds('HELLO 3', 'SET a 1'));
    await using client = await connect('redis://cache.test', { connector: peer.connector });
    const first = client.set('a', 1);
    await new Promise((resolve) => setTimeout(resolve, 5));
    const second = client.set('b', 2);
    await new Promise((resolve) => setTimeout(resolve, 5));
    await peer.done();
    peer.send(`${HELLO_REPLY}+OK\r\n`).expect(cmd('SET b 2')).send('+OK\r\n');
    expect(await Promise.all([first, second])).toEqual(['OK', 'OK']);
  });

  it('sends no write behind a SELECT that may fail', async () => {
    await using peer = scriptedPeer()
      .expect(cmds('HELLO 3', 'SELECT 99', 'GET a'))
      .send(`${HELLO_REPLY}-ERR DB index is out of range\r\n$-1\r\n`);
    const client = await connect('redis://cache.test/99', { connector: peer.connector });
    const calls = [client.get('a'), client.set('b', 1), client.get('c')];
    expect(await Promise.allSettled(calls)).toMatchObject([
      { reason: { code: 'server', safeToRetry: false, server: { code: 'ERR' } } },
      { reason: { code: 'server', safeToRetry: true } },
      { reason: { code: 'server', safeToRetry: true } },
    ]);
    await peer.done();
  });

  it('sends that write once SELECT is confirmed', async () => {
    await using peer = scriptedPeer()
      .expect(cmds('HELLO 3', 'SELECT 1'))
      .send(`${HELLO_REPLY}+OK\r\n`)
      .expect(cmds('SET a 1', 'GET a'))
      .send('+OK\r\n$1\r\n1\r\n');
    await using client = await connect('redis://cache.test/1', { connector: peer.connector });
    expect(await Promise.all([client.set('a', 1), client.get('a')])).toEqual(['OK', '1']);
    await peer.done();
  });

  it.each([
    ['WRONGPASS invalid username-password pair or user is disabled.', 'redis://u:secret@cache.test'],
    ['NOAUTH HELLO must be called with the client already authenticated', 'redis://cache.test'],
    ['DENIED Redis is running in protected mode', 'redis://cache.test'],
  ])('is `auth` when the server says %s', async (words, url) => {
    await using peer = scriptedPeer().expect('*').send(`-${words}\r\n${NOAUTH}`);
    const client = await connect(url, { connector: peer.connector });
    const error = await client.get('k').catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'auth', server: { code: words.split(' ')[0] } });
    expect(String(error)).not.toContain('secret');
    await expect(client.get('k')).rejects.toMatchObject({ code: 'auth', safeToRetry: true });
  });

  it('goes on in RESP2 where HELLO is unknown and nobody has to log in, and runs nothing twice', async () => {
    await using peer = scriptedPeer()
      .expect(cmds('HELLO 3', 'SELECT 3', 'GET k'))
      .send(`${UNKNOWN}+OK\r\n$1\r\nv\r\n`)
      .expect(cmd('HGETALL h'))
      .send('*2\r\n$1\r\na\r\n$1\r\n1\r\n');
    await using client = await connect('redis://cache.test/3', { connector: peer.connector });
    expect(await client.get('k')).toBe('v');
    expect(client.server).toEqual({ name: 'unknown', version: '', protocol: 2 });
    expect(await client.hgetall('h')).toEqual({ a: '1' });
    await peer.done();
  });

  it('logs in to a server without HELLO at once, and speaks RESP2 with it', async () => {
    const sent = cmds('AUTH pw', 'HELLO 3', 'SELECT 3', 'GET k', 'GET l');
    await using peer = scriptedPeer()
      .expect(sent)
      .send(`+OK\r\n${UNKNOWN}+OK\r\n$1\r\nv\r\n$-1\r\n`)
      .expect(cmd('SET m 1'))
      .send('+OK\r\n');
    await using client = await connect('redis://:pw@cache.test/3', { connector: peer.connector });
    expect(await Promise.all([client.get('k'), client.get('l')])).toEqual(['v', null]);
    expect(await client.set('m', 1)).toBe('OK');
    expect(client.server).toMatchObject({ protocol: 2 });
    await peer.done();
  });

  it('falls back where the server knows HELLO but not the version, and sends a transaction once', async () => {
    await using peer = scriptedPeer()
      .expect(cmds('AUTH u pw', 'HELLO 3', 'MULTI', 'SET a 1', 'EXEC'))
      .send('+OK\r\n-NOPROTO unsupported protocol version\r\n+OK\r\n+QUEUED\r\n*1\r\n+OK\r\n');
    await using client = await connect('redis://u:pw@cache.test', { connector: peer.connector });
    expect(await client.multi().set('a', 1).exec()).toEqual(['OK']);
    await peer.done();
  });

  it('goes on where a server without passwords is given one, and takes HELLO', async () => {
    await using peer = scriptedPeer()
      .expect(cmds('AUTH pw', 'HELLO 3', 'GET k'))
      .send(`-ERR AUTH <password> called without any password configured\r\n${HELLO_REPLY}$1\r\nv\r\n`);
    await using client = await connect('redis://:pw@cache.test', { connector: peer.connector });
    expect(await client.get('k')).toBe('v');
    await peer.done();
  });

  it.each(['-ERR invalid password\r\n', '-ERR Client sent AUTH, but no password is set\r\n'])(
    'is `auth` where a server without HELLO answers %j, and the first command may have run',
    async (refusal) => {
      await using peer = scriptedPeer()
        .expect(cmds('AUTH pw', 'HELLO 3', 'INCR n'))
        .send(`${refusal}${UNKNOWN}:1\r\n`);
      const client = await connect('redis://:pw@cache.test', { connector: peer.connector });
      await expect(client.incr('n')).rejects.toMatchObject({ code: 'auth', safeToRetry: false });
      await expect(client.get('k')).rejects.toMatchObject({ code: 'auth', safeToRetry: true });
    },
  );

  it('ready() logs in by itself', async () => {
    await using peer = scriptedPeer().expect(cmds('HELLO 3', 'PING')).send(`${HELLO_REPLY}+PONG\r\n`);
    await using client = await connect({ hostname: 'cache.test', connector: peer.connector });
    expect(await client.ready()).toMatchObject({ version: '7.0.15' });
  });

  it('dials TLS for rediss', async () => {
    await using peer = scriptedPeer().expect(cmds('HELLO 3', 'PING')).send(`${HELLO_REPLY}+PONG\r\n`);
    const seen: unknown[] = [];
    await using client = await connect('rediss://cache.test:7000', {
      connector: (address, options) => {
        seen.push(address, options?.tls);
        return peer.connector(address, options);
      },
    });
    expect(await client.ping()).toBe('PONG');
    expect(seen).toEqual([{ hostname: 'cache.test', port: 7000 }, 'implicit']);
  });

  it('hands the wishes of TLS to the connector, for further connections too', async () => {
    await using peer = scriptedPeer()
      .expect(cmds('HELLO 3', 'PING'))
      .send(`${HELLO_REPLY}+PONG\r\n`)
      .nextConnection()
      .expect(cmds('HELLO 3', 'BLPOP jobs 1'))
      .send(`${HELLO_REPLY}*-1\r\n`);
    const seen: unknown[] = [];
    const wishes = { ca: 'CA', cert: 'CERT', key: 'KEY' };
    await using client = await connect('redis://cache.test', {
      tls: wishes,
      connector: (address, options) => {
        seen.push([options?.tls, options?.tlsOptions]);
        return peer.connector(address, options);
      },
    });
    expect(await client.ping()).toBe('PONG');
    await using own = await client.dedicated();
    expect(await own.send('BLPOP', 'jobs', 1)).toBeNull();
    expect(seen).toEqual([
      ['implicit', wishes],
      ['implicit', wishes],
    ]);
  });

  it.each([
    ['redis://bücher.example', 'bücher.example', 6379],
    ['redis://[::1]:7001/1', '[::1]', 7001],
    ['rediss://10.0.0.1', '10.0.0.1', 6379],
  ])('dials the host of %s', async (url, hostname, port) => {
    const refusal = new Error('seen');
    const dialled = connect(url, {
      connector: (address) => {
        expect(address).toEqual({ hostname, port });
        return Promise.reject(refusal);
      },
    });
    await expect(dialled).rejects.toBe(refusal);
  });

  it('ends with the server when that closes during the login', async () => {
    await using peer = scriptedPeer().expect('*').close();
    const client = await connect('redis://cache.test', { connector: peer.connector });
    await expect(client.get('k')).rejects.toMatchObject({ code: 'connection_lost', safeToRetry: false });
  });

  it.each([
    ['http://x', /redis\[s\]/],
    ['redis://', /host|URL/],
    ['not a url', /not a URL/],
    ['redis://x/abc', /host:port\/database/],
    ['redis://x/1?a=b', /query/],
    ['redis://u:%ff@x', /percent/],
    ['redis://user-only@x', /password/],
    [{ hostname: 'x', database: -1 }, /database/],
    [{ hostname: 'x', database: 1.5 }, /database/],
    [{ hostname: 'x', name: 'two words' }, /name/],
    [{ hostname: 'x', port: 70000 }, /port/],
    ['redis://:hunter2@x:99999', /URL/],
  ])('refuses the target %j', async (target, words) => {
    const error = await connect(target).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'usage', message: expect.stringMatching(words) });
    expect(`${String(error)} ${String((error as Error).cause)}`).not.toContain('hunter2');
  });
});
