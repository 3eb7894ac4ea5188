// Connections that a Durable Object keeps between requests, behind the built Worker: right answers, caps, nothing left behind.
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Ask, type Gateway, startGateway } from './support.ts';

const { postgres, redis } = inject('servers');
const LOGIN = 'scram:scram-password';
const pg = (name: string, mode = 'require') =>
  `postgres://${LOGIN}@localhost:${postgres.good.port}/fairlead?sslmode=${mode}&application_name=${name}`;

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({
    connections: {
      five: { url: pg('five'), pool: { max: 5, waitMs: 30_000 } },
      one: { url: pg('one', 'disable'), pool: { max: 1, waitMs: 20_000 } },
      short: { url: pg('short'), pool: { max: 1, waitMs: 100, maxWaiting: 2 } },
      kept: {
        url: `redis://:default-password@localhost:${redis.good.plainPort}/8`,
        name: 'kept',
        pool: { max: 3 },
      },
    },
  });
});
afterAll(() => gateway.close());

/** Runs a statement over a pool, or, without one, over `main`. */
async function rows(
  sql: string,
  connection = 'main',
  params: unknown[] = [],
  ask: Ask = {},
): Promise<unknown[]> {
  const json = { sql, connection, params, rowMode: 'array' };
  const { status, body } = await gateway.ask('/pg/query', { json, ...ask });
  expect(body, JSON.stringify(body)).toHaveProperty('rows');
  expect(status).toBe(200);
  return body.rows as unknown[];
}

/** How many connections the server has under this application's name, and how many of them work. */
const SEEN = `select count(*)::int, count(*) filter (where state <> 'idle')::int from pg_stat_activity
  where application_name = $1`;

