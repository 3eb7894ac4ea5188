// POST /pg/sql of the built Worker, asked by Neon's own serverless driver, against PostgreSQL 17.
import { NeonDbError, type NeonQueryFunction, neon, neonConfig } from '@neondatabase/serverless';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Gateway, startGateway } from './support.ts';

const { port } = inject('servers').postgres.good;
const PLACEHOLDER = 'postgresql://anybody:header-secret@fairlead/any';

let gateway: Gateway;
let sql: NeonQueryFunction<false, false>;
beforeAll(async () => {
  gateway = await startGateway({
    targets: [`localhost:${port}`],
    tokens: [{ name: 'neon-main', token: 'token-main', scopes: ['pg:write:main'] }],
  });
  neonConfig.fetchEndpoint = new URL('/pg/sql', gateway.url).href;
  neonConfig.disableWarningInBrowsers = true;
  sql = neon(PLACEHOLDER, { authToken: 'token-all' });
  await sql`drop table if exists neon_crew`;
  await sql`create table neon_crew (id int primary key, name text not null, born timestamptz)`;
});
afterAll(async () => {
  await sql`drop table neon_crew`;
  await gateway.close();
});

/** What a promise rejects with. */
async function failure(promise: Promise<unknown>): Promise<NeonDbError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(NeonDbError);
  const failed = error as NeonDbError;
  expect(JSON.stringify([failed.message, failed])).not.toMatch(/header-secret|scram-password|token-/);
  return failed;
}

/** Asks without the driver, as it is asked. */
const raw = (body: unknown, headers: Record<string, string> = {}) =>
  gateway.ask('/pg/sql', {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'Neon-Connection-String': PLACEHOLDER, ...headers },
  });

describe('one query', () => {
  it('tagged, with parameters', async () => {
    const most = 2;
    expect(await sql`select name, depth_m from harbours where id <= ${most} order by id`).toEqual([
      { name: 'Rotterdam', depth_m: '24.00' },
      { name: 'Göteborg', depth_m: '20.50' },
    ]);
  });

  it('values of every kind, as the driver makes them of text', async () => {
    const params = [
      1,
      '9007199254740993',
      true,
      null,
      new Date(0),
      { k: ['v'] },
      [1, 2],
      Buffer.from([0, 255]),
    ];
    const rows = await sql.query(
      `select $1::int4 i, $2::int8 n, $3::bool b, $4::text t, $5::timestamptz d, $6::jsonb j, $7::int4[] a,
        $8::bytea y, 'NaN'::float8 f, array['a', null] s, interval '1 day' v`,
      params,
    );
    expect(rows).toMatchObject([
      {
        i: 1,
        n: '9007199254740993',
        b: true,
        t: null,
        d: new Date(0),
        j: { k: ['v'] },
        a: [1, 2],
        y: Buffer.from([0, 255]),
        f: Number.NaN,
        s: ['a', null],
        v: { days: 1 },
      },
    ]);
  });

  it('in arrays, and with everything that is known of the result', async () => {
    const rows = await sql.query('select 1 as a, 2 as a', [], { arrayMode: true });
    expect(rows).toEqual([[1, 2]]);
    const full = await sql.query('select id, name from harbours order by id limit 1', [], {
      fullResults: true,
    });
    expect(full).toMatchObject({ command: 'SELECT', rowCount: 1, rowAsArray: false, rows: [{ id: 1 }] });
    expect(full.fields).toMatchObject([
      { name: 'id', dataTypeID: 23, columnID: 1, dataTypeSize: 4, dataTypeModifier: -1, format: 'text' },
      { name: 'name', dataTypeID: 25, columnID: 2, dataTypeSize: -1 },
    ]);
    expect(full.fields[0]?.tableID).toBeGreaterThan(0);
  });

  it('what changes data says how many rows it changed', async () => {
    const options = { fullResults: true } as const;
    const insert = "insert into neon_crew values (1, 'Ada', now()), (2, 'Bo', now())";
    expect(await sql.query(insert, [], options)).toMatchObject({ command: 'INSERT', rowCount: 2, rows: [] });
    expect(await sql.query('delete from neon_crew', [], options)).toMatchObject({
      command: 'DELETE',
      rowCount: 2,
    });
    expect(await sql.query('set search_path to public', [], options)).toMatchObject({
      command: 'SET',
      rowCount: null,
    });
  });

  it('without raw text: values of JSON', async () => {
    const query =
      "select true b, 1::int2 i, 1.5::float8 f, '-Infinity'::float4 g, 5::int8 n, 1::oid o, '{\"a\": [1]}'::json j, " +
      "'[0:1]={a,NULL}'::text[] a, array['{}'::jsonb] k, array[[true],[false]] m, '\\x00ff'::bytea y, " +
      "'1999-12-31'::date d, null z, 1e30::float8 e";
    const { body } = await raw({ query });
    expect(body.rows).toEqual([
      {
        b: true,
        i: 1,
        f: 1.5,
        g: '-Infinity',
        n: '5',
        o: '1',
        j: { a: [1] },
        a: ['a', null],
        k: [{}],
        m: [[true], [false]],
        y: '\\x00ff',
        d: '1999-12-31',
        z: null,
        e: 1e30,
      },
    ]);
  });
});

