// MySQL 9.7 and MariaDB 11.8: values there and back without loss, by the text protocol and the binary one alike, at the
// ends of every type's range.
import { type Client, connect, type Parameter, type Value } from '@fairlead/mysql';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { sameBytes } from './support.ts';

const { mysql, mariadb } = inject('servers');
const URLS = {
  mysql: `mysql://sha2:sha2-password@localhost:${mysql.port}/fairlead`,
  mariadb: `mariadb://native:native-password@localhost:${mariadb.good.port}/fairlead`,
};

const BYTES = Uint8Array.from({ length: 256 }, (_, index) => index);

/** A column, a literal to put in, and what comes out. */
type Case = readonly [type: string, literal: string, value: Value];

const CASES: readonly Case[] = [
  ['tinyint', '-128', -128],
  ['tinyint', '127', 127],
  ['tinyint unsigned', '255', 255],
  ['smallint', '-32768', -32768],
  ['smallint unsigned', '65535', 65535],
  ['mediumint', '-8388608', -8388608],
  ['mediumint unsigned', '16777215', 16777215],
  ['int', '-2147483648', -2147483648],
  ['int unsigned', '4294967295', 4294967295],
  ['bigint', '-9223372036854775808', '-9223372036854775808'],
  ['bigint', '9223372036854775807', '9223372036854775807'],
  ['bigint unsigned', '18446744073709551615', '18446744073709551615'],
  ['bigint', '0', '0'],
  [
    'decimal(65, 30)',
    '-12345678901234567890123456789012345.000000000000000000000000000010',
    '-12345678901234567890123456789012345.000000000000000000000000000010',
  ],
  ['decimal(10, 2)', '0', '0.00'],
  ['double', '0.1 + 0.2e0', 0.30000000000000004],
  ['double', '-1.7976931348623157e308', -1.7976931348623157e308],
  ['double', '2.2250738585072014e-308', 2.2250738585072014e-308],
  ['float', '0.1', 0.1],
  ['float', '-0.5', -0.5],
  ['year', '2155', 2155],
  ['date', "'9999-12-31'", '9999-12-31'],
  ['date', "'1000-01-01'", '1000-01-01'],
  ['datetime', "'2024-02-29 12:34:56'", '2024-02-29T12:34:56'],
  ['datetime(6)', "'9999-12-31 23:59:59.499999'", '9999-12-31T23:59:59.499999'],
  ['datetime(3)', "'2024-02-29 00:00:00'", '2024-02-29T00:00:00.000'],
  ['timestamp(6)', "'2024-02-29 12:34:56.123456'", '2024-02-29T12:34:56.123456'],
  ['timestamp', "'1970-01-01 00:00:01'", '1970-01-01T00:00:01'],
  ['time(6)', "'-838:59:58.999999'", '-838:59:58.999999'],
  ['time', "'00:00:00'", '00:00:00'],
  ['char(5)', "'ab'", 'ab'],
  ['varchar(100)', "'Göteborg\\n横浜 🚢'", 'Göteborg\n横浜 🚢'],
  ['varchar(10)', "''", ''],
  ['varchar(10)', 'null', null],
  ['int', 'null', null],
  ['binary(4)', "x'00ff'", new Uint8Array([0, 255, 0, 0])],
  ['varbinary(10)', "x'00ff0d0a'", new Uint8Array([0, 255, 13, 10])],
  ['blob', "x''", new Uint8Array(0)],
  ['mediumtext', "repeat('ü', 70000)", 'ü'.repeat(70_000)],
  ['bit(1)', "b'1'", new Uint8Array([1])],
  [
    'bit(64)',
    "b'1000000000000000000000000000000000000000000000000000000000000001'",
    new Uint8Array([128, 0, 0, 0, 0, 0, 0, 1]),
  ],
  ["enum('sloop', 'kétch')", "'kétch'", 'kétch'],
  ["set('a', 'b', 'c')", "'a,c'", 'a,c'],
  ['json', `'{"a": [1, null, "ü"]}'`, { a: [1, null, 'ü'] }],
  ['json', "'null'", null],
];