describe('a pool of Postgres', () => {
  it('answers 1,000 requests at once, each its own, with no more connections than it may have', async () => {
    let most = 0;
    let isDone = false;
    const watching = (async () => {
      while (!isDone) {
        const [[count]] = (await rows(SEEN, 'main', ['five'])) as [[number]];
        most = Math.max(most, count);
        await delay(20);
      }
    })();
    const answers = await Promise.all(
      Array.from({ length: 1_000 }, (_, i) => rows('select $1::text', 'five', [`nonce ${i}`])),
    );
    isDone = true;
    await watching;
    expect(answers).toEqual(answers.map((_, i) => [[`nonce ${i}`]]));
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(5);
  });

  it('keeps its connection from request to request', async () => {
    const backend = () => rows('select pg_backend_pid()', 'one');
    expect(await backend()).toEqual(await backend());
  });

  it.each([
    [
      'a setting',
      "select set_config('fairlead.left', 'x', false)",
      "select coalesce(current_setting('fairlead.left', true), '')",
      [''],
    ],
    ['a search path', 'set search_path = pg_catalog', 'show search_path', ['"$user", public']],
    ['a time zone', "set time zone 'Asia/Tokyo'", 'show time zone', ['UTC']],
    [
      'a temporary table',
      'create temp table left_behind (a int)',
      "select to_regclass('pg_temp.left_behind')",
      [null],
    ],
    [
      'a prepared statement',
      'prepare left_behind as select 1',
      'select count(*)::int from pg_prepared_statements',
      [0],
    ],
    [
      'an advisory lock',
      'select pg_advisory_lock(4711)',
      "select count(*)::int from pg_locks where locktype = 'advisory'",
      [0],
    ],
    ['a LISTEN', 'listen left_behind', 'select count(*)::int from pg_listening_channels()', [0]],
    ['a sequence’s value', "select nextval('pg_temp.s') from (select 1) x where false", 'select 1', [1]],
    ['a read-only default', 'set default_transaction_read_only = on', 'show transaction_read_only', ['off']],
    [
      'an isolation level',
      'set session characteristics as transaction isolation level serializable',
      'show transaction_isolation',
      ['read committed'],
    ],
    ['a statement timeout', 'set statement_timeout = 1', 'show statement_timeout', ['301s']],
    [
      'an open transaction',
      'begin',
      'select pg_current_xact_id_if_assigned() is null and now() - statement_timestamp() < interval $$1 second$$',
      [true],
    ],
    ['a failed transaction', 'begin; select 1/0', 'select 1', [1]],
  ])('leaves nothing of %s to the next request', async (_, first, second, expected) => {
    await gateway.ask('/pg/query', { json: { sql: first, connection: 'one' } });
    expect(await rows(second, 'one')).toEqual([expected]);
  });

  it('says overloaded, and when to come again, where none is free in time', async () => {
    // A login may take longer than this pool lets anyone wait.
    const first = { json: { sql: 'select 1', connection: 'short' } };
    await expect.poll(async () => (await gateway.ask('/pg/query', first)).status).toBe(200);
    const sleep = () =>
      gateway.fetch('/pg/query', { json: { sql: 'select pg_sleep(1)', connection: 'short' } });
    const responses = await Promise.all(Array.from({ length: 5 }, sleep));
    expect(responses.map(({ status }) => status).sort()).toEqual([200, 503, 503, 503, 503]);
    const refused = responses.find(({ status }) => status === 503);
    expect(refused?.headers.get('Retry-After')).toBe('1');
    expect(await refused?.json()).toMatchObject({ code: 'overloaded', safeToRetry: true, blame: 'local' });
  });

  it('ends on the server what is out of time, and goes on', async () => {
    const json = { sql: 'select pg_sleep(30)', connection: 'one' };
    const late = await gateway.ask('/pg/query', { json, headers: { 'Fairlead-Timeout-Ms': '300' } });
    expect(late).toMatchObject({ status: 504, body: { code: 'timeout' } });
    await expect
      .poll(() => rows(SEEN, 'main', ['one']), { timeout: 10_000 })
      .toMatchObject([[expect.anything(), 0]]);
    expect(await rows('select 1', 'one')).toEqual([[1]]);
  });

  it('opens another connection for one that the server has ended', async () => {
    const [[before]] = (await rows('select pg_backend_pid()', 'one')) as [[number]];
    await rows('select pg_terminate_backend($1)', 'main', [before]);
    await delay(300);
    const [[after]] = (await rows('select pg_backend_pid()', 'one')) as [[number]];
    expect(after).not.toBe(before);
  });

  it('tells the server’s refusals as they are', async () => {
    const { status, body } = await gateway.ask('/pg/query', {
      json: { sql: 'select no_such_column', connection: 'one' },
    });
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 'server', server: { code: '42703' } });
  });

  it('streams a large result, and lets a reader leave in the middle', async () => {
    const sql = "select repeat('x', 1000) from generate_series(1, 10000)";
    const whole = await gateway.ask('/pg/query', { json: { sql, connection: 'one' } });
    expect(whole.body).toMatchObject({ rowCount: 10_000 });
    const headers = { Accept: 'application/x-ndjson' };
    const response = await gateway.fetch('/pg/query', { json: { sql, connection: 'one' }, headers });
    const reader = response.body?.getReader();
    await reader?.read();
    await reader?.cancel();
    expect(await rows('select 1', 'one')).toEqual([[1]]);
  });
});

describe('a pool of Redis', () => {
  const command = async (...words: string[]) =>
    (await gateway.ask('/redis?connection=kept', { json: words })).body.result;

  it('answers 1,000 requests at once, each its own, on one connection', async () => {
    const answers = await Promise.all(
      Array.from({ length: 1_000 }, async (_, i) => command('ECHO', `nonce ${i}`)),
    );
    expect(answers).toEqual(answers.map((_, i) => `nonce ${i}`));
    const clients = String(await command('CLIENT', 'LIST')).split('\n');
    expect(clients.filter((line) => line.includes(' name=kept ')).length).toBeLessThanOrEqual(3);
  });

  it('runs transactions as one block among others', async () => {
    await command('DEL', 'pools:counter');
    const blocks = await Promise.all(
      Array.from({ length: 100 }, async () => {
        const json = [
          ['INCR', 'pools:counter'],
          ['INCR', 'pools:counter'],
        ];
        return (await gateway.ask('/redis/multi-exec?connection=kept', { json })).body as unknown as {
          result: number;
        }[];
      }),
    );
    for (const [first, second] of blocks) expect(second?.result).toBe((first?.result ?? 0) + 1);
    expect(await command('GET', 'pools:counter')).toBe('200');
  });

  it('keeps the database, and large values whole', async () => {
    const value = 'x'.repeat(1_000_000);
    expect(await command('SET', 'pools:large', value)).toBe('OK');
    const both = await Promise.all([command('GET', 'pools:large'), command('ECHO', 'small')]);
    expect(both).toEqual([value, 'small']);
    expect(String(await command('CLIENT', 'INFO'))).toContain(' db=8 ');
  });
});
