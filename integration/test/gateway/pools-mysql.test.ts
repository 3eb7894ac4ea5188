// Connections to MySQL and MariaDB that a Durable Object keeps between requests, behind the built Worker: right answers, caps,
// nothing left behind.
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Ask, type Gateway, startGateway } from './support.ts';

const { mysql, mariadb } = inject('servers');
/** The pools' account is theirs alone: its connections are counted. */
const SERVERS = {
  mysql: {
    login: 'pooled:pooled-password',
    overlord: 'mysql://overlord:overlord-password',
    port: mysql.port,
  },
  mariadb: {
    login: 'pooled:pooled-password',
    overlord: 'mariadb://overlord:overlord-password',
    port: mariadb.good.port,
  },
} as const;
type Server = keyof typeof SERVERS;

/** The connections of one server: `main` without a pool, the others with one; `watch` looks at the server. */
function connectionsOf(server: Server) {
  const { login, overlord, port } = SERVERS[server];
  const url = (name: string, mode = 'require', database = 'fairlead') =>
    `mysql://${login}@localhost:${port}/${database}?sslmode=${mode}&application_name=${server}-${name}`;
  return {
    [`${server}-main`]: { url: `${overlord}@localhost:${port}/fairlead` },
    [`${server}-watch`]: { url: `${overlord}@localhost:${port}/fairlead`, pool: { max: 1, waitMs: 60_000 } },
    [`${server}-five`]: { url: url('five'), pool: { max: 5, waitMs: 60_000 } },
    [`${server}-one`]: { url: url('one', 'require'), pool: { max: 1, waitMs: 20_000 } },
    [`${server}-none`]: { url: url('none', 'require', ''), pool: { max: 1, waitMs: 20_000 } },
    [`${server}-short`]: { url: url('short'), pool: { max: 1, waitMs: 100, maxWaiting: 2 } },
    [`${server}-roles`]: { url: `${overlord}@localhost:${port}/fairlead`, pool: { max: 1, waitMs: 20_000 } },
  };
}

let gateway: Gateway;
beforeAll(async () => {
  const tokens = [{ name: 'pool-reader', token: 'token-pool-reader', scopes: ['mysql:read'] }];
  gateway = await startGateway({
    connections: { ...connectionsOf('mysql'), ...connectionsOf('mariadb') },
    tokens,
    limits: { timeoutMs: 60_000 },
  });
});
afterAll(() => gateway.close());

