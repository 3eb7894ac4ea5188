// Times, passwords by function, and which failures are safe to retry.
import { type ScriptedPeer, scriptedPeer } from '@fairlead/testkit';
import { describe, expect, it } from 'vitest';
import { connect, type RedisOptions, Script, subscribe, tracking } from '../src/index.ts';
import { bulk, cmd, cmds, HELLO_REPLY } from './wire.ts';

async function open(options: RedisOptions = {}) {
  const peer = scriptedPeer().expect(cmds('HELLO 3', 'PING')).send(`${HELLO_REPLY}+PONG\r\n`);
  const client = await connect({ hostname: 'cache.test', connector: peer.connector, ...options });
  await client.ready();
  return { peer, client };
}

const sha = 'e0e1f9fabfc9d4800c877a703b823ac0578ff8db';

describe('times', () => {
  it('of 2^31 ms and more, and Infinity, do not fire at once', async () => {
    for (const timeoutMs of [2 ** 31, 2 ** 40, Number.POSITIVE_INFINITY]) {
      const { peer, client } = await open({ timeoutMs, connectTimeoutMs: timeoutMs });
      peer.expect(cmd('GET a')).delay(30).send('$1\r\n1\r\n');
      expect(await client.with({ timeoutMs }).get('a')).toBe('1');
    }
  });

  it('of a script are for both of its commands together', async () => {
    const { peer, client } = await open();
    peer
      .expect(cmd(`EVALSHA ${sha} 0`))
      .delay(600)
      .send('-NOSCRIPT No matching script.\r\n')
      .expect('*')
      .stall();
    const startedAt = Date.now();
    const run = new Script('return 1').run(client.with({ timeoutMs: 1000 }));
    await expect(run).rejects.toMatchObject({ code: 'timeout' });
    expect(Date.now() - startedAt).toBeLessThan(1500);
  });

  it('and the signal of a client are for its subscriptions too', async () => {
    for (const listen of [subscribe, tracking]) {
      const { peer, client } = await open();
      peer.expect('*').stall();
      const call = { timeoutMs: 20, signal: new AbortController().signal };
      const listening =
        listen === tracking ? tracking(client.with(call)) : subscribe(client.with(call), ['c']);
      await expect(listening).rejects.toMatchObject({ code: 'timeout' });
    }
  });

  it('of connecting cover the password’s function and the dialling together', async () => {
    const given: (number | undefined)[] = [];
    const attempt = connect({
      password: async () => {
        await new Promise((resolve) => setTimeout(resolve, 40));
        return 'secret';
      },
      connectTimeoutMs: 1000,
      connector: async (_, options) => {
        given.push(options?.connectTimeoutMs);
        throw new Error('It was not dialled.');
      },
    });
    await expect(attempt).rejects.toThrow('not dialled');
    expect(given[0]).toBeLessThanOrEqual(965);
  });
});

describe('a password as a function', () => {
  it('is asked for at each login', async () => {
    const passwords = ['first', 'second'];
    const peer = scriptedPeer()
      .expect(cmds('AUTH app first', 'HELLO 3', 'GET a'))
      .send(`+OK\r\n${HELLO_REPLY}$1\r\n1\r\n`)
      .nextConnection()
      .expect(cmds('AUTH app second', 'HELLO 3', 'GET b'))
      .send(`+OK\r\n${HELLO_REPLY}$1\r\n2\r\n`);
    const options = { username: 'app', password: () => passwords.shift() ?? '', connector: peer.connector };
    const client = await connect(options);
    expect(await client.get('a')).toBe('1');
    const own = await client.dedicated();
    expect(await own.get('b')).toBe('2');
    await peer.done();
  });

  it.each<[string, () => never | Promise<never>, string]>([
    ['fails', () => Promise.reject(new Error('no token')), 'auth'],
    ['throws', () => JSON.parse('{'), 'auth'],
    ['gives no text', () => 5 as never, 'usage'],
    ['does not answer', () => new Promise<never>(() => {}), 'connect_timeout'],
  ])('that %s: nothing is dialled', async (_, password, code) => {
    const peer = scriptedPeer();
    const attempt = connect({ password, connector: peer.connector, connectTimeoutMs: 20 });
    await expect(attempt).rejects.toMatchObject({ code, safeToRetry: true });
    expect(peer.connections).toBe(0);
  });
});

