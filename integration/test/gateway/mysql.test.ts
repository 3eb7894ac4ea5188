// POST /mysql/query of the built Worker, against MySQL 9.7 and MariaDB 11.8: documents, streams, cancellation.
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allLines, lines } from './lines.ts';
import { type MysqlGateway, reader, SERVERS, startMysqlGateway } from './mysql.ts';
import type { Ask, Json } from './support.ts';

const NDJSON = { Accept: 'application/x-ndjson' };

const TYPES: readonly (readonly [name: string, type: string, value: unknown, answer: unknown])[] = [
  ['big', 'bigint', '-9223372036854775808', '-9223372036854775808'],
  ['ubig', 'bigint unsigned', '18446744073709551615', '18446744073709551615'],
  [
    'deci',
    'decimal(40, 10)',
    '123456789012345678901234567890.0000000001',
    '123456789012345678901234567890.0000000001',
  ],
  ['small', 'smallint', -32768, -32768],
  ['doub', 'double', 0.1, 0.1],
  ['flag', 'boolean', true, 1],
  ['txt', 'text', 'Göteborg "\'\\\n 🚢', 'Göteborg "\'\\\n 🚢'],
  ['bytes', 'blob', { $base64: 'AP8NCg==' }, 'AP8NCg=='],
  ['bits', 'bit(9)', 257, 'AQE='],
  ['day', 'date', '2024-02-29', '2024-02-29'],
  ['dt', 'datetime(6)', '2024-02-29 12:34:56.000001', '2024-02-29T12:34:56.000001'],
  ['ts', 'timestamp(3)', '2024-02-29 12:34:56.789', '2024-02-29T12:34:56.789'],
  ['span', 'time', '-838:59:59', '-838:59:59'],
  ['yr', 'year', 2155, 2155],
  ['kind', "enum('sloop', 'kétch')", 'kétch', 'kétch'],
  ['nothing', 'int', null, null],
];

let at: MysqlGateway;
beforeAll(async () => {
  at = await startMysqlGateway({ maxRows: 2000, maxResultBytes: 1_000_000 });
  const columns = TYPES.map(([name, type]) => `${name} ${type}`).join(', ');
  const statements = [
    'drop table if exists gateway_types, gateway_notes',
    `create table gateway_types (${columns}, js json) character set utf8mb4`,
    'create table gateway_notes (id int primary key auto_increment, note varchar(100))',
  ];
  await Promise.all(SERVERS.map((server) => at.run(server, statements)));
});
afterAll(async () => {
  await Promise.all(SERVERS.map((server) => at.run(server, ['drop table gateway_types, gateway_notes'])));
  await at.gateway.close();
});

/** How many other connections run a statement whose text holds this. */
function running(server: string, mark: string): Promise<unknown> {
  const sql = `select count(*) + 0e0 from information_schema.processlist
    where info like concat('%', ?, '%') and id <> connection_id() and command <> 'Sleep'`;
  return at.rows(server, sql, [mark]);
}

/** Waits until so many do. */
async function untilRunning(server: string, mark: string, count: number): Promise<void> {
  let seen: unknown;
  for (let tries = 0; tries < 100; tries += 1) {
    seen = await running(server, mark);
    if (Array.isArray(seen) && seen[0]?.[0] === count) return;
    await delay(50);
  }
  expect(seen).toEqual([[count]]);
}

