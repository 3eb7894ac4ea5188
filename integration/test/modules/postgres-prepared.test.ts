// PostgreSQL 15, 17 and 18: what was prepared, while definitions and settings change under it. Every answer is the one that
// the same statement would have had on a new connection.
import { type Client, type ConnectOptions, connect } from '@fairlead/postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { failure } from './support.ts';

const { postgresVersions, pgbouncer } = inject('servers');

/** A text often enough to be prepared, with the same values each time. */
async function often(
  client: Client,
  text: string,
  params: readonly never[] | readonly (string | number)[] = [],
) {
  let last: unknown;
  for (let i = 0; i < 4; i += 1) last = (await client.query(text, params)).rows;
  return last;
}

describe.each([15, 17, 18] as const)('PostgreSQL %i', (version) => {
  const url = `postgres://scram:scram-password@localhost:${postgresVersions[version].port}/fairlead?sslmode=disable`;
  let client: Client;
  /** Changes what the client has prepared against. */
  let other: Client;
  const connectHere = (options?: ConnectOptions) =>
    connect(url, { parameters: { search_path: 'changing', TimeZone: 'UTC' }, ...options });
  beforeAll(async () => {
    other = await connectHere();
    await other.script('drop schema if exists changing cascade; create schema changing');
  });
  beforeEach(async () => {
    client = await connectHere();
    return () => client.close();
  });
  afterAll(async () => {
    await other.query('drop schema changing cascade');
    await other.close();
  });

  const names = () =>
    client.query<{ statement: string }>('select statement from pg_prepared_statements', [], {
      prepare: false,
    });

  it('prepares a text that comes again, and uses its name from then on', async () => {
    await client.query('select 1 as one where 1 = $1', [1]);
    expect((await names()).rows).toEqual([]);
    await often(client, 'select 1 as one where 1 = $1', [1]);
    expect((await names()).rows).toEqual([{ statement: 'select 1 as one where 1 = $1' }]);
  });

  it('columns of EXECUTE and FETCH are those of now', async () => {
    const run = async (text: string) => (await client.query(text)).rows;
    await run("prepare q as select 'abc' as secret_name");
    expect(await run('execute q')).toEqual([{ secret_name: 'abc' }]);
    await run('deallocate q');
    await run('prepare q as select 42 as n');
    expect(await run('execute q')).toEqual([{ n: 42 }]);
    await client.begin(async (tx) => {
      const fetched = async (text: string) => {
        await tx.query(`declare c cursor for ${text}`);
        const { rows } = await tx.query('fetch c');
        await tx.query('close c');
        return rows;
      };
      expect(await fetched('select 1 as a')).toEqual([{ a: 1 }]);
      expect(await fetched('select 1 as a, 2 as b')).toEqual([{ a: 1, b: 2 }]);
    });
  });

  it('a timestamp that has become a timestamptz keeps the time zone of what is stored', async () => {
    await other.script('drop table if exists times; create table times (at timestamp)');
    await often(client, 'insert into times values ($1)', ['2022-01-01 00:00:00-02']);
    await other.query('alter table times alter at type timestamptz');
    await other.query('truncate times');
    await client.query('insert into times values ($1)', ['2022-01-01 00:00:00-02']);
    expect(await other.queryValue('select at::text from times')).toBe('2022-01-01 02:00:00+00');
  });

  it.each([
    ['integer', 'text', 7, '007'],
    ['integer', 'numeric', 7, '1.25'],
    ['integer', 'timestamptz', 7, '2022-01-01 02:00:00+00'],
    ['real', 'double precision', 1, '0.1234567890123'],
    ['double precision', 'numeric', 1, '0.12345678901234567890'],
    ['date', 'timestamp', '2022-01-01', '2022-01-01 10:00:00'],
    ['numeric', 'integer', 1, '3'],
    ['uuid', 'text', '6f9619ff-8b86-d011-b42d-00cf4fc964ff', '{6F9619FF}'],
    ['jsonb', 'text', '{"a":1}', '{"b": 1,   "a": 2}'],
    ['name', 'text', 'short', 'x'.repeat(80)],
  ])('a column of %s that has become %s takes what belongs there', async (before, after, first, then) => {
    await other.script(`drop table if exists c; create table c (v ${before})`);
    await often(client, 'insert into c values ($1)', [first]);
    await often(client, 'select count(*) from c where v = $1', [first]);
    await other.script(`drop table c; create table c (v ${after})`);
    await client.query('insert into c values ($1)', [then]);
    expect(await other.queryValue('select v::text from c')).toBe(then);
    expect(await client.queryValue('select count(*) from c where v = $1', [then])).toBe('1');
  });

  it('a whole number for a numeric that has become a text is the same text', async () => {
    await other.script('drop table if exists c; create table c (v numeric)');
    await often(client, 'insert into c values ($1)', [42]);
    await other.script('truncate c; alter table c alter v type text');
    await client.query('insert into c values ($1)', [43]);
    expect(await other.queryValue('select v from c')).toBe('43');
  });

  it('an enum that was made anew is taken', async () => {
    await other.script(
      "drop table if exists m; drop type if exists mood; create type mood as enum ('a'); create table m (v mood)",
    );
    await often(client, 'insert into m values ($1)', ['a']);
    await other.script(
      "drop table m; drop type mood; create type mood as enum ('b'); create table m (v mood)",
    );
    await client.query('insert into m values ($1)', ['b']);
    expect(await client.queryValue('select v::text from m where v = $1', ['b'])).toBe('b');
  });

  it('columns that are added and dropped by others are seen', async () => {
    await other.script('drop table if exists w; create table w (a int, b int); insert into w values (1, 2)');
    expect(await often(client, 'select * from w')).toEqual([{ a: 1, b: 2 }]);
    await other.script("alter table w drop b; alter table w add c text default 'x'");
    expect(await often(client, 'select * from w')).toEqual([{ a: 1, c: 'x' }]);
  });

  it('within a transaction a changed result is refused once, and all right afterwards', async () => {
    await other.script('drop table if exists w; create table w (a int)');
    await often(client, 'select * from w');
    await other.query('alter table w add b int');
    const refused = await failure(client.begin((tx) => tx.query('select * from w')));
    expect(refused).toMatchObject({ code: 'server', server: { code: '0A000' } });
    expect((await client.begin((tx) => tx.query('select * from w'))).columns.length).toBe(2);
  });

  it('literals mean what they mean now', async () => {
    const zones = [];
    for (const zone of ['UTC', 'Asia/Tokyo']) {
      await client.query(`set time zone '${zone}'`);
      const text = "select extract(epoch from timestamptz '2022-01-01 00:00')::int as at";
      await often(client, text);
      zones.push(await client.queryValue(text));
    }
    expect(zones).toEqual([1640995200, 1640962800]);
    await often(client, "select timestamptz 'now'::text as now");
    const earlier = await client.queryValue("select timestamptz 'now'::text as now");
    expect(await client.queryValue("select timestamptz 'now'::text as now")).not.toBe(earlier);
  });

  it('a table of the own session in front of another one is found', async () => {
    await other.script('drop table if exists front; create table front as select 1 as v');
    expect(await often(client, 'select v from front')).toEqual([{ v: 1 }]);
    await client.query('create temp table front as select 2 as v');
    expect(await often(client, 'select v from front')).toEqual([{ v: 2 }]);
  });

  it('DISCARD, DEALLOCATE and other settings are noticed, in one flight as well', async () => {
    await often(client, 'select 5 as five');
    for (const forgetting of ['discard all', 'deallocate all', 'discard plans']) {
      const [, { rows }] = await Promise.all([client.query(forgetting), client.query('select 5 as five')]);
      expect(rows).toEqual([{ five: 5 }]);
      expect(await often(client, 'select 5 as five')).toEqual([{ five: 5 }]);
    }
    await client.script('select 1; deallocate all');
    expect(await often(client, 'select 5 as five')).toEqual([{ five: 5 }]);
  });

  it('`always` prepares whatever the text holds, `false` nothing', async () => {
    for (let i = 0; i < 3; i += 1) {
      await client.query("select timestamptz '2022-01-01'", [], { prepare: 'always' });
      await client.query('select 6', [], { prepare: false });
    }
    expect((await names()).rows).toEqual([{ statement: "select timestamptz '2022-01-01'" }]);
  });
});

it('behind PgBouncer values stand under their own names, whatever it has prepared', async () => {
  const url = `postgres://scram:scram-password@localhost:${pgbouncer.port}/fairlead?sslmode=disable`;
  await using client = await connect(url);
  await using other = await connect(url);
  await client.script("drop table if exists pooled; create table pooled (a int, b text default 'old')");
  await client.query('insert into pooled (a) values (1)');
  expect(await often(client, 'select * from pooled')).toEqual([{ a: 1, b: 'old' }]);
  await other.script("alter table pooled drop b; alter table pooled add c text default 'new'");
  for (let i = 0; i < 6; i += 1) {
    const [{ rows }] = await Promise.all([
      client.query('select * from pooled'),
      other.query('select pg_sleep(0.01)'),
    ]);
    expect(rows).toEqual([{ a: 1, c: 'new' }]);
  }
  await client.query('drop table pooled');
});