describe('transactions', () => {
  it('several queries see each other, and are one', async () => {
    const [inserted, counted] = await sql.transaction([
      sql`insert into neon_crew values (10, ${'Cy'}, null) returning name`,
      sql`select count(*)::int as n, txid_current() = txid_current() as one from neon_crew where id = 10`,
    ]);
    expect([inserted, counted]).toEqual([[{ name: 'Cy' }], [{ n: 1, one: true }]]);
  });

  it('a failure undoes all of them', async () => {
    const failed = await failure(
      sql.transaction([
        sql`insert into neon_crew values (11, 'Di', null)`,
        sql`insert into neon_crew values (11, 'Ed', null)`,
      ]),
    );
    expect(failed).toMatchObject({ code: '23505', constraint: 'neon_crew_pkey', table: 'neon_crew' });
    expect(await sql`select * from neon_crew where id = 11`).toEqual([]);
  });

  it.each(['ReadUncommitted', 'ReadCommitted', 'RepeatableRead', 'Serializable'] as const)(
    'isolation level %s',
    async (isolationLevel) => {
      const [rows] = await sql.transaction([sql`show transaction_isolation`], { isolationLevel });
      const shown = String(rows?.[0]?.transaction_isolation);
      expect(shown.replace(' ', '')).toBe(isolationLevel.toLowerCase());
    },
  );

  it('read only and deferrable', async () => {
    const options = { readOnly: true, deferrable: true, isolationLevel: 'Serializable' } as const;
    const shown = await sql.transaction(
      [sql`show transaction_read_only`, sql`show transaction_deferrable`],
      options,
    );
    expect(shown).toEqual([[{ transaction_read_only: 'on' }], [{ transaction_deferrable: 'on' }]]);
    const refused = sql.transaction([sql`insert into neon_crew values (12, 'x', null)`], { readOnly: true });
    expect(await failure(refused)).toMatchObject({ code: '25006' });
  });

  it('in arrays, and with full results', async () => {
    const queries = [sql`select 1 as a, 2 as a`, sql`select 3 as b`];
    expect(await sql.transaction(queries, { arrayMode: true })).toEqual([[[1, 2]], [[3]]]);
    const full = await sql.transaction(queries, { fullResults: true });
    expect(full).toMatchObject([{ rows: [{ a: 2 }] }, { rows: [{ b: 3 }], rowCount: 1, command: 'SELECT' }]);
  });
});

describe('errors', () => {
  it('are NeonDbErrors with the server’s fields', async () => {
    const failed = await failure(sql.query('select 1 +', []));
    expect(failed).toMatchObject({
      name: 'NeonDbError',
      message: 'syntax error at end of input',
      severity: 'ERROR',
      code: '42601',
      position: '11',
      routine: 'scanner_yyerror',
    });
    expect(failed.detail).toBeUndefined();
    const details = await failure(sql`insert into neon_crew values (20, null, null)`);
    expect(details).toMatchObject({ code: '23502', column: 'name', schema: 'public' });
    expect(details.detail).toContain('Failing row');
    const inner = await failure(sql.query("do $$ begin execute 'selec 1'; end $$", []));
    expect(inner).toMatchObject({ code: '42601', internalPosition: '1', internalQuery: 'selec 1' });
    expect(inner.where).toContain('PL/pgSQL');
  });

  it('also of what comes behind the first rows', async () => {
    const late = sql`select 10 / (30000 - g) from generate_series(1, 40000) g`;
    expect(await failure(late)).toMatchObject({ code: '22012' });
  });

  it('of the request have a message', async () => {
    const failed = await failure(sql`copy neon_crew from stdin`);
    expect(failed).toMatchObject({ code: 'usage', message: expect.stringContaining('COPY') });
  });

  it.each([
    ['a token nobody knows', PLACEHOLDER, 'token-nobody', /HTTP status 401/],
    [
      'a connection nobody knows',
      PLACEHOLDER.replace('fairlead', 'nope.fairlead'),
      'token-all',
      /status 404/,
    ],
    [
      'a token for another connection',
      PLACEHOLDER.replace('fairlead', 'plain.fairlead'),
      'token-main',
      /status 403/,
    ],
    [
      'a host that the policy knows not',
      'postgres://a:header-secret@db.example.com/x',
      'token-all',
      /status 403.*<name>\.fairlead/,
    ],
    [
      'a host, and a token for a connection',
      'postgres://a:header-secret@localhost/x',
      'token-main',
      /status 403.*<name>\.fairlead/,
    ],
  ])('%s', async (_what, url, authToken, message) => {
    const failed = await failure(neon(url, { authToken })`select 1`);
    expect(failed.message).toMatch(message);
  });

  it('a server that refuses the operator’s login is 502, and says no name', async () => {
    const answer = await gateway.ask('/pg/sql?connection=wrongPassword', {
      method: 'POST',
      body: '{"query":"select 1"}',
    });
    expect(answer).toMatchObject({ status: 502, body: { code: 'auth' } });
    expect(JSON.stringify(answer.body)).not.toContain('scram');
  });
});

