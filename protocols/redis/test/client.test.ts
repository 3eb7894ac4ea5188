// One connection: pipelining, order, errors, aborts, deadlines, closing.
import { scriptedPeer } from '@fairlead/testkit';
import { describe, expect, it } from 'vitest';
import { connect, hscan, type RedisClient, type RedisOptions, Script } from '../src/index.ts';
import { bulk, cmd, cmds, HELLO_REPLY } from './wire.ts';

/** A logged-in client and its peer. */
async function open(options: RedisOptions = {}) {
  const writes: number[] = [];
  const peer = scriptedPeer({ onPlatformWrite: (bytes) => writes.push(bytes) })
    .expect(cmds('HELLO 3', 'PING'))
    .send(`${HELLO_REPLY}+PONG\r\n`);
  const client = await connect({ hostname: 'cache.test', connector: peer.connector, ...options });
  await client.ready();
  writes.length = 0;
  return { peer, client, writes };
}

const outcome = (promise: Promise<unknown>) => promise.catch((reason: unknown) => reason);

describe('client', () => {
  it('sends what one tick issues in one write, and matches replies in order', async () => {
    const { peer, client, writes } = await open();
    const sent = cmds('GET a', 'INCR b', 'GET c');
    peer.expect(sent).send('$1\r\nA\r\n:2\r\n-WRONGTYPE no\r\n');
    const results = await Promise.allSettled([client.get('a'), client.incr('b'), client.get('c')]);
    expect(results).toMatchObject([
      { value: 'A' },
      { value: 2 },
      { reason: { code: 'server', server: { code: 'WRONGTYPE' } } },
    ]);
    expect(writes).toEqual([sent.length]);
    peer.expect(cmd('GET d')).send('_\r\n');
    expect(await client.get('d')).toBeNull();
    await peer.done();
  });

  it('matches ten thousand replies, cut at random', async () => {
    const { peer, client } = await open();
    const names = Array.from({ length: 10_000 }, (_, n) => `k${n}`);
    const all = names.map((name) => cmd(`GET ${name}`)).join('');
    peer.expectLength(all.length).send(names.map((name) => bulk(`v-${name}`)).join(''), 4093);
    expect(await Promise.all(names.map((name) => client.get(name)))).toEqual(
      names.map((name) => `v-${name}`),
    );
    await peer.done();
  });

  it('gives bytes per call', async () => {
    const { peer, client } = await open();
    peer
      .expect(cmds('GET a', 'GET a'))
      .send(Uint8Array.from([...`$1\r\n\xff\r\n$1\r\n\xff\r\n`].map((c) => c.charCodeAt(0))));
    const results = await Promise.allSettled([client.with({ as: 'bytes' }).get('a'), client.get('a')]);
    expect(results).toMatchObject([{ value: Uint8Array.of(255) }, { reason: { code: 'usage' } }]);
  });

  it('copies arguments when they are given', async () => {
    const { peer, client } = await open();
    const value = new TextEncoder().encode('abc');
    peer.expect(cmd('SET k abc')).send('+OK\r\n');
    const set = client.set('k', value);
    value.fill(0);
    expect(await set).toBe('OK');
    await peer.done();
  });

  it('rejects a bad argument alone', async () => {
    const { peer, client } = await open();
    peer.expect(cmds('GET a', 'GET b')).send('+1\r\n+2\r\n');
    const bad = client.send('SET', 'k', undefined as unknown as string);
    const results = await Promise.allSettled([client.get('a'), bad, client.get('b')]);
    expect(results).toMatchObject([{ value: '1' }, { reason: { code: 'usage' } }, { value: '2' }]);
    await peer.done();
  });

  it('takes an aborted command back before it is sent', async () => {
    const { peer, client } = await open();
    const abort = new AbortController();
    const calls = [client.get('a'), client.with({ signal: abort.signal }).get('b'), client.get('c')];
    abort.abort();
    peer.expect(cmds('GET a', 'GET c')).send('+1\r\n+3\r\n');
    expect(await Promise.allSettled(calls)).toMatchObject([
      { value: '1' },
      { reason: { code: 'aborted', safeToRetry: true } },
      { value: '3' },
    ]);
    await expect(client.with({ signal: abort.signal }).get('d')).rejects.toMatchObject({
      code: 'aborted',
      safeToRetry: true,
    });
    await peer.done();
  });

  it('ends the connection when a command is aborted that was sent', async () => {
    const { peer, client } = await open();
    const abort = new AbortController();
    peer.expect(cmds('GET a', 'GET b')).call(() => abort.abort());
    const calls = [client.with({ signal: abort.signal }).get('a'), client.get('b')];
    expect(await Promise.allSettled(calls)).toMatchObject([
      { reason: { code: 'aborted', safeToRetry: false } },
      { reason: { code: 'connection_lost', safeToRetry: false, cause: { code: 'aborted' } } },
    ]);
    await expect(client.get('c')).rejects.toMatchObject({ code: 'connection_lost', safeToRetry: true });
  });

  it('ends the connection when a reply does not come in time', async () => {
    const { client } = await open({ timeoutMs: 5000 });
    const slow = client.get('a');
    const quick = client.with({ timeoutMs: 20 }).get('b');
    expect(await Promise.allSettled([slow, quick])).toMatchObject([
      { reason: { code: 'connection_lost' } },
      { reason: { code: 'timeout', safeToRetry: false } },
    ]);
  });

  it.each([
    ['was aborted', (client: RedisClient) => client.with({ signal: AbortSignal.timeout(20) })],
    ['took longer than timeoutMs', (client: RedisClient) => client.with({ timeoutMs: 20 })],
  ])('says to all others that the connection was ended with a command that %s', async (what, limited) => {
    const { client } = await open();
    const given = limited(client).get('a');
    const [up, behind] = await Promise.allSettled([given, client.get('b')]);
    expect(up).toMatchObject({
      reason: { message: expect.stringMatching(/^The command /), safeToRetry: false },
    });
    const ended = `The connection was ended for another command: The command ${what}`;
    const code = 'connection_lost';
    expect(behind).toMatchObject({ reason: { code, message: `${ended} (unanswered)`, safeToRetry: false } });
    await expect(client.get('c')).rejects.toMatchObject({
      code,
      message: `${ended} (not sent)`,
      safeToRetry: true,
    });
  });

  it('uses one timer for all deadlines', async () => {
    const { peer, client } = await open();
    const real = globalThis.setTimeout;
    let timers = 0;
    globalThis.setTimeout = ((...args: Parameters<typeof setTimeout>) => {
      if (args[1] === 10_000) timers++;
      return real(...args);
    }) as typeof setTimeout;
    try {
      for (let n = 0; n < 20; n++) {
        peer.expect(cmds('GET a', 'GET b')).send('+1\r\n+2\r\n');
        await Promise.all([client.get('a'), client.get('b')]);
      }
    } finally {
      globalThis.setTimeout = real;
    }
    expect(timers).toBeLessThan(2);
  });

  it('fails what waits when the server goes away in the middle of a reply', async () => {
    const { peer, client } = await open();
    peer.expect(cmds('GET a', 'GET b')).send('$1\r\nA\r\n$5\r\nhe').close();
    expect(await Promise.allSettled([client.get('a'), client.get('b')])).toMatchObject([
      { value: 'A' },
      { reason: { code: 'connection_lost', peer: { hostname: 'cache.test' } } },
    ]);
  });

  it('ends on a reply that nothing asked for, and on what is not RESP', async () => {
    for (const noise of ['+1\r\n+2\r\n', 'HTTP/1.1 400 Bad Request\r\n']) {
      const { peer, client } = await open();
      peer.expect(cmd('GET a')).send(noise);
      await outcome(client.get('a'));
      await expect(client.get('b')).rejects.toMatchObject({ code: 'protocol', safeToRetry: true });
    }
  });

  it('ends on a reply over its cap', async () => {
    const { peer, client } = await open({ maxReplyBytes: 1000 });
    peer.expect(cmd('GET a')).send('$1001\r\n');
    await expect(client.get('a')).rejects.toMatchObject({ code: 'limit', blame: 'peer' });
  });

  it('refuses more than may wait to be sent, and goes on', async () => {
    const { peer, client } = await open({ maxQueuedBytes: 1000 });
    await expect(client.set('k', 'x'.repeat(2000))).rejects.toMatchObject({ code: 'limit' });
    peer.expect(cmd('GET a')).send('+1\r\n');
    expect(await client.get('a')).toBe('1');
  });

  it('reads a large value in pieces', async () => {
    const { peer, client } = await open();
    const value = 'é'.repeat(300_000);
    peer.expect(cmds('GET a', 'GET b')).send(`${bulk(value)}+after\r\n`, 50_000);
    const [large, after] = await Promise.all([client.get('a'), client.get('b')]);
    expect(large === value).toBe(true);
    expect(after).toBe('after');
  });

  it('closes once the owed replies are there, and refuses new commands', async () => {
    const { peer, client } = await open();
    peer.expect(cmd('GET a')).delay(10).send('+1\r\n').expectEnd();
    const get = client.get('a');
    const closed = client.close();
    await expect(client.get('b')).rejects.toMatchObject({ code: 'closed', safeToRetry: true });
    expect(await get).toBe('1');
    await closed;
    await client.close();
    await peer.done();
  });

  it('ends with the signal that it was connected with', async () => {
    const abort = new AbortController();
    const { peer, client } = await open({ signal: abort.signal });
    peer.expect(cmd('GET a')).call(() => abort.abort());
    await expect(client.get('a')).rejects.toMatchObject({ code: 'aborted' });
  });

  it.each<[string, RegExp]>([
    ['BLPOP k 1', /dedicated\(\)/],
    ['blmove a b LEFT LEFT 0', /dedicated\(\)/],
    ['XREAD BLOCK 100 STREAMS s $', /dedicated\(\)/],
    ['XREADGROUP GROUP g c block 0 STREAMS s >', /dedicated\(\)/],
    ['WAIT 1 0', /dedicated\(\)/],
    ['WATCH k', /dedicated\(\)/],
    ['SUBSCRIBE c', /subscribe\(\)/],
    ['MULTI', /multi\(\)/],
    ['HELLO 2', /cannot be sent/],
    ['MONITOR', /cannot be sent/],
    ['CLIENT REPLY OFF', /cannot be sent/],
    ['CLIENT TRACKING ON', /tracking\(\)/],
    ['', /cannot be sent/],
  ])('refuses to send %s on a shared connection', async (text, way) => {
    const { client } = await open();
    await expect(client.send(...text.split(' '))).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(way),
    });
  });

  it('sends what only looks like a blocking command', async () => {
    const { peer, client } = await open();
    peer.expect(cmd('XREAD STREAMS BLOCK 0')).send('_\r\n');
    expect(await client.send('XREAD', 'STREAMS', 'BLOCK', 0)).toBeNull();
  });
});