describe('safeToRetry', () => {
  /** A client whose login has not begun, and what its peer does then. */
  async function fresh(script: (peer: ScriptedPeer) => unknown, options: RedisOptions = {}) {
    const peer = scriptedPeer().expect('*');
    script(peer);
    return connect({ connector: peer.connector, timeoutMs: 30, ...options });
  }

  it.each<[string, (peer: ScriptedPeer) => unknown, string]>([
    ['a refused login', (peer) => peer.send('-WRONGPASS no\r\n'), 'auth'],
    ['silence', (peer) => peer.stall(), 'timeout'],
    ['an end', (peer) => peer.close(), 'connection_lost'],
    ['noise', (peer) => peer.send('220 mail.test ESMTP\r\n'), 'protocol'],
  ])('%s: true for ready(), false for a command that left behind the login', async (_, script, code) => {
    const options = { password: 'secret' };
    await expect((await fresh(script, options)).ready()).rejects.toMatchObject({ code, safeToRetry: true });
    const client = await fresh(script, options);
    await expect(client.set('k', 1)).rejects.toMatchObject({ code, safeToRetry: false });
    await expect(client.set('k', 1)).rejects.toMatchObject({ safeToRetry: true });
  });

  it('is true for what waited for the login’s answer', async () => {
    const client = await fresh((peer) => peer.delay(15).send('-WRONGPASS no\r\n'), { password: 'x' });
    const first = client.set('a', 1);
    await new Promise((resolve) => setTimeout(resolve, 5));
    const outcomes = await Promise.allSettled([first, client.set('b', 1)]);
    expect(outcomes).toMatchObject([
      { reason: { code: 'auth', safeToRetry: false } },
      { reason: { code: 'auth', safeToRetry: true } },
    ]);
  });

  it('is true for a full queue', async () => {
    const { client } = await open({ maxQueuedBytes: 100 });
    await expect(client.set('k', 'x'.repeat(200))).rejects.toMatchObject({
      code: 'limit',
      safeToRetry: true,
    });
  });

  it('is true for a transaction that the server discarded whole, false for one that failed', async () => {
    const { peer, client } = await open();
    peer.expect(cmds('MULTI', 'NOPE', 'EXEC')).send('+OK\r\n-ERR unknown command\r\n-EXECABORT no\r\n');
    const discarded = client.multi().send('NOPE').exec();
    await expect(discarded).rejects.toMatchObject({
      code: 'server',
      safeToRetry: true,
      server: { message: 'ERR unknown command' },
    });
    peer.expect(cmds('MULTI', 'GET a', 'EXEC')).send('+OK\r\n+QUEUED\r\n-ERR no\r\n');
    await expect(client.multi().get('a').exec()).rejects.toMatchObject({
      code: 'server',
      safeToRetry: false,
    });
    peer.expect(cmd('INCR a')).send('-ERR no\r\n');
    await expect(client.incr('a')).rejects.toMatchObject({ code: 'server', safeToRetry: false });
  });

  it('is false for a reply that is no text: the command has run', async () => {
    const { peer, client } = await open();
    peer.expect(cmd('GETDEL a')).send(Uint8Array.of(36, 49, 13, 10, 255, 13, 10));
    await expect(client.getdel('a')).rejects.toMatchObject({ code: 'usage', safeToRetry: false });
  });
});

it('takes many commands back that share a signal, in one pass', async () => {
  const { peer, client } = await open();
  const abort = new AbortController();
  const aborted = client.with({ signal: abort.signal });
  const value = 'x'.repeat(100);
  const calls: Promise<unknown>[] = [];
  for (let n = 0; n < 10_000; n++) calls.push(aborted.set('k', value));
  const kept = [client.get('a'), client.get('b')];
  const late: Promise<unknown>[] = [];
  abort.abort();
  kept.push(client.get('c'));
  for (let n = 0; n < 10_000; n++) {
    const own = new AbortController();
    late.push(client.with({ signal: own.signal }).set('k', value));
    own.abort();
  }
  kept.push(client.get('d'));
  peer.expect(cmds('GET a', 'GET b', 'GET c', 'GET d')).send([1, 2, 3, 4].map((n) => bulk(`${n}`)).join(''));
  const codes = [...calls, ...late].map((call) =>
    call.catch(({ code, safeToRetry }) => `${code} ${safeToRetry}`),
  );
  expect(new Set(await Promise.all(codes))).toEqual(new Set(['aborted true']));
  expect(await Promise.all(kept)).toEqual(['1', '2', '3', '4']);
  await peer.done();
});
