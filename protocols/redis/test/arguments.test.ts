// Typed commands check what they are given, and reject with `usage` before anything is sent.
import { scriptedPeer } from '@fairlead/testkit';
import { describe, expect, it } from 'vitest';
import {
  connect,
  type RedisClient,
  type RedisOptions,
  Script,
  scan,
  subscribe,
  tracking,
} from '../src/index.ts';
import { bulk, cmds, HELLO_REPLY } from './wire.ts';

/** A client without types, as JavaScript has it. */
type Loose = Record<string, (...args: unknown[]) => Promise<unknown>>;

async function open() {
  const peer = scriptedPeer().expect(cmds('HELLO 3', 'PING')).send(`${HELLO_REPLY}+PONG\r\n`);
  const client = await connect({ hostname: 'cache.test', connector: peer.connector });
  await client.ready();
  return { peer, client, loose: client as unknown as Loose };
}

const unsafe = Number('363896575396806667');

describe('typed commands', () => {
  it.each<[method: string, args: unknown[]]>([
    ['get', []],
    ['get', [null]],
    ['get', [5]],
    ['get', ['a', 'b']],
    ['get', [['a']]],
    ['set', ['k', null]],
    ['set', ['k', { get: true }]],
    ['set', ['k', ['a', 'b']]],
    ['set', ['k', true]],
    ['set', ['k', undefined]],
    ['set', ['k', unsafe]],
    ['set', ['k', Number.POSITIVE_INFINITY]],
    ['set', ['k', Number.NaN]],
    ['set', ['k', 'v', { exx: 5 }]],
    ['set', ['k', 'v', { ex: '5' }]],
    ['set', ['k', 'v', { ex: 1.5 }]],
    ['set', ['k', 'v', { ex: Number.NaN }]],
    ['set', ['k', 'v', { ex: { px: 1 } }]],
    ['set', ['k', 'v', { nx: 'yes' }]],
    ['set', ['k', 'v', ['NX']]],
    ['set', ['k', 'v', 'NX']],
    ['set', ['k', 'v', null]],
    ['set', ['k', 'v', {}, 'more']],
    ['del', [{ a: 1 }]],
    ['del', [['a', ['b']]]],
    ['del', ['a', undefined]],
    ['mset', ['abc']],
    ['mset', [new Map([['a', 1]])]],
    ['mset', [['a', 'b']]],
    ['mset', [{ a: { b: 1 } }]],
    ['mset', [{ a: undefined }]],
    ['hset', ['h', { a: null }]],
    ['hset', ['h', new Uint8Array(2)]],
    ['incrby', ['k', 1.5]],
    ['incrby', ['k', unsafe]],
    ['incrby', ['k', '5']],
    ['incrbyfloat', ['k', Number.POSITIVE_INFINITY]],
    ['expire', ['k', Number.POSITIVE_INFINITY]],
    ['lpush', ['k', 'a', { b: 1 }]],
    ['zadd', ['z']],
    ['xadd', ['s']],
    ['zadd', ['z', [['1', 'm']]]],
    ['zadd', ['z', [[Number.NaN, 'm']]]],
    ['zadd', ['z', [[1]]]],
    ['zadd', ['z', { m: 1 }]],
    ['zrange', ['z', 0, -1, { limit: [0] }]],
    ['zrange', ['z', 0, -1, { limit: 0 }]],
    ['zrange', ['z', 0, Number.NaN]],
    ['xadd', ['s', '*', { a: 1 }, { maxlen: ['!', 5] }]],
    ['xadd', ['s', 5, { a: 1 }]],
    ['copy', ['a', 'b', { DB: 1 }]],
    ['dbsize', ['a']],
    ['send', []],
    ['send', ['GET', null]],
    ['send', ['SET', 'k', { toString: () => 'v' }]],
    ['send', ['SET', 'k', unsafe]],
    ['send', [['GET', 'k']]],
  ])('%s(%j) rejects with usage, and sends nothing', async (method, args) => {
    const { peer, loose } = await open();
    const call = loose[method]?.(...args);
    await expect(call).rejects.toMatchObject({ name: 'FairleadError', code: 'usage', safeToRetry: true });
    await peer.done();
  });

  it('refuses the same in a transaction: typed commands at once, others before anything is sent', async () => {
    const { client } = await open();
    const multi = client.multi() as unknown as Loose;
    expect(() => multi.set?.('k', null)).toThrow(expect.objectContaining({ code: 'usage' }));
    await expect(
      client
        .multi()
        .send('GET', {} as never)
        .exec(),
    ).rejects.toMatchObject({ code: 'usage' });
  });

  it.each<[sent: string, call: (client: RedisClient) => Promise<unknown>]>([
    ['SET k 9007199254740993', (client) => client.set('k', 9007199254740993n)],
    ['SET k 1.5 EX 10 NX', (client) => client.set('k', 1.5, { ex: 10, nx: true, xx: false, px: undefined })],
    ['SET k v', (client) => client.set('k', 'v', undefined)],
    ['DEL a b c', (client) => client.del('a', ['b', 'c'])],
    ['MSET a 1 b 2', (client) => client.mset({ a: 1, b: '2' })],
    ['INCRBY k -5', (client) => client.incrby('k', -5)],
    ['BITCOUNT k 0 -1', (client) => client.bitcount('k', 0, -1)],
    ['ZPOPMIN z', (client) => client.zpopmin('z')],
    [
      'ZADD z GT CH inf m 1e+21 n',
      (client) =>
        client.zadd(
          'z',
          [
            [Number.POSITIVE_INFINITY, 'm'],
            [1e21, 'n'],
          ],
          { gt: true, ch: true },
        ),
    ],
    ['ZCOUNT z -inf (5', (client) => client.zcount('z', Number.NEGATIVE_INFINITY, '(5')],
    ['ZRANGE z 0 -1 REV LIMIT 0 5', (client) => client.zrange('z', 0, -1, { rev: true, limit: [0, 5] })],
    ['ZRANGE z 0 -1 BYSCORE WITHSCORES', (client) => client.zrangeWithScores('z', 0, -1, { byscore: true })],
    ['XADD s MAXLEN ~ 1000 * a 1', (client) => client.xadd('s', '*', { a: 1 }, { maxlen: ['~', 1000] })],
    ['XADD s NOMKSTREAM * a 1', (client) => client.xadd('s', '*', { a: 1 }, { nomkstream: true })],
    ['XRANGE s - + COUNT 2', (client) => client.xrange('s', '-', '+', { count: 2 })],
    ['GETEX k PERSIST', (client) => client.getex('k', { persist: true })],
    ['LINSERT l BEFORE a 5', (client) => client.linsert('l', 'BEFORE', 'a', 5)],
  ])('sends %s', async (sent, call) => {
    const { peer, client } = await open();
    peer.expect(cmds(sent)).send('*0\r\n');
    await call(client);
    await peer.done();
  });
});