describe('dedicated connection', () => {
  async function dedicated(
    options: RedisOptions = {},
  ): Promise<{ peer: Awaited<ReturnType<typeof open>>['peer']; own: RedisClient }> {
    const { peer, client } = await open(options);
    peer.nextConnection();
    return { peer, own: await client.dedicated() };
  }

  it('takes blocking commands; their deadline lies behind the time that they block', async () => {
    const { peer, own } = await dedicated({ timeoutMs: 30 });
    peer.expect(cmds('HELLO 3', 'BLPOP q 0.1')).send(HELLO_REPLY).delay(60).send('_\r\n');
    expect(await own.send('BLPOP', 'q', 0.1)).toBeNull();
  });

  it('asks for an end of what blocks for ever', async () => {
    const { peer, own } = await dedicated();
    await expect(own.send('BLPOP', 'q', 0)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('signal'),
    });
    peer.expect(cmds('HELLO 3', 'BLPOP q 0')).send(HELLO_REPLY);
    await expect(own.with({ timeoutMs: 20 }).send('BLPOP', 'q', 0)).rejects.toMatchObject({
      code: 'timeout',
    });
  });

  it('watches keys', async () => {
    const { peer, client } = await open();
    peer
      .nextConnection()
      .expect(cmds('HELLO 3', 'WATCH k'))
      .send(`${HELLO_REPLY}+OK\r\n`)
      .expect(cmd('GET k'))
      .send('$1\r\n1\r\n')
      .expect(cmds('MULTI', 'SET k 2', 'EXEC'))
      .send('+OK\r\n+QUEUED\r\n_\r\n')
      .expectEnd();
    const result = await client.watch(['k'], async (own) => {
      const next = Number(await own.get('k')) + 1;
      return own.multi().set('k', next).exec();
    });
    expect(result).toBeNull();
    await peer.done();
  });
});

