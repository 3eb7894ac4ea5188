// POST /pg/query of the built Worker, against PostgreSQL 17: documents, streams, refusals, cancellation.
import { setTimeout as delay } from 'node:timers/promises';
import { faultProxyControl } from '@fairlead/testkit';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { allLines, lines } from './lines.ts';
import { type Ask, type Gateway, type Json, startGateway, workerdMemory } from './support.ts';

const NDJSON = { Accept: 'application/x-ndjson' };
const { gatewayPostgres } = inject('servers').proxies;
const proxy = faultProxyControl(gatewayPostgres.controlUrl);
const cut = `postgres://scram:scram-password@localhost:${gatewayPostgres.port}/fairlead?sslmode=disable`;

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({
    connections: { cut: { url: cut }, unpooled: { url: cut, pool: false } },
  });
});
afterAll(() => gateway.close());

function query(sql: string, more: Json = {}, ask: Ask = {}) {
  return gateway.ask('/pg/query', { json: { sql, ...more }, ...ask });
}

describe('documents', () => {
  it.each(['main', 'plain'])('rows as objects, over the connection %s', async (connection) => {
    const sql = 'select name, depth_m, opened from harbours where id <= $1 order by id';
    expect(await query(sql, { params: [2], connection })).toMatchObject({
      status: 200,
      body: {
        columns: [
          { name: 'name', type: 'text', oid: 25 },
          { name: 'depth_m', type: 'numeric', oid: 1700 },
          { name: 'opened', type: 'date', oid: 1082 },
        ],
        rows: [
          { name: 'Rotterdam', depth_m: '24.00', opened: '1872-03-09' },
          { name: 'Göteborg', depth_m: '20.50', opened: '1845-10-04' },
        ],
        rowCount: 2,
        command: 'SELECT',
      },
    });
  });

  it('TLS is what the server sees', async () => {
    const sql = 'select ssl from pg_stat_ssl where pid = pg_backend_pid()';
    expect((await query(sql, { connection: 'main' })).body.rows).toEqual([{ ssl: true }]);
    expect((await query(sql, { connection: 'plain' })).body.rows).toEqual([{ ssl: false }]);
  });

  it('values that JSON lacks, without loss', async () => {
    const sql = `select 9223372036854775807::int8, 'NaN'::float8, decode('00ff', 'hex'),
      '2024-02-29 12:34:56.123456+00'::timestamptz, '{"n": 12345678901234567890}'::jsonb, array[1, null]`;
    const { body } = await query(sql, { rowMode: 'array' });
    expect(body.rows).toMatchObject([
      ['9223372036854775807', 'NaN', 'AP8=', '2024-02-29T12:34:56.123456Z', {}, [1, null]],
    ]);
  });

  it('parameters of every JSON type', async () => {
    const params = ['text', 1.5, true, null, ['a', null], { k: 'v' }, { $base64: 'AP8=' }];
    const sql = 'select $1::text, $2::float8, $3::bool, $4::int, $5::text[], $6::jsonb, $7::bytea';
    const { body } = await query(sql, { params, rowMode: 'array' });
    expect(body.rows).toEqual([['text', 1.5, true, null, ['a', null], { k: 'v' }, 'AP8=']]);
  });
});