describe('limits', () => {
  it.each([
    ['a query', { query: 'select pg_sleep(48)' }],
    ['a transaction', { queries: [{ query: 'select 1' }, { query: 'select pg_sleep(48)' }] }],
  ])('%s past its time is 504, and has ended on the server', async (_what, body) => {
    const answer = await raw(body, { 'Fairlead-Timeout-Ms': '300' });
    expect(answer).toMatchObject({ status: 504, body: { code: 'timeout' } });
    const left = await sql`select count(*)::int as n from pg_stat_activity
      where query = 'select pg_sleep(48)' and state = 'active'`;
    expect(left).toEqual([{ n: 0 }]);
  });

  it('a result over the operator’s cap is 413', async () => {
    const failed = await failure(sql`select generate_series(1, 100001)`);
    expect(failed.message).toMatch(/HTTP status 413.*maxRows/);
    expect(await sql`select generate_series(1, 100000)`).toHaveLength(100_000);
  });
});

describe('which server', () => {
  const isTls = 'select ssl from pg_stat_ssl where pid = pg_backend_pid()';

  it('the connection that the host names', async () => {
    const plain = neon(PLACEHOLDER.replace('fairlead', 'plain.fairlead'), { authToken: 'token-all' });
    expect(await plain.query(isTls)).toEqual([{ ssl: false }]);
    expect(await sql.query(isTls)).toEqual([{ ssl: true }]);
  });

  it('the connection that the endpoint names, whatever the host', async () => {
    const { body } = await gateway.ask('/pg/sql?connection=plain', {
      method: 'POST',
      body: JSON.stringify({ query: isTls }),
      headers: { 'Neon-Connection-String': 'postgres://a:b@db.example.com/x' },
    });
    expect(body.rows).toEqual([{ ssl: false }]);
  });

  it('the host itself, where the policy allows it: its login, its database, its parameters', async () => {
    const url = (password: string) =>
      `postgresql://scram:${password}@localhost:${port}/fairlead?sslmode=require`;
    const own = neon(url('scram-password'), { authToken: 'token-all' });
    const query = "select current_user as u, current_setting('application_name') as a";
    const [row] = await own.query(query);
    expect(row).toMatchObject({ u: 'scram', a: expect.stringContaining('neondatabase') });
    const refused = await failure(neon(url('header-secret'), { authToken: 'token-all' }).query('select 1'));
    expect(refused).toMatchObject({ code: '28P01', severity: 'FATAL' });
  });
});

describe('a token that may only read', () => {
  const reader = () => neon(PLACEHOLDER, { authToken: 'token-reader' });

  it('reads, alone and in transactions', async () => {
    const read = reader();
    expect(await read`select 1 as v`).toEqual([{ v: 1 }]);
    expect(await read.transaction([read`select 1 as v`, read`show transaction_read_only`])).toEqual([
      [{ v: 1 }],
      [{ transaction_read_only: 'on' }],
    ]);
  });

  it('does not write, whatever it says', async () => {
    const read = reader();
    const hidden = () => read`with w as (update neon_crew set id = 30 returning 1) select * from w`;
    expect((await failure(read`insert into neon_crew values (30, 'x', null)`)).message).toMatch(
      /HTTP status 403/,
    );
    expect(await failure(hidden())).toMatchObject({ code: '25006' });
    const unlocked = read.transaction(
      [read`select set_config('transaction_read_only', 'off', true)`, hidden()],
      { readOnly: false },
    );
    expect((await failure(unlocked)).message).toMatch(/HTTP status 403/);
    expect(await sql`select * from neon_crew where id = 30`).toEqual([]);
  });
});