describe('transactions and scripts', () => {
  it('gives each reply its shape, and errors as values', async () => {
    const { peer, client, writes } = await open();
    const sent = cmds('MULTI', 'SET a 1', 'HGETALL h', 'LPUSH a x', 'EXEC');
    peer
      .expect(sent)
      .send('+OK\r\n+QUEUED\r\n+QUEUED\r\n+QUEUED\r\n*3\r\n+OK\r\n%1\r\n+f\r\n+v\r\n-WRONGTYPE no\r\n');
    const multi = client.multi();
    expect(await multi.set('a', 1).hgetall('h').send('LPUSH', 'a', 'x').exec()).toMatchObject([
      'OK',
      { f: 'v' },
      { code: 'server', server: { code: 'WRONGTYPE' } },
    ]);
    expect(writes).toEqual([sent.length]);
    await expect(multi.exec()).rejects.toMatchObject({ code: 'usage' });
  });

  it('rejects with what the server did not queue', async () => {
    const { peer, client } = await open();
    peer
      .expect(cmds('MULTI', 'NOPE', 'EXEC', 'GET a'))
      .send('+OK\r\n-ERR unknown command\r\n-EXECABORT Transaction discarded\r\n+1\r\n');
    const multi = client.multi().send('NOPE').exec();
    const get = client.get('a');
    await expect(multi).rejects.toMatchObject({ server: { message: 'ERR unknown command' } });
    expect(await get).toBe('1');
  });

  it('runs a script by its digest, and in full once', async () => {
    const { peer, client } = await open();
    const script = new Script('return 1');
    const sha = 'e0e1f9fabfc9d4800c877a703b823ac0578ff8db';
    peer
      .expect(cmd(`EVALSHA ${sha} 1 k 5`))
      .send('-NOSCRIPT No matching script.\r\n')
      .expect(`*5\r\n${bulk('EVAL')}${bulk('return 1')}${bulk('1')}${bulk('k')}${bulk('5')}`)
      .send(':1\r\n')
      .expect(cmd(`EVALSHA ${sha} 0`))
      .send('-ERR in the script\r\n');
    expect(await script.run(client, ['k'], [5])).toBe(1);
    await expect(script.run(client)).rejects.toMatchObject({ server: { code: 'ERR' } });
    await peer.done();
  });

  it('walks cursors', async () => {
    const { peer, client } = await open();
    peer
      .expect(cmd('HSCAN h 0 MATCH a* COUNT 2'))
      .send('*2\r\n$2\r\n17\r\n*2\r\n+a\r\n+1\r\n')
      .expect(cmd('HSCAN h 17 MATCH a* COUNT 2'))
      .send('*2\r\n$1\r\n0\r\n*2\r\n+ab\r\n+2\r\n');
    const pairs: [string, string][] = [];
    for await (const pair of hscan(client, 'h', { match: 'a*', count: 2 })) pairs.push(pair);
    expect(pairs).toEqual([
      ['a', '1'],
      ['ab', '2'],
    ]);
    await peer.done();
  });
});