describe.each(SERVERS)('%s: documents', (server) => {
  it('rows as objects', async () => {
    const sql = 'select id, name, depth_m, opened from harbours where id <= ? or id = ? order by id';
    expect(await at.query(server, sql, { params: [2, 4] })).toMatchObject({
      status: 200,
      body: {
        columns: [
          { name: 'id', type: 'int', table: 'harbours', schema: 'fairlead' },
          { name: 'name', type: 'varchar', table: 'harbours', schema: 'fairlead' },
          { name: 'depth_m', type: 'decimal', table: 'harbours', schema: 'fairlead' },
          { name: 'opened', type: 'date', table: 'harbours', schema: 'fairlead' },
        ],
        rows: [
          { id: 1, name: 'Rotterdam', depth_m: '24.00', opened: '1872-03-09' },
          { id: 2, name: 'Göteborg', depth_m: '20.50', opened: '1845-10-04' },
          { id: 4, name: 'Valparaíso', depth_m: '14.25', opened: null },
        ],
        rowCount: 3,
        command: 'SELECT',
        warningCount: 0,
      },
    });
  });

  it('rows as arrays keep two columns of one name', async () => {
    const sql = "select 'one' as a, 'two' as a";
    expect((await at.query(server, sql, { rowMode: 'array' })).body.rows).toEqual([['one', 'two']]);
    expect((await at.query(server, sql)).body.rows).toEqual([{ a: 'two' }]);
  });

  it('parameters by name', async () => {
    const sql = 'select id from harbours where name = :name and id > :least and :name <> :least';
    expect((await at.query(server, sql, { params: { name: '横浜', least: 1 } })).body.rows).toEqual([
      { id: 3 },
    ]);
  });

  it('values of every type there and back, without loss', async () => {
    const marks = TYPES.map(() => '?').join(', ');
    const inserted = await at.query(server, `insert into gateway_types values (${marks}, ?)`, {
      params: [...TYPES.map(([, , value]) => value), '{"n": 12345678901234567890, "t": "ü"}'],
    });
    expect(inserted).toMatchObject({ status: 200, body: { command: 'INSERT', affectedRows: 1, rows: [] } });
    const { body, text } = await at.query(server, 'select * from gateway_types');
    const { js, ...others } = (body.rows as Json[])[0] ?? {};
    expect(others).toEqual(Object.fromEntries(TYPES.map(([name, , , answer]) => [name, answer])));
    expect(js).toMatchObject({ t: 'ü' });
    expect(text).toContain('"js":{"n": 12345678901234567890');
  });

  it('what a write did', async () => {
    const params = [{ a: [1, null] }, null];
    expect(
      (await at.query(server, 'insert into gateway_notes (note) values (?), (?)', { params })).body,
    ).toMatchObject({
      command: 'INSERT',
      affectedRows: 2,
      lastInsertId: '1',
      rowCount: 2,
      columns: [],
      rows: [],
    });
    expect(await at.rows(server, 'select note from gateway_notes order by id')).toEqual([
      ['{"a":[1,null]}'],
      [null],
    ]);
    expect((await at.query(server, 'delete from gateway_notes')).body).toMatchObject({ affectedRows: 2 });
  });

  it('all results of a procedure', async () => {
    await at.run(server, [
      'drop procedure if exists gateway_report',
      "create procedure gateway_report() begin select 'one' as a; select 'x' as b union all select 'y'; end",
    ]);
    expect(await at.query(server, 'call gateway_report()')).toMatchObject({
      status: 200,
      body: {
        columns: [{ name: 'a' }],
        rows: [{ a: 'one' }],
        rowCount: 1,
        command: 'CALL',
        moreResults: [
          { columns: [{ name: 'b' }], rows: [{ b: 'x' }, { b: 'y' }], rowCount: 2, command: 'CALL' },
          { columns: [], rows: [], rowCount: 0, command: 'CALL' },
        ],
      },
    });
    const json = { connection: server, sql: 'call gateway_report()', rowMode: 'array' };
    expect(await allLines(await at.gateway.fetch('/mysql/query', { json, headers: NDJSON }))).toMatchObject([
      { columns: [{ name: 'a' }] },
      ['one'],
      { rowCount: 1, moreResults: true },
      { columns: [{ name: 'b' }] },
      ['x'],
      ['y'],
      { rowCount: 2, moreResults: true },
      { columns: [] },
      { rowCount: 0, command: 'CALL' },
    ]);
    await at.run(server, ['drop procedure gateway_report']);
  });

  it('TLS is what the server sees, or not', async () => {
    const cipher = async (connection: string) =>
      (await at.query(connection, "show status like 'ssl_cipher'")).body.rows;
    expect(await cipher(server)).toMatchObject([{ Value: expect.stringMatching(/^TLS_|^ECDHE/) }]);
    expect(await cipher(`${server}Plain`)).toMatchObject([{ Value: '' }]);
  });

  it('a result over the caps is refused, and named', async () => {
    const many =
      'with recursive n (i) as (select 1 union all select i + 1 from n where i < 999) select a.i from n a, n b';
    expect(await at.query(server, many)).toMatchObject({ status: 413, body: { code: 'limit' } });
    expect(await at.query(server, "select repeat('x', 1100000)")).toMatchObject({
      status: 413,
      body: { code: 'limit' },
    });
  });
});