describe('all other calls', () => {
  it.each<[string, (client: RedisClient) => unknown]>([
    ['watch(text)', (client) => client.watch('k' as never, async () => 1)],
    ['watch() without a body', (client) => client.watch(['k'], undefined as never)],
    ['subscribe(text)', (client) => subscribe(client, 'news' as never)],
    ['subscribe(numbers)', (client) => subscribe(client, [1] as never)],
    ['subscribe() to nothing', (client) => subscribe(client, [])],
    ['maxQueued NaN', (client) => subscribe(client, ['a'], { maxQueued: Number.NaN })],
    ['an overflow that is none', (client) => subscribe(client, ['a'], { overflow: 'drop' as never })],
    ['tracking prefixes', (client) => tracking(client, { prefixes: 'abc' as never })],
    ['run(text)', (client) => new Script('return 1').run(client, 'abc' as never)],
    ['scan(text)', (client) => scan(client, 'a*' as never).next()],
    ['scan(match)', (client) => scan(client, { match: {} as never }).next()],
  ])('%s rejects with usage', async (_, call) => {
    const { client } = await open();
    await expect(call(client)).rejects.toMatchObject({ name: 'FairleadError', code: 'usage' });
  });

  it.each<[string, (client: RedisClient) => unknown]>([
    ['with({ timeoutMs: NaN })', (client) => client.with({ timeoutMs: Number.NaN })],
    ['with({ timeoutMs: -1 })', (client) => client.with({ timeoutMs: -1 })],
    ['with({ timeoutMs: text })', (client) => client.with({ timeoutMs: '5' as never })],
    ['with({ signal })', (client) => client.with({ signal: {} as never })],
    ['with({ as })', (client) => client.with({ as: 'buffer' as never })],
    ['with(null)', (client) => client.with(null as never)],
    ['multi({ timeoutMs: 0 })', (client) => client.multi({ timeoutMs: 0 })],
    ['new Script()', () => new Script(undefined as never)],
  ])('%s throws usage', async (_, call) => {
    const { client } = await open();
    expect(() => call(client)).toThrow(expect.objectContaining({ code: 'usage' }));
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a number', 6379],
    ['a list', ['cache.test']],
    ['a port as text', { port: '6379' }],
    ['a host that is none', { hostname: 5 }],
    ['a CA that is none', { tls: { ca: 5 } }],
    ['TLS behind a command', { tls: { mode: 'starttls' } }],
    ['TLS settings of another name', { tls: { caFile: 'ca.pem' } }],
    ['a password that is none', { password: 5 }],
    ['a database below 0', { database: -1 }],
    ['a time that is none', { timeoutMs: Number.NaN }],
    ['a time below 0', { connectTimeoutMs: -5 }],
    ['a signal that is none', { signal: {} }],
    ['a cap that is none', { maxReplyBytes: Number.NaN }],
    ['a protocol that is none', { protocol: 4 }],
  ])('connect(%s) rejects with usage', async (_, target) => {
    const { connector } = scriptedPeer();
    const options = target !== null && typeof target === 'object' && !Array.isArray(target);
    const attempt = options ? connect({ connector, ...target } as RedisOptions) : connect(target as string);
    await expect(attempt).rejects.toMatchObject({ name: 'FairleadError', code: 'usage', safeToRetry: true });
  });

  it('takes bytes and numbers as they are', async () => {
    const { peer, client } = await open();
    peer.expect(`*4\r\n${bulk('HSET')}${bulk('h')}${bulk('f')}${bulk('3')}`).send(':1\r\n');
    expect(await client.hset('h', { f: 3 })).toBe(1);
    await peer.done();
  });
});
