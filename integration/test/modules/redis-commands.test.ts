// Redis 8: transactions, scripts, cursors, blocking commands, subscriptions and invalidations.
import {
  connect,
  hscan,
  psubscribe,
  type RedisClient,
  Script,
  scan,
  sscan,
  ssubscribe,
  subscribe,
  tracking,
  zscan,
} from '@fairlead/redis';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { failure } from './support.ts';

const { redis } = inject('servers');
const url = `redis://app:app-password@localhost:${redis.good.plainPort}/2`;

let client: RedisClient;
let other: RedisClient;
beforeAll(async () => {
  [client, other] = await Promise.all([connect(url), connect(url)]);
});
afterAll(() => Promise.all([client.close(), other.close()]));
beforeEach(() => client.send('FLUSHDB'));

/** Everything that `iterable` yields. */
async function gathered<T>(iterable: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of iterable) items.push(item);
  return items;
}

describe('transactions', () => {
  it('run as one, and give back one reply for each command', async () => {
    const replies = await client.multi().set('a', 1).incr('a').send('LPUSH', 'a', 'x').get('a').exec();
    expect(replies).toMatchObject(['OK', 2, { code: 'server', server: { code: 'WRONGTYPE' } }, '2']);
  });

  it('of which one command is no command run nothing', async () => {
    const error = await failure(client.multi().set('a', 1).send('NOSUCH').exec());
    expect(error.code).toBe('server');
    expect(error.server?.message).toContain('NOSUCH');
    expect(await client.get('a')).toBeNull();
  });

  it('are not run when a watched key has changed', async () => {
    const attempt = (interfere: boolean) =>
      client.watch(['stock'], async (own) => {
        const stock = Number(await own.get('stock'));
        if (interfere) await other.set('stock', 100);
        return own
          .multi()
          .set('stock', stock - 1)
          .exec();
      });
    await client.set('stock', 7);
    expect(await attempt(true)).toBeNull();
    expect(await attempt(false)).toEqual(['OK']);
    expect(await client.get('stock')).toBe('99');
  });
});

describe('scripts', () => {
  it('are sent in full once, then by digest', async () => {
    const script = new Script(`return {KEYS[1], ARGV[1]} -- ${Date.now()}`);
    await client.send('SCRIPT', 'FLUSH');
    expect(await script.run(client, ['k'], ['v'])).toEqual(['k', 'v']);
    await client.send('CONFIG', 'RESETSTAT');
    await script.run(client, ['k'], ['v']);
    const stats = String(await client.send('INFO', 'commandstats'));
    expect(stats).toContain('cmdstat_evalsha:calls=1');
    expect(stats).not.toContain('cmdstat_eval:');
  });

  it('say what went wrong', async () => {
    const error = await failure(client.send('EVAL', "return redis.error_reply('SUNK the ship')", 0));
    expect(error).toMatchObject({ code: 'server', server: { code: 'SUNK' } });
  });
});

describe('cursors', () => {
  it('go through thousands of keys, fields, members and scores', async () => {
    const names = Array.from({ length: 3000 }, (_, index) => `n${index}`);
    await Promise.all([
      ...names.map((name) => client.set(`scan:${name}`, 1)),
      client.send('SADD', 'members', ...names),
      client.send('HSET', 'fields', ...names.flatMap((name) => [name, `${name}!`])),
      client.send('ZADD', 'scores', ...names.flatMap((name, index) => [index / 2, name])),
    ]);
    const keys = await gathered(scan(client, { match: 'scan:*', count: 500 }));
    expect(new Set(keys)).toEqual(new Set(names.map((name) => `scan:${name}`)));
    expect(new Set(await gathered(sscan(client, 'members')))).toEqual(new Set(names));
    const fields = new Map(await gathered(hscan(client, 'fields')));
    expect([fields.size, fields.get('n17')]).toEqual([3000, 'n17!']);
    const scores = new Map(await gathered(zscan(client, 'scores')));
    expect([scores.size, scores.get('n17')]).toEqual([3000, 8.5]);
  });
});