describe.each(SERVERS)('%s: streams', (server) => {
  const NUMBERS = `with recursive d (i) as (select 0 union all select i + 1 from d where i < 9)
    select a.i + 10 * b.i + 100 * c.i + 1000 * e.i + 10000 * f.i as n`;
  const stream = (json: Json, ask: Ask = {}) =>
    at.gateway.fetch('/mysql/query', { json: { connection: server, ...json }, headers: NDJSON, ...ask });

  it('a header line, a line a row, a trailer line', async () => {
    const sql = 'select id, name from harbours where id <= :most order by id';
    const response = await stream({ sql, params: { most: 2 }, rowMode: 'array' });
    expect(response.headers.get('Content-Type')).toContain('application/x-ndjson');
    expect(await allLines(response)).toMatchObject([
      { columns: [{ name: 'id' }, { name: 'name' }] },
      [1, 'Rotterdam'],
      [2, 'Göteborg'],
      { rowCount: 2, command: 'SELECT' },
    ]);
  });

  it('100,000 rows in order, more than a document may have', async () => {
    const response = await stream({
      sql: `${NUMBERS} from d a, d b, d c, d e, d f order by n`,
      rowMode: 'array',
    });
    let next = -1;
    for await (const line of lines(response)) {
      if (next >= 0 && next < 100_000 && String(line) !== String(next))
        throw new Error(`row ${next} is missing`);
      next += 1;
    }
    expect(next).toBe(100_001);
  });

  it('an error behind the first rows is the last line', async () => {
    const sql = `select repeat('x', 30000), if(id = 4, (select 1 union select 2), id) from harbours order by id`;
    const all = await allLines(await stream({ sql, rowMode: 'array' }));
    expect(all.at(-1)).toMatchObject({ error: { code: 'server', server: { code: '21000' } } });
  });

  it('a caller that goes away ends the statement on the server', async () => {
    const mark = `gone ${crypto.randomUUID()}`;
    const abort = new AbortController();
    // A gigabyte, of which nobody takes more than the first rows.
    const sql = `${NUMBERS}, '${mark}', repeat('x', 10000) from d a, d b, d c, d e, d f`;
    const response = await stream({ sql }, { signal: abort.signal });
    await untilRunning(server, mark, 1);
    abort.abort();
    await expect(response.text()).rejects.toThrow();
    await untilRunning(server, mark, 0);
  });
});

describe.each(SERVERS)('%s: time', (server) => {
  // Not SLEEP: that answers a KILL with a value, and so could be taken for done.
  const endless = (mark: string) => `select count(*), '${mark}' from information_schema.columns a,
    information_schema.columns b, information_schema.columns c, information_schema.columns d`;

  it('that the request has is what the server knows', async () => {
    const limit = server === 'mysql' ? '@@max_execution_time + 0e0' : '@@max_statement_time * 1000 + 0e0';
    const headers = { 'Fairlead-Timeout-Ms': '5000' };
    for (const ask of [{ headers }, { headers, ...reader }]) {
      const { body } = await at.query(server, `select ${limit}`, { rowMode: 'array' }, ask);
      const [[ms]] = body.rows as [[number]];
      expect(ms).toBeGreaterThan(3000);
      expect(ms).toBeLessThanOrEqual(5500);
    }
  });

  it.each([
    ['a statement that waits', (mark: string) => `select sleep(47), '${mark}'`],
    ['a statement that works', endless],
  ])('%s past its time is 504, and has ended on the server', async (_name, sql) => {
    const mark = `late ${crypto.randomUUID()}`;
    const headers = { 'Fairlead-Timeout-Ms': '400' };
    expect(await at.query(server, sql(mark), {}, { headers })).toMatchObject({
      status: 504,
      body: { code: 'timeout', status: 504 },
    });
    await untilRunning(server, mark, 0);
  });
});
