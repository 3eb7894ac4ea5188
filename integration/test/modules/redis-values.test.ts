// Redis 8: every RESP3 type as the server itself writes it, and values of every size and content.
import { connect, type RedisClient, type Reply } from '@fairlead/redis';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { failure, sameBytes } from './support.ts';

const { redis } = inject('servers');
const MEGABYTE = 1_048_576;

let client: RedisClient;
beforeAll(async () => {
  client = await connect(`rediss://:default-password@localhost:${redis.good.tlsPort}/1`);
});
afterAll(() => client.close());

describe('DEBUG PROTOCOL', () => {
  it.each<[string, Reply]>([
    ['string', 'Hello World'],
    ['integer', 12345],
    ['double', Number('3.141')],
    ['null', null],
    ['array', [0, 1, 2]],
    ['set', new Set([0, 1, 2])],
    [
      'map',
      new Map<number, boolean>([
        [0, false],
        [1, true],
        [2, false],
      ]),
    ],
    ['verbatim', 'This is a verbatim\nstring'],
    ['true', true],
    ['false', false],
    ['bignum', 1234567999999999999999999999999999999n],
  ])('%s', async (type, value) => {
    expect(await client.send('DEBUG', 'PROTOCOL', type)).toEqual(value);
  });

  it('attrib is read past, and the reply behind it is the reply', async () => {
    expect(await client.send('DEBUG', 'PROTOCOL', 'attrib')).toBe('Some real reply following the attribute');
    expect(await client.send('PING')).toBe('PONG');
  });

  it('push is no reply: the next command still gets its own', async () => {
    expect(await client.send('DEBUG', 'PROTOCOL', 'push').catch(String)).toBeDefined();
    expect(await client.send('ECHO', 'mine')).toBe('mine');
  });
});

describe('values', () => {
  it('bytes of every value, NUL, CR and LF come back unchanged', async () => {
    const bytes = Uint8Array.from({ length: 1024 }, (_, index) => index & 0xff);
    await client.send('SET', 'bytes', bytes);
    expect(await client.send('STRLEN', 'bytes')).toBe(1024);
    expect(await client.with({ as: 'bytes' }).get('bytes')).toEqual(bytes);
  });

  it('text beyond ASCII, and a key with CR and LF', async () => {
    await client.send('SET', 'key\r\nwith lines', 'Göteborg 横浜 🚢');
    expect(await client.send('GET', 'key\r\nwith lines')).toBe('Göteborg 横浜 🚢');
  });

  it('numbers and bigints', async () => {
    await client.send('SET', 'n', 9007199254740993n);
    expect(await client.send('INCRBY', 'n', 1)).toBe(9007199254740994n);
    expect(await client.send('GET', 'n')).toBe('9007199254740994');
  });

  it('a value of 20 MB goes and comes, many small ones behind it in order', async () => {
    const big = new Uint8Array(20 * MEGABYTE).map((_, index) => (index * 7) & 0xff);
    const set = client.send('SET', 'big', big);
    const small = Array.from({ length: 500 }, (_, index) => client.send('ECHO', index));
    expect(await set).toBe('OK');
    expect(await Promise.all(small)).toEqual(Array.from({ length: 500 }, (_, index) => String(index)));
    const got = await client.with({ as: 'bytes' }).get('big');
    expect(sameBytes(got, big)).toBe(true);
  });

  it('10,000 commands at once are answered in order', async () => {
    const replies = await Promise.all(Array.from({ length: 10_000 }, () => client.send('INCR', 'counter')));
    expect(replies).toEqual(Array.from({ length: 10_000 }, (_, index) => index + 1));
  });

  it('an error reply rejects its own command and no other', async () => {
    await client.send('SET', 'text', 'x');
    const [before, wrong, after] = await Promise.allSettled([
      client.send('GET', 'text'),
      client.send('LPUSH', 'text', 'y'),
      client.send('GET', 'text'),
    ]);
    expect(before).toMatchObject({ value: 'x' });
    expect(wrong).toMatchObject({ reason: { code: 'server', server: { code: 'WRONGTYPE' } } });
    expect(after).toMatchObject({ value: 'x' });
    expect((await failure(client.send('NOSUCH'))).server?.code).toBe('ERR');
  });
});