describe.each(['mysql', 'mariadb'] as const)('a pool of %s', (server) => {
  const send = (sql: string, pool: string, params: unknown[] = [], ask: Ask = {}) =>
    gateway.ask('/mysql/query', {
      json: { sql, connection: `${server}-${pool}`, params, rowMode: 'array' },
      ...ask,
    });

  async function rows(
    sql: string,
    pool = 'main',
    params: unknown[] = [],
    ask: Ask = {},
  ): Promise<unknown[][]> {
    const { status, body } = await send(sql, pool, params, ask);
    expect(status, JSON.stringify(body)).toBe(200);
    return body.rows as unknown[][];
  }

  /** How many connections the pool's account has, and how many of them work. */
  const SEEN = `select count(*) + 0, coalesce(sum(command <> 'Sleep'), 0) + 0 from information_schema.processlist
    where user = substring_index(?, ':', 1) and id <> connection_id()`;
  const seen = async (): Promise<number[]> =>
    (await rows(SEEN, 'watch', [SERVERS[server].login]))[0]?.map(Number) ?? [];

  it('answers 1,000 requests at once, each its own, with no more connections than it may have', async () => {
    const before = (await seen())[0] ?? 0;
    let most = 0;
    let isDone = false;
    const watching = (async () => {
      while (!isDone) {
        most = Math.max(most, ((await seen())[0] ?? 0) - before);
        await delay(20);
      }
    })();
    const answers = await Promise.all(
      Array.from({ length: 1_000 }, (_, i) => {
        const ask: Ask = i % 2 === 0 ? {} : { token: 'token-pool-reader' };
        return rows('select ?', 'five', [`nonce ${i}`], ask);
      }),
    );
    isDone = true;
    await watching;
    expect(answers).toEqual(answers.map((_, i) => [[`nonce ${i}`]]));
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(5);
  });

  it('keeps its connection from request to request', async () => {
    const backend = () => rows('select connection_id()', 'one');
    expect(await backend()).toEqual(await backend());
  });

  it.each([
    ['a user variable', 'set @left = 1', 'select @left', [null]],
    ['a time zone', "set time_zone = '+05:00'", 'select @@time_zone', ['+00:00']],
    ['an sql_mode', "set sql_mode = ''", "select @@sql_mode = ''", ['0']],
    [
      'a charset',
      'set names latin1',
      'select @@character_set_client, @@collation_connection',
      ['utf8mb4', 'utf8mb4_unicode_ci'],
    ],
    ['autocommit', 'set autocommit = 0', 'select @@autocommit', ['1']],
    [
      'an isolation level',
      'set session transaction isolation level serializable',
      'select @@transaction_isolation',
      ['REPEATABLE-READ'],
    ],
    ['a read-only default', 'set session transaction read only', 'select @@transaction_read_only', ['0']],
    [
      'a read-only next transaction',
      'set transaction read only',
      'update harbours set name = name where 1 = 0',
      undefined,
    ],
    [
      'a limit of rows',
      'set sql_select_limit = 1',
      'select count(*) from (select 1 union select 2) x',
      ['2'],
    ],
    ['a clock', 'set timestamp = 1', 'select year(now()) > 2000', ['1']],
    ['an id to come', 'set insert_id = 1000', 'select @@insert_id', ['0']],
    [
      'a tracked variable',
      "set session_track_system_variables = ''",
      "select @@session_track_system_variables like '%time_zone%'",
      ['1'],
    ],
    ['a database', 'use information_schema', 'select database()', ['fairlead']],
    ['a lock', "select get_lock('pools', 0)", "select is_used_lock('pools')", [null]],
    [
      'locked tables',
      'lock tables harbours read',
      'select count(*) > 0 from information_schema.tables',
      ['1'],
    ],
    [
      'an open transaction',
      'start transaction',
      'select count(*) from information_schema.innodb_trx where trx_mysql_thread_id = connection_id()',
      undefined,
    ],
    ['a procedure’s variable', 'call set_zone()', 'select @@time_zone', ['+00:00']],
  ])('leaves nothing of %s to the next request', async (_, first, second, expected) => {
    if (first.startsWith('call')) {
      await send('create procedure fairlead.set_zone() set time_zone = "+03:00"', 'main');
    }
    await send(first, 'one');
    const { status, body } = await send(second, 'one');
    if (expected === undefined) expect([200, 400]).toContain(status);
    else
      expect(
        (body.rows as unknown[][]).map((row) => row.map((each) => (each === null ? null : String(each)))),
      ).toEqual([expected]);
  });

  it.each([
    ['a temporary table', 'create temporary table left_behind (a int)', 'select * from left_behind', '1146'],
    ['a prepared statement', "prepare left_behind from 'select 1'", 'execute left_behind', '1243'],
    ['a handler', 'handler harbours open', 'handler harbours read first', '1109'],
    ['an id', 'select last_insert_id(42)', 'select last_insert_id()', '1644'],
    ['warnings', "select cast('secret' as signed)", 'show warnings', '1644'],
    ['a number of rows', 'select sql_calc_found_rows 1', 'select found_rows()', '1644'],
  ])('leaves nothing of %s to the next request', async (_, first, second, errno) => {
    expect((await send(first, 'one')).status).toBe(200);
    expect(await send(second, 'one')).toMatchObject({ status: 400, body: { server: { fields: { errno } } } });
  });

  it('leaves no database to the next request where there was none', async () => {
    expect(await rows('select database()', 'none')).toEqual([[null]]);
    await send('use fairlead', 'none');
    expect(await rows('select database()', 'none')).toEqual([[null]]);
  });

  it('leaves no role to the next request', async () => {
    await send('create role if not exists pooled', 'main');
    await send("grant pooled to overlord@'%'", 'main');
    const before = await rows('select current_role()', 'roles');
    expect((await send('set role pooled', 'roles')).status).toBe(200);
    expect(await rows('select current_role()', 'roles')).toEqual(before);
  });

  it('leaves no lock of all tables, and no XA transaction', async () => {
    await send('flush tables with read lock', 'roles');
    expect((await send('create table if not exists pooled_table (a int)', 'main')).status).toBe(200);
    await send("xa start 'pooled'", 'roles');
    await send('insert into pooled_table values (1)', 'roles');
    expect(await rows('select count(*) from pooled_table where a = 2', 'roles')).toHaveLength(1);
  });

  it('does not let a reader write', async () => {
    const { status } = await send('update harbours set name = name', 'five', [], {
      token: 'token-pool-reader',
    });
    expect(status).toBe(403);
    expect(await rows('select 1', 'five', [], { token: 'token-pool-reader' })).toHaveLength(1);
  });

  it('says overloaded, and when to come again, where none is free in time', async () => {
    const sleep = () =>
      gateway.fetch('/mysql/query', { json: { sql: 'select sleep(1)', connection: `${server}-short` } });
    await expect.poll(async () => (await send('select 1', 'short')).status).toBe(200);
    const responses = await Promise.all(Array.from({ length: 5 }, sleep));
    expect(responses.map(({ status }) => status).sort()).toEqual([200, 503, 503, 503, 503]);
    const refused = responses.find(({ status }) => status === 503);
    expect(refused?.headers.get('Retry-After')).toBe('1');
    expect(await refused?.json()).toMatchObject({ code: 'overloaded', safeToRetry: true, blame: 'local' });
  });

  it.each([['select sleep(30)'], ['do sleep(30)']])(
    'ends %s on the server once it is out of time, and goes on',
    async (sql) => {
      const late = await send(sql, 'one', [], { headers: { 'Fairlead-Timeout-Ms': '300' } });
      expect(late).toMatchObject({ status: 504, body: { code: 'timeout' } });
      await expect.poll(async () => (await seen())[1], { timeout: 10_000 }).toBe(0);
      expect(await rows('select 1', 'one')).toHaveLength(1);
    },
  );

  it('opens another connection for one that the server has ended', async () => {
    const [[before]] = (await rows('select connection_id()', 'one')) as [[unknown]];
    await send(`kill ${before}`, 'main');
    await delay(300);
    const [[after]] = (await rows('select connection_id()', 'one')) as [[unknown]];
    expect(after).not.toBe(before);
  });

  it('tells the server’s refusals as they are', async () => {
    expect(await send('select no_such_column', 'one')).toMatchObject({
      status: 400,
      body: { code: 'server', server: { code: '42S22' } },
    });
  });

  it('streams a large result, and lets a reader leave in the middle', async () => {
    const sql = `with recursive n (i) as (select 1 union all select i + 1 from n where i < 1000)
      select repeat('x', 1000) from n, (select 1 union select 2 union select 3 union select 4 union select 5) m`;
    expect((await send(sql, 'one')).body).toMatchObject({ rowCount: 5_000 });
    const headers = { Accept: 'application/x-ndjson' };
    const json = { sql, connection: `${server}-one` };
    const response = await gateway.fetch('/mysql/query', { json, headers });
    const reader = response.body?.getReader();
    await reader?.read();
    await reader?.cancel();
    expect(await rows('select 1', 'one')).toHaveLength(1);
  });
});
