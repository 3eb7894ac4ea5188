// Settings of a role or a database that change how values are written: pinned at the start, or seen in the values.
import { type Client, connect } from '@fairlead/postgres';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { failure } from './support.ts';

const { postgresVersions } = inject('servers');
const INTERVALS = `select interval '1 year 2 mons' a, interval '-1 year -2 mons' b, interval '3 days 04:05:06.789' c,
  interval '-3 days -04:05:06' d, interval '1 year -2 days 03:04:05.5' e, interval '0' f, interval '-00:00:00.000001' g`;
const DURATIONS = [
  'P1Y2M',
  'P-1Y-2M',
  'P3DT4H5M6.789S',
  'P-3DT-4H-5M-6S',
  'P1Y-2DT3H4M5.5S',
  'PT0S',
  'PT-0.000001S',
];

describe.each([[15], [17], [18]] as const)('PostgreSQL %i', (version) => {
  const url = (database: string) =>
    `postgres://harbourmaster:harbourmaster-password@localhost:${postgresVersions[version].port}/${database}`;
  let admin: Client;

  beforeAll(async () => {
    admin = await connect(url('fairlead'));
    await admin.query('drop database if exists settled');
    await admin.query('create database settled');
    for (const setting of [
      "IntervalStyle = 'sql_standard'",
      'extra_float_digits = -15',
      "DateStyle = 'German, DMY'",
      'bytea_output = escape',
      'client_encoding = latin1',
      "TimeZone = 'Asia/Kathmandu'",
      'quote_all_identifiers = on',
    ]) {
      await admin.query(`alter database settled set ${setting}`);
    }
  });
  afterAll(async () => {
    await admin.query('drop database settled (force)');
    await admin.close();
  });

  it('values are what they are, whatever the database has set', async () => {
    await using client = await connect(url('settled'));
    const { rows } = await client.query(
      `select 0.1::float8 + 0.2::float8 a, 0.000100000005::float4 b, 'infinity'::float8 c, date '2024-02-29' d,
        timestamptz '2024-02-29 12:00:00+00' e, '\\x00ff5c'::bytea f, 'é€横' g, array['\\x00ff'::bytea] h`,
    );
    expect(rows).toEqual([
      {
        a: 0.30000000000000004,
        b: 0.000100000005,
        c: Number.POSITIVE_INFINITY,
        d: '2024-02-29',
        e: '2024-02-29T17:45:00+05:45',
        f: Uint8Array.of(0, 255, 92),
        g: 'é€横',
        h: [Uint8Array.of(0, 255)],
      },
    ]);
    expect((await client.query(INTERVALS, [], { rowMode: 'array' })).rows).toEqual([DURATIONS]);
    expect(await client.queryValue('select $1::text', ['é€横'])).toBe('é€横');
  });

  it.each(['postgres', 'postgres_verbose', 'sql_standard', 'iso_8601'])(
    'intervals in the style %s',
    async (style) => {
      await using client = await connect(url('fairlead'));
      await client.query(`set intervalstyle = ${style}`);
      expect((await client.query(INTERVALS, [], { rowMode: 'array' })).rows).toEqual([DURATIONS]);
      const back = DURATIONS.map((_, i) => `$${i + 1}::interval`).join();
      expect((await client.query(`select ${back}`, DURATIONS, { rowMode: 'array' })).rows).toEqual([
        DURATIONS,
      ]);
    },
  );

  it("a caller's own parameters win", async () => {
    const parameters = { EXTRA_FLOAT_DIGITS: '-14' };
    await using client = await connect(url('fairlead'), { parameters });
    expect(await client.queryValue('select 0.1::float8 + 0.2::float8')).toBe(0.3);
    await using other = await connect(url('fairlead'), {
      parameters: { options: '-c extra_float_digits=-14' },
    });
    expect(await other.queryValue('select 0.1::float8 + 0.2::float8')).toBe(0.3);
  });

  it('a session that leaves UTF-8 is ended', async () => {
    const client = await connect(url('fairlead'));
    expect(await failure(client.query("set client_encoding = 'LATIN1'"))).toMatchObject({ code: 'protocol' });
    await client.closed;
    expect(await failure(client.query('select 1'))).toMatchObject({ safeToRetry: true });
  });
});