describe('blocking commands', () => {
  it('are refused on a shared connection', async () => {
    expect((await failure(client.send('BLPOP', 'queue', 0))).code).toBe('usage');
    expect((await failure(client.send('XREAD', 'BLOCK', 0, 'STREAMS', 's', '$'))).code).toBe('usage');
  });

  it('wait on a connection of their own, while the shared one goes on', async () => {
    await using own = await client.dedicated();
    const popped = own.send('BLPOP', 'queue', 5);
    await client.send('RPUSH', 'queue', 'job');
    expect(await popped).toEqual(['queue', 'job']);
    expect(await own.send('BLPOP', 'queue', 0.05)).toBeNull();
  });

  it('read a stream as entries are added', async () => {
    await using own = await client.dedicated();
    const read = own.send('XREAD', 'BLOCK', 5000, 'STREAMS', 'log', '0');
    const id = await client.send('XADD', 'log', '*', 'text', 'ahoy');
    expect(await read).toEqual(new Map([['log', [[id, ['text', 'ahoy']]]]]));
  });
});

describe('subscriptions', () => {
  it('receive what others publish, and the connection still takes commands', async () => {
    await using inbox = await subscribe(client, ['harbour']);
    expect(await other.send('PUBLISH', 'harbour', 'Göteborg')).toBe(1);
    await client.set('meanwhile', 1);
    expect(await inbox.next()).toEqual({ done: false, value: { channel: 'harbour', message: 'Göteborg' } });
  });

  it('by pattern, as bytes', async () => {
    const bytes = new Uint8Array([0, 255, 13, 10]);
    await using inbox = await psubscribe(client, ['sea.*'], { as: 'bytes' });
    await other.send('PUBLISH', 'sea.north', bytes);
    const { value } = await inbox.next();
    expect(value).toEqual({ channel: 'sea.north', pattern: 'sea.*', message: bytes });
  });

  it('to sharded channels', async () => {
    await using inbox = await ssubscribe(client, ['shard']);
    expect(await other.send('SPUBLISH', 'shard', 'm')).toBe(1);
    expect((await inbox.next()).value).toEqual({ channel: 'shard', message: 'm' });
  });

  it('end on the server when the loop is left', async () => {
    const inbox = await subscribe(client, ['left']);
    await other.send('PUBLISH', 'left', 'one');
    for await (const { message } of inbox) {
      expect(message).toBe('one');
      break;
    }
    expect(await other.send('PUBLISH', 'left', 'two')).toBe(0);
  });

  it('over their cap end with `limit` after what was queued', async () => {
    const inbox = await subscribe(client, ['flood'], { maxQueued: 10 });
    await Promise.all(Array.from({ length: 50 }, (_, index) => other.send('PUBLISH', 'flood', index)));
    await client.ping();
    const got: string[] = [];
    const reading = (async () => {
      for await (const { message } of inbox) got.push(message);
    })();
    expect((await failure(reading)).code).toBe('limit');
    expect(got).toEqual(Array.from({ length: 10 }, (_, index) => String(index)));
    expect(await client.ping()).toBe('PONG');
  });
});

describe('client-side caching', () => {
  it('tells which of the keys that were read have changed', async () => {
    await client.set('cached', 1);
    await using invalidations = await tracking(client);
    await client.get('cached');
    await other.set('cached', 2);
    expect((await invalidations.next()).value).toEqual({ keys: ['cached'] });
  });
});

describe('a connection that the server ends', () => {
  it('rejects what was under way and what comes after', async () => {
    await using own = await client.dedicated();
    const id = await own.send('CLIENT', 'ID');
    const waiting = failure(own.send('BLPOP', 'never', 30));
    expect(await client.send('CLIENT', 'KILL', 'ID', String(id))).toBe(1);
    expect((await waiting).code).toBe('connection_lost');
    expect(['connection_lost', 'closed']).toContain((await failure(own.ping())).code);
  });

  it('ends its subscriptions too', async () => {
    await using own = await client.dedicated();
    const inbox = await subscribe(own, ['doomed']);
    const next = failure(inbox.next());
    const list = String(await client.send('CLIENT', 'LIST', 'TYPE', 'pubsub'));
    const id = /id=(\d+)/.exec(list)?.[1] ?? '';
    expect(await client.send('CLIENT', 'KILL', 'ID', id)).toBe(1);
    expect((await next).code).toBe('connection_lost');
  });
});