describe('streams', () => {
  it('a header line, a line a row, a trailer line', async () => {
    const json = { sql: 'select g, g * 2 as twice from generate_series(1, 3) g', rowMode: 'array' };
    const response = await gateway.fetch('/pg/query', { json, headers: NDJSON });
    expect(response.headers.get('Content-Type')).toContain('application/x-ndjson');
    expect(await allLines(response)).toMatchObject([
      { columns: [{ name: 'g' }, { name: 'twice' }] },
      [1, 2],
      [2, 4],
      [3, 6],
      { rowCount: 3, command: 'SELECT' },
    ]);
  });

  it('1,000,000 rows in order, while memory stays flat', { timeout: 240_000 }, async () => {
    const stream = (rows: number) =>
      gateway.fetch('/pg/query', {
        json: { sql: `select g, repeat('x', 200) from generate_series(1, ${rows}) g`, rowMode: 'array' },
        headers: NDJSON,
      });
    await allLines(await stream(50_000));
    const before = workerdMemory() ?? 0;
    let peak = before;
    let next = 0;
    for await (const line of lines(await stream(1_000_000))) {
      if (next > 0 && next <= 1_000_000 && (line as unknown[])[0] !== next)
        throw new Error(`row ${next} is missing`);
      if (next % 10_000 === 0) peak = Math.max(peak, workerdMemory() ?? 0);
      next += 1;
    }
    expect(next).toBe(1_000_002);
    // The result has more than 200 MB. workerd's process itself grows with what passes through it, whoever copies: by 70 to 110 MB
    // here, more where the machine is busy.
    expect(peak - before).toBeLessThan(160 * 1_048_576);
  });

  it('a consumer that stops reading stops the server, and may read on', { timeout: 60_000 }, async () => {
    const mark = `held ${Date.now()}`;
    // 200 MB: more than all buffers on the way hold.
    const sql = `select g, repeat('x', 2000), '${mark}' from generate_series(1, 100000) g`;
    const response = await gateway.fetch('/pg/query', { json: { sql, rowMode: 'array' }, headers: NDJSON });
    const reading = lines(response)[Symbol.asyncIterator]();
    for (let n = 0; n < 10; n += 1) await reading.next();
    const before = workerdMemory() ?? 0;
    const look = 'select wait_event from pg_stat_activity where query like $1 and pid <> pg_backend_pid()';
    const waitsFor = async () => (await query(look, { params: [`%${mark}%`], rowMode: 'array' })).body.rows;
    // Sockets on the way may grow their buffers and take some more, so that the server waits, writes, and waits
    // again. In the end it stays so: a second long it is seen at nothing else.
    let held = 0;
    for (let tries = 0; tries < 200 && held < 20; tries += 1) {
      await delay(50);
      held = JSON.stringify(await waitsFor()) === '[["ClientWrite"]]' ? held + 1 : 0;
    }
    expect(held).toBe(20);
    expect((workerdMemory() ?? 0) - before).toBeLessThan(32 * 1_048_576);
    let last: unknown;
    let count = 10;
    for (let next = await reading.next(); next.done !== true; next = await reading.next()) {
      last = next.value;
      count += 1;
    }
    expect(last).toMatchObject({ rowCount: 100_000, command: 'SELECT' });
    expect(count).toBe(100_002);
  });

  it('an error behind the first rows is the last line', async () => {
    const json = { sql: 'select 10 / (30000 - g) from generate_series(1, 40000) g', rowMode: 'array' };
    const response = await gateway.fetch('/pg/query', { json, headers: NDJSON });
    const all = await allLines(response);
    expect(response.status).toBe(200);
    expect(all.at(-1)).toMatchObject({ error: { code: 'server', server: { code: '22012' } } });
  });

  it('a connection cut behind the first rows is told in the last line', async () => {
    await proxy.setPlan({ toClient: { cut: { atByte: 1_000_000, how: 'end' } } });
    const json = { sql: "select repeat('x', 1000) from generate_series(1, 10000)", connection: 'cut' };
    const all = await allLines(await gateway.fetch('/pg/query', { json, headers: NDJSON }));
    expect(all.at(-1)).toMatchObject({ error: { code: 'connection_lost' } });
  });

  it('a caller that goes away ends the query on the server', async () => {
    const mark = `gone ${Date.now()}`;
    const abort = new AbortController();
    const sql = `select generate_series(1, 1000000000), '${mark}'`;
    const response = await gateway.fetch('/pg/query', {
      json: { sql },
      headers: NDJSON,
      signal: abort.signal,
    });
    const running = async () => {
      const others = `select count(*)::int as n from pg_stat_activity
        where state = 'active' and query like '%' || $1 || '%' and pid <> pg_backend_pid()`;
      return (await query(others, { params: [mark] })).body.rows;
    };
    expect(await running()).toEqual([{ n: 1 }]);
    abort.abort();
    await expect(response.text()).rejects.toThrow();
    let left: unknown;
    for (let tries = 0; tries < 50; tries += 1) {
      left = await running();
      if ((left as Json[])[0]?.n === 0) break;
      await delay(100);
    }
    expect(left).toEqual([{ n: 0 }]);
  });
});

