// Real servers behind a faulty link: whatever a reply is cut by, the caller hears `connection_lost` and nothing hangs.
import { connect as connectPostgres } from '@fairlead/postgres';
import { connect as connectRedis } from '@fairlead/redis';
import { faultProxyControl } from '@fairlead/testkit';
import { describe, expect, inject, it } from 'vitest';
import { failure } from './support.ts';

const { proxies } = inject('servers');
const redisProxy = faultProxyControl(proxies.redis.controlUrl);
const postgresProxy = faultProxyControl(proxies.postgres.controlUrl);
const redisUrl = `redis://:default-password@localhost:${proxies.redis.port}/6`;
const postgresUrl = `postgres://scram:scram-password@localhost:${proxies.postgres.port}/fairlead?sslmode=disable`;

/** Beyond the login, within the megabyte that is being answered. */
const MID_REPLY_BYTE = 50_000;
const BREAKS = ['reset', 'end'] as const;

describe('Redis', () => {
  it.each(BREAKS)('%s in the middle of a reply', async (how) => {
    await redisProxy.setPlan({ toClient: { cut: { atByte: MID_REPLY_BYTE, how } } });
    await using client = await connectRedis(redisUrl);
    await client.send('SET', 'megabyte', 'x'.repeat(1_048_576));
    const [reply, behind] = await Promise.all([
      failure(client.send('GET', 'megabyte')),
      failure(client.send('PING')),
    ]);
    expect(reply).toMatchObject({ code: 'connection_lost', safeToRetry: false });
    expect(behind.code).toBe('connection_lost');
  });

  it('silence in the middle of a reply ends at the time limit', async () => {
    await redisProxy.setPlan({ toClient: { cut: { atByte: MID_REPLY_BYTE, how: 'stall' } } });
    await using client = await connectRedis(redisUrl, { timeoutMs: 500 });
    await client.send('SET', 'megabyte', 'x'.repeat(1_048_576));
    expect((await failure(client.send('GET', 'megabyte'))).code).toBe('timeout');
  });

  it('replies in one-byte segments are the same replies', async () => {
    await redisProxy.setPlan({ toClient: { segmentBytes: 1 }, toServer: { segmentBytes: 1 } });
    await using client = await connectRedis(redisUrl);
    await client.send('HSET', 'ship', 'name', 'Göteborg', 'masts', 3);
    expect(await client.send('HGETALL', 'ship')).toEqual(
      new Map([
        ['name', 'Göteborg'],
        ['masts', '3'],
      ]),
    );
    expect(await client.send('DEBUG', 'PROTOCOL', 'map')).toEqual(
      new Map([
        [0, false],
        [1, true],
        [2, false],
      ]),
    );
  });

  it('a login that is cut off', async () => {
    await redisProxy.setPlan({ toClient: { cut: { atByte: 10, how: 'reset' } } });
    const attempt = connectRedis(redisUrl).then((client) => client.send('PING'));
    expect((await failure(attempt)).code).toBe('connection_lost');
  });
});

describe('Postgres', () => {
  it.each(BREAKS)('%s in the middle of a result', async (how) => {
    await postgresProxy.setPlan({ toClient: { cut: { atByte: MID_REPLY_BYTE, how } } });
    await using client = await connectPostgres(postgresUrl);
    const error = await failure(client.query("select repeat('x', 1000) from generate_series(1, 1000)"));
    expect(error).toMatchObject({ code: 'connection_lost', safeToRetry: false });
  });

  it.each(BREAKS)('%s in the middle of a stream', async (how) => {
    await postgresProxy.setPlan({ toClient: { cut: { atByte: MID_REPLY_BYTE, how } } });
    await using client = await connectPostgres(postgresUrl);
    const stream = client.stream("select repeat('x', 1000) as v from generate_series(1, 1000)");
    let rows = 0;
    const reading = (async () => {
      for await (const _row of stream) rows += 1;
    })();
    expect((await failure(reading)).code).toBe('connection_lost');
    expect(rows).toBeLessThan(50);
  });

  it('silence in the middle of a result ends at the time limit', async () => {
    await postgresProxy.setPlan({ toClient: { cut: { atByte: MID_REPLY_BYTE, how: 'stall' } } });
    await using client = await connectPostgres(postgresUrl);
    const query = client.query("select repeat('x', 1000) from generate_series(1, 1000)", [], {
      timeoutMs: 500,
    });
    expect((await failure(query)).code).toBe('timeout');
  });

  it('results in one-byte segments are the same results', async () => {
    await postgresProxy.setPlan({ toClient: { segmentBytes: 1 }, toServer: { segmentBytes: 1 } });
    await using client = await connectPostgres(postgresUrl);
    const { rows } = await client.query('select name from harbours where id <= 4 order by id');
    expect(rows.map((row) => row.name)).toEqual(['Rotterdam', 'Göteborg', '横浜', 'Valparaíso']);
  });

  it('a login that is cut off', async () => {
    await postgresProxy.setPlan({ toClient: { cut: { atByte: 10, how: 'reset' } } });
    expect((await failure(connectPostgres(postgresUrl))).code).toBe('connection_lost');
  });
});