describe.each(['mysql', 'mariadb'] as const)('%s', (server) => {
  let client: Client;
  beforeAll(async () => {
    client = await connect(URLS[server]);
  });
  afterAll(() => client.close());

  it.each(CASES)('%s: %s', async (type, literal, value) => {
    await client.query(`create temporary table edge (v ${type}) character set utf8mb4`);
    try {
      await client.query(`insert into edge values (${literal})`);
      const text = await client.query('select v from edge');
      const binary = await client.execute('select v from edge');
      expect(text.rows).toEqual([{ v: value }]);
      expect(binary.rows).toEqual(text.rows);
      expect(binary.columns).toEqual(text.columns);
    } finally {
      await client.query('drop temporary table edge');
    }
  });

  it.each<[type: string, parameter: Parameter, value: Value]>([
    ['bigint', 9223372036854775807n, '9223372036854775807'],
    ['bigint', '-9223372036854775808', '-9223372036854775808'],
    ['bigint unsigned', 18446744073709551615n, '18446744073709551615'],
    ['int', -1, -1],
    ['bigint', Number.MAX_SAFE_INTEGER, '9007199254740991'],
    ['double', 0.1, 0.1],
    ['double', -5e-324, -5e-324],
    ['decimal(65, 30)', '0.000000000000000000000000000001', '0.000000000000000000000000000001'],
    ['tinyint', true, 1],
    [
      'text',
      'quote \' " ` backslash \\ line\r\n\t\0 % _ 🚢 \u001a',
      'quote \' " ` backslash \\ line\r\n\t\0 % _ 🚢 \u001a',
    ],
    ['blob', BYTES, BYTES],
    ['datetime(3)', new Date(Date.UTC(2024, 1, 29, 12, 34, 56, 789)), '2024-02-29T12:34:56.789'],
    ['timestamp(3) null', new Date(Date.UTC(2024, 1, 29, 12, 34, 56, 789)), '2024-02-29T12:34:56.789'],
    ['json', { a: [1, null], b: 'ü"\\' }, { a: [1, null], b: 'ü"\\' }],
    ['json', [1, 'two'], [1, 'two']],
    ['int', null, null],
  ])('a parameter for %s: %s', async (type, parameter, value) => {
    await client.query(`create temporary table parameter (v ${type}) character set utf8mb4`);
    try {
      await client.query('insert into parameter values (?)', [parameter]);
      await client.execute('insert into parameter values (?)', [parameter]);
      expect((await client.query('select v from parameter')).rows).toEqual([{ v: value }, { v: value }]);
    } finally {
      await client.query('drop temporary table parameter');
    }
  });

  it('a text that means no harm under any sql_mode', async () => {
    const nasty = "\\'; drop table harbours; -- ";
    await using own = await connect(URLS[server]);
    for (const mode of ['', 'NO_BACKSLASH_ESCAPES', 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES']) {
      await own.query('set session sql_mode = ?', [mode]);
      expect((await own.query('select ? as v', [nasty])).rows).toEqual([{ v: nasty }]);
      expect((await own.execute('select ? as v', [nasty])).rows).toEqual([{ v: nasty }]);
    }
    expect((await client.query('select count(*) as n from harbours')).rows).toEqual([{ n: '4' }]);
  });

  it('4 MB of bytes there and back, both ways', async () => {
    const big = new Uint8Array(4_194_304).map((_, index) => (index * 31) & 0xff);
    for (const ask of [client.query.bind(client), client.execute.bind(client)]) {
      const { rows } = await ask('select cast(? as binary) as v, length(?) as n', [big, big]);
      expect(rows[0]?.n === 4_194_304 || rows[0]?.n === '4194304').toBe(true);
      expect(sameBytes(rows[0]?.v, big)).toBe(true);
    }
  });

  it('json as the server’s text, digits and all, by choice', async () => {
    await using raw = await connect(URLS[server], { json: 'raw' });
    await raw.query('create temporary table raw_json (v json)');
    await raw.query(`insert into raw_json values ('{"n": 123456789012345678}')`);
    for (const { rows } of [
      await raw.query('select v from raw_json'),
      await raw.execute('select v from raw_json'),
    ]) {
      expect(rows).toEqual([{ v: '{"n": 123456789012345678}' }]);
    }
  });

  it('timestamps in the session’s own zone, by choice', async () => {
    await using own = await connect(URLS[server], { timeZone: 'session' });
    await own.query("set time_zone = '+05:30'");
    const { rows } = await own.query("select cast('2024-02-29 12:34:56' as datetime) as d, @@time_zone as z");
    expect(rows).toEqual([{ d: '2024-02-29T12:34:56', z: '+05:30' }]);
  });

  it('a FLOAT has six digits where the server writes it as text, and all of them in the binary protocol', async () => {
    await client.query('create temporary table floats (v float)');
    await client.query('insert into floats values (16777215)');
    expect((await client.query('select v from floats')).rows).toEqual([{ v: 16777200 }]);
    expect((await client.execute('select v from floats')).rows).toEqual([{ v: 16777215 }]);
    await client.query('drop temporary table floats');
  });

  it('two columns of one name are both in the array mode', async () => {
    const { columns, rows } = await client.query('select 1 as a, 2 as a', [], { rowMode: 'array' });
    expect(columns.map((column) => column.name)).toEqual(['a', 'a']);
    expect(rows.map((row) => row.map(String))).toEqual([['1', '2']]);
  });

  it('the sample table', async () => {
    const { rows, rowCount, command } = await client.execute(
      'select * from harbours where id <= ? order by id',
      [4],
    );
    expect({ rowCount, command }).toEqual({ rowCount: 4, command: 'SELECT' });
    expect(rows[2]).toEqual({ id: 3, name: '横浜', country: 'JP', depth_m: '18.00', opened: '1859-06-02' });
    expect(rows[3]).toEqual({ id: 4, name: 'Valparaíso', country: 'CL', depth_m: '14.25', opened: null });
  });
});