describe('refusals', () => {
  it.each([
    ['a syntax error', 'selec 1', 'main', 400, 'server', '42601'],
    ['an unknown table', 'select * from nowhere', 'main', 400, 'server', '42P01'],
    ['a wrong password', 'select 1', 'wrongPassword', 502, 'auth', undefined],
    ['a certificate for another name', 'select 1', 'otherName', 502, 'tls_failed', undefined],
    ['an expired certificate', 'select 1', 'expired', 502, 'tls_failed', undefined],
    ['an untrusted certificate', 'select 1', 'untrusted', 502, 'tls_failed', undefined],
    ['nobody listening', 'select 1', 'dead', 502, 'connect_failed', undefined],
    ['an unknown connection', 'select 1', 'nowhere', 404, 'not_found', undefined],
  ])('%s', async (_name, sql, connection, status, code, sqlState) => {
    const response = await gateway.fetch('/pg/query', { json: { sql, connection } });
    expect(response.status).toBe(status);
    expect(response.headers.get('Content-Type')).toContain('application/problem+json');
    const text = await response.text();
    const problem = JSON.parse(text) as Json;
    expect(problem).toMatchObject({ status, code });
    if (sqlState !== undefined) expect(problem).toMatchObject({ server: { code: sqlState } });
    expect(text).not.toMatch(/scram-password|wrong-password/);
  });

  it('a query past its time is 504, and has ended on the server', async () => {
    const headers = { 'Fairlead-Timeout-Ms': '300' };
    expect(await query('select pg_sleep(47)', {}, { headers })).toMatchObject({
      status: 504,
      body: { code: 'timeout' },
    });
    const sql =
      "select count(*)::int as n from pg_stat_activity where query = 'select pg_sleep(47)' and state = 'active'";
    expect((await query(sql)).body.rows).toEqual([{ n: 0 }]);
  });

  it.each([
    ['the request’s time, and a second', 'unpooled', /^(6s|5\d\d\dms)$/],
    ['the longest time of any request, and a second, where a pool cancels in time', 'cut', /^301s$/],
  ])('the server has %s as its own limit', async (_, connection, limit) => {
    const headers = { 'Fairlead-Timeout-Ms': '5000' };
    const sql = "select current_setting('statement_timeout') as time";
    const { body } = await query(sql, { connection }, { headers });
    expect(body.rows).toEqual([{ time: expect.stringMatching(limit) }]);
  });

  it('a token that may only read cannot write, whatever the statement', async () => {
    const token = 'token-reader';
    expect((await query('select 1 as v', {}, { token })).body.rows).toEqual([{ v: 1 }]);
    expect(
      (await query("insert into harbours (name, country) values ('x', 'y')", {}, { token })).status,
    ).toBeGreaterThanOrEqual(400);
    const inserting =
      "with w as (insert into harbours (name, country) values ('x', 'y') returning 1) select * from w";
    expect(await query(inserting, {}, { token })).toMatchObject({ status: 403, body: { code: 'policy' } });
    // What the text does not give away, the server refuses.
    const updating = "with w as (update harbours set name = 'x' returning 1) select * from w";
    expect((await query(updating, {}, { token })).body).toMatchObject({ server: { code: '25006' } });
    expect((await query('select 1', { connection: 'plain' }, { token })).status).toBe(403);
    expect((await query("select count(*)::int as n from harbours where name = 'x'")).body.rows).toEqual([
      { n: 0 },
    ]);
  });
});
