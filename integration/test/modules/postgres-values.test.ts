// PostgreSQL 15, 17 and 18: values there and back without loss, as the server itself writes and reads them.
import {
  type Client,
  connect,
  json,
  loadTypes,
  type Parameter,
  Range,
  typed,
  type Value,
} from '@fairlead/postgres';
import { binaryFormat } from '@fairlead/postgres/binary';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { sameBytes } from './support.ts';

const { postgresVersions } = inject('servers');
const BYTES = Uint8Array.from({ length: 256 }, (_, index) => index);

describe.each([15, 17, 18] as const)('PostgreSQL %i', (version) => {
  const url = `postgres://scram:scram-password@localhost:${postgresVersions[version].port}/fairlead`;

  let client: Client;
  beforeAll(async () => {
    client = await connect(url);
  });
  afterAll(() => client.close());

  describe('from the server', () => {
    it.each<[sql: string, type: string, value: Value]>([
      ["'9223372036854775807'::int8", 'int8', '9223372036854775807'],
      ['(-32768)::int2', 'int2', -32768],
      ['2147483647::int4', 'int4', 2147483647],
      ['4294967295::oid', 'oid', 4294967295],
      [
        "'123456789012345678901234567890.000000010'::numeric",
        'numeric',
        '123456789012345678901234567890.000000010',
      ],
      ["'NaN'::numeric", 'numeric', 'NaN'],
      ['0.1::float8 + 0.2::float8', 'float8', 0.30000000000000004],
      ["'-Infinity'::float8", 'float8', Number.NEGATIVE_INFINITY],
      ['0.1::float4', 'float4', 0.1],
      ['true', 'bool', true],
      ['null::text', 'text', null],
      ["''", 'text', ''],
      ["E'Göteborg\\n横浜 🚢'", 'text', 'Göteborg\n横浜 🚢'],
      ["'2024-02-29'::date", 'date', '2024-02-29'],
      ["'0044-03-15 BC'::date", 'date', '0044-03-15 BC'],
      ["'10000-01-01 00:00:00+00'::timestamptz", 'timestamptz', '10000-01-01T00:00:00Z'],
      ["'2024-02-29 12:34:56.123456'::timestamp", 'timestamp', '2024-02-29T12:34:56.123456'],
      ["'2024-02-29 12:34:56.123456+05:30'::timestamptz", 'timestamptz', '2024-02-29T07:04:56.123456Z'],
      ["'infinity'::timestamptz", 'timestamptz', 'infinity'],
      ["'12:34:56.5+02'::timetz", 'timetz', '12:34:56.5+02:00'],
      ["'1 year -2 days 03:04:05.5'::interval", 'interval', 'P1Y-2DT3H4M5.5S'],
      ["decode('00ff0d0a', 'hex')", 'bytea', new Uint8Array([0, 255, 13, 10])],
      [`'{"a": [1, null, "x"]}'::jsonb`, 'jsonb', { a: [1, null, 'x'] }],
      ["'6b8b4567-327b-43c6-a3c1-000000000001'::uuid", 'uuid', '6b8b4567-327b-43c6-a3c1-000000000001'],
      ["'10.0.0.0/8'::inet", 'inet', '10.0.0.0/8'],
      [
        `array['plain', 'with "quotes"', 'comma, brace}', null, '']`,
        'text[]',
        ['plain', 'with "quotes"', 'comma, brace}', null, ''],
      ],
      [
        'array[[1, 2], [3, null]]',
        'int4[]',
        [
          [1, 2],
          [3, null],
        ],
      ],
      ["array['9223372036854775807'::int8]", 'int8[]', ['9223372036854775807']],
      ["'[1,5)'::int4range", 'int4range', new Range(1, 5)],
      ["'empty'::daterange", 'daterange', 'empty'],
      ["'(1,2)'::point", 'point', '(1,2)'],
    ])('select %s', async (sql, type, value) => {
      const { columns, rows } = await client.query(`select ${sql} as v`);
      expect(columns).toMatchObject([{ name: 'v', type }]);
      expect(rows).toEqual([{ v: value }]);
    });
  });

  describe('to the server', () => {
    it.each<[type: string, parameter: Parameter, text: string]>([
      ['int8', 9223372036854775807n, '9223372036854775807'],
      ['int8', '-9223372036854775808', '-9223372036854775808'],
      ['int4', -1, '-1'],
      ['float8', 0.1, '0.1'],
      ['numeric', '1e-20', '0.00000000000000000001'],
      ['bool', true, 'true'],
      ['text', "quote ' backslash \\ line\r\n 🚢", "quote ' backslash \\ line\r\n 🚢"],
      ['bytea', BYTES, `\\x${[...BYTES].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`],
      ['timestamptz', new Date(Date.UTC(2024, 1, 29, 12, 34, 56, 789)), '2024-02-29 12:34:56.789+00'],
      ['text[]', ['a', null, 'b,"}', ''], '{a,NULL,"b,\\"}",""}'],
      [
        'int4[]',
        [
          [1, 2],
          [3, 4],
        ],
        '{{1,2},{3,4}}',
      ],
      ['jsonb', { a: [1, null], b: 'ü' }, '{"a": [1, null], "b": "ü"}'],
    ])('$1::%s', async (type, parameter, text) => {
      const { rows } = await client.query(`select ($1::${type})::text as v`, [parameter]);
      expect(rows).toEqual([{ v: text }]);
    });

    it.each<[type: string, parameter: Parameter, text: string]>([
      ['int4range', new Range(1, null, '(]'), '[2,)'],
      [
        'tstzrange',
        new Range<Date | string>(new Date(0), '2024-02-29T00:00:00Z'),
        '["1970-01-01 00:00:00+00","2024-02-29 00:00:00+00")',
      ],
      ['jsonb', json([1, 'x', null]), '[1, "x", null]'],
      ['jsonb', json('text'), '"text"'],
      ['date', typed('-000043-03-15', 'date'), '0044-03-15 BC'],
      ['interval', 'P1Y2M3DT4H5M6.5S', '1 year 2 mons 3 days 04:05:06.5'],
      ['timestamptz[]', [new Date(0), null], '{"1970-01-01 00:00:00+00",NULL}'],
    ])('$1::%s, as it was meant', async (type, parameter, text) => {
      const { rows } = await client.query(`select ($1::${type})::text as v`, [parameter]);
      expect(rows).toEqual([{ v: text }]);
    });

    it('null is NULL', async () => {
      expect((await client.query('select $1::int is null as v', [null])).rows).toEqual([{ v: true }]);
    });

    it('4 MB of bytes there and back', async () => {
      const big = new Uint8Array(4_194_304).map((_, index) => (index * 31) & 0xff);
      const { rows } = await client.query('select $1::bytea as v, length($1::bytea) as n', [big]);
      expect(rows[0]?.n).toBe(4_194_304);
      expect(sameBytes(rows[0]?.v, big)).toBe(true);
    });
  });

  describe('shapes', () => {
    it('two columns of one name are both in the array mode', async () => {
      const { columns, rows } = await client.query('select 1 as a, 2 as a', [], { rowMode: 'array' });
      expect(columns.map((column) => column.name)).toEqual(['a', 'a']);
      expect(rows).toEqual([[1, 2]]);
    });

    it('a type of the database’s own has its OID and its text', async () => {
      await client.query("create type pg_temp.rig as enum ('sloop', 'ketch')");
      const { columns, rows } = await client.query("select 'ketch'::pg_temp.rig as v");
      expect(columns[0]?.type).toMatch(/^oid:\d+$/);
      expect(rows).toEqual([{ v: 'ketch' }]);
    });

    it('types of the database’s own, once they were looked up', async () => {
      await using own = await connect(url, { binary: binaryFormat });
      await own.script(`drop schema if exists looked_up cascade; create schema looked_up;
      create type looked_up.rig as enum ('sloop', 'ketch');
      create domain looked_up.depth as numeric check (value > 0);
      create type looked_up.berth as (n int, depth looked_up.depth, rig looked_up.rig, since timestamptz);
      create type looked_up.depths as range (subtype = numeric)`);
      await own.script('set search_path to looked_up, public');
      await loadTypes(own);
      const sql = `select 'ketch'::rig as rig, array['sloop', null]::rig[] as rigs, 1.5::depth as depth,
      row(1, 2.5, 'sloop', '2024-02-29 00:00:00+00')::berth as berth, array[row(1, null, null, null)::berth] as berths,
      '[1.5,2]'::depths as depths`;
      const berth = { n: 1, depth: '2.5', rig: 'sloop', since: '2024-02-29T00:00:00Z' };
      const wanted = {
        rig: 'ketch',
        rigs: ['sloop', null],
        depth: '1.5',
        berth,
        berths: [{ n: 1, depth: null, rig: null, since: null }],
        depths: new Range('1.5', '2', '[]'),
      };
      expect((await own.query(sql)).rows).toEqual([wanted]);
      expect((await own.query(sql, [], { format: 'binary' })).rows).toEqual([wanted]);
      await own.script('drop schema looked_up cascade');
    });

    it('Date, bigint and one’s own, by choice, in both formats', async () => {
      const types = {
        int8: { text: BigInt },
        timestamptz: { text: (text: string) => new Date(text) },
        uuid: { text: (text: string) => text.toUpperCase(), binary: (bytes: Uint8Array) => bytes.length },
      };
      await using own = await connect(url, { types, binary: binaryFormat });
      const sql = `select 9007199254740993::int8 a, array[1::int8, null] b, timestamptz '2024-02-29 12:00:00+00' c,
      '6b8b4567-327b-43c6-a3c1-000000000001'::uuid d`;
      const at = new Date(Date.UTC(2024, 1, 29, 12));
      const wanted = { a: 9007199254740993n, b: [1n, null], c: at };
      expect((await own.query(sql)).rows).toEqual([{ ...wanted, d: '6B8B4567-327B-43C6-A3C1-000000000001' }]);
      expect((await own.query(sql, [], { format: 'binary' })).rows).toEqual([{ ...wanted, d: 16 }]);
    });

    it('json as the server’s text, digits and all, by choice', async () => {
      await using raw = await connect(url, { json: 'raw' });
      const { rows } = await raw.query(`select '{"n": 12345678901234567890.10}'::jsonb as v`);
      expect(rows).toEqual([{ v: '{"n": 12345678901234567890.10}' }]);
    });

    it('the sample table', async () => {
      const { rows, rowCount, command } = await client.query(
        'select name, country, depth_m, opened from harbours where id <= 4 order by id',
      );
      expect({ rowCount, command }).toEqual({ rowCount: 4, command: 'SELECT' });
      expect(rows[0]).toEqual({ name: 'Rotterdam', country: 'NL', depth_m: '24.00', opened: '1872-03-09' });
      expect(rows[3]).toEqual({ name: 'Valparaíso', country: 'CL', depth_m: '14.25', opened: null });
    });
  });
});
