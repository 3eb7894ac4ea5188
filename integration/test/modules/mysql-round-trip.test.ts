// MySQL 9.7 and MariaDB 11.8: what is read can be written, for every column type, as it was read, by the text protocol
// and the binary one.
import { type Client, connect, json, type Parameter, type Value } from '@fairlead/mysql';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';

const { mysql, mariadb } = inject('servers');
const URLS = {
  mysql: `mysql://sha2:sha2-password@localhost:${mysql.port}/fairlead`,
  mariadb: `mariadb://native:native-password@localhost:${mariadb.good.port}/fairlead`,
};
type ServerName = keyof typeof URLS;

/** A column type and literals at the ends of what it holds, or out of the ordinary. */
type Case = readonly [type: string, literals: readonly string[]];

const CASES: readonly Case[] = [
  ['tinyint', ['-128', '127', '0']],
  ['tinyint unsigned', ['255']],
  ['tinyint(1)', ['1', '0']],
  ['boolean', ['true', 'false']],
  ['smallint', ['-32768', '32767']],
  ['smallint unsigned', ['65535']],
  ['mediumint', ['-8388608', '8388607']],
  ['mediumint unsigned', ['16777215']],
  ['int', ['-2147483648', '2147483647']],
  ['int unsigned', ['4294967295']],
  ['int(8) unsigned zerofill', ['42']],
  ['bigint', ['-9223372036854775808', '9223372036854775807', '0', '9007199254740993']],
  ['bigint unsigned', ['18446744073709551615', '9223372036854775808']],
  ['decimal(65, 30)', ['-12345678901234567890123456789012345.000000000000000000000000000010', '0']],
  ['decimal(65, 0)', ['99999999999999999999999999999999999999999999999999999999999999999']],
  ['numeric(10, 2) unsigned', ['0.01', '99999999.99']],
  ['float', ['0.1', '-0.5', '3.40282e38', '1.17549e-38', '16777216']],
  ['double', ['0.1e0', '-1.7976931348623157e308', '2.2250738585072014e-308', '-0e0', '9007199254740991']],
  ['double unsigned', ['1e21', '0.30000000000000004e0']],
  ['bit(1)', ["b'1'", "b'0'"]],
  ['bit(9)', ["b'100000001'"]],
  ['bit(64)', ["b'1000000000000000000000000000000000000000000000000000000000000001'"]],
  ['year', ['2155', '1901', '0']],
  ['date', ["'9999-12-31'", "'1000-01-01'", "'2024-02-29'"]],
  ['time', ["'-838:59:59'", "'838:59:59'", "'00:00:00'"]],
  ['time(6)', ["'-00:00:00.000001'", "'12:34:56.500000'"]],
  ['datetime', ["'2024-02-29 12:34:56'", "'1000-01-01 00:00:00'"]],
  ['datetime(3)', ["'2024-02-29 12:34:56.700'"]],
  ['datetime(6)', ["'9999-12-31 23:59:59.499999'", "'2024-02-29 00:00:00.000000'"]],
  ['timestamp', ["'2024-02-29 12:34:56'", "'1970-01-01 00:00:01'", "'2038-01-19 03:14:07'"]],
  ['timestamp(6)', ["'2024-02-29 12:34:56.500000'"]],
  ['char(10)', ["'ab'", "''", "'é\\\\\\'\"`'"]],
  ['varchar(100)', ["'Göteborg\\n横浜 🚢'", "''", "'  padded  '", "'2024-02-29T12:34:56.500000Z'", "'null'"]],
  ['varchar(10) character set latin1', ["'é€'"]],
  ['tinytext', ["'x'"]],
  ['text', ["repeat('ü', 30000)"]],
  ['mediumtext', ["repeat('🚢', 70000)"]],
  ['longtext', ["'\\0\\Z%_'"]],
  ['binary(4)', ["x'00ff'"]],
  ['varbinary(100)', ["x'00ff0d0a5c27'", "x''"]],
  ['tinyblob', ["x'fe'"]],
  ['blob', ["x'fffefb'"]],
  ['mediumblob', ["repeat(x'00ff', 100000)"]],
  ['longblob', ["x'00'"]],
  ["enum('sloop', 'kétch', '')", ["'kétch'", "''"]],
  ["set('a', 'b', 'c')", ["'a,c'", "''"]],
  ['json', [`'{"a": [1, null, "ü", {"b": 0.1}], "c": true}'`, "'[]'", "'{}'"]],
  ['geometry', ["ST_GeomFromText('POINT(1.5 -2)')"]],
  ['point', ["ST_GeomFromText('POINT(0 0)', 4326)"]],
  ['linestring', ["ST_GeomFromText('LINESTRING(0 0, 1 1, 2 3)')"]],
  ['polygon', ["ST_GeomFromText('POLYGON((0 0, 1 0, 1 1, 0 0))')"]],
  ['multipoint', ["ST_GeomFromText('MULTIPOINT((0 0), (1 1))')"]],
  ['multilinestring', ["ST_GeomFromText('MULTILINESTRING((0 0, 1 1), (2 2, 3 3))')"]],
  ['multipolygon', ["ST_GeomFromText('MULTIPOLYGON(((0 0, 1 0, 1 1, 0 0)))')"]],
  ['geometrycollection', ["ST_GeomFromText('GEOMETRYCOLLECTION(POINT(1 2))')"]],
];

const OWN_CASES: Readonly<Record<ServerName, readonly Case[]>> = {
  mysql: [['vector(3)', ["string_to_vector('[1,-2.5,3e10]')"]]],
  mariadb: [
    ['vector(3)', ["vec_fromtext('[1,-2.5,3e10]')"]],
    ['uuid', ["'123e4567-e89b-12d3-a456-426655440000'"]],
    ['inet4', ["'192.0.2.1'"]],
    ['inet6', ["'2001:db8::ff00:42:8329'"]],
  ],
};

describe.each(['mysql', 'mariadb'] as const)('%s', (server) => {
  let client: Client;
  beforeAll(async () => {
    client = await connect(URLS[server]);
  });
  afterAll(() => client.close());

  /** Copies the rows of one table to another through the client, and has the server compare them. */
  async function copies(type: string, literals: readonly string[]): Promise<unknown[]> {
    await client.query('drop temporary table if exists original, copied');
    // MySQL keeps the charsets of a statement's parameters when the table is made anew.
    const insert = `insert into copied values (?, ?) /* ${type.replace(/[*/?]/g, '')} */`;
    const columns = `(id int primary key, v ${type} null)`;
    for (const table of ['original', 'copied']) {
      await client.query(`create temporary table ${table} ${columns} character set utf8mb4`);
    }
    for (const [id, literal] of [...literals, 'null'].entries()) {
      await client.query(`insert into original values (${id}, ${literal})`);
    }
    const compared: unknown[] = [];
    // A FLOAT is written with six digits in a text: there is no more of it to read.
    for (const read of type === 'float' ? (['execute'] as const) : (['query', 'execute'] as const)) {
      const { rows } = await client[read]<[number, Value]>('select id, v from original order by id', [], {
        rowMode: 'array',
      } as never);
      for (const write of ['query', 'execute'] as const) {
        await client.query('delete from copied');
        for (const [id, value] of rows) {
          await client[write](insert, [id, value as Parameter]);
        }
        // By their bytes, spaces within JSON apart: to compare texts would take a collation's view, and no geometry or
        // vector can be compared.
        const isGeometry = /^(geometry|multi)|point|line|polygon/.test(type);
        const shown = isGeometry ? 'hex(ST_AsWKB(v))' : type === 'json' ? "replace(v, ' ', '')" : 'hex(v)';
        const all = async (table: string) =>
          (await client.query(`select id, ${shown} as h, v is null as n from ${table} order by id`)).rows;
        compared.push([read, write, await all('copied')], [read, write, await all('original')]);
      }
    }
    return compared;
  }

  it.each([...CASES, ...OWN_CASES[server]])('%s', async (type, literals) => {
    const compared = await copies(type, literals);
    for (let at = 0; at < compared.length; at += 2) expect(compared[at]).toEqual(compared[at + 1]);
  });

  it.each<[string, unknown]>([
    ['a text', 'dark'],
    ['a text that looks like JSON', '{"a":1}'],
    ['a number', 1.5],
    ['a boolean', true],
    ['an array', [1, 'two', null]],
    ['an object', { a: { b: [] } }],
  ])('JSON that is %s, by json()', async (_, value) => {
    await client.query('create temporary table documents (v json)');
    try {
      await client.query('insert into documents values (?)', [json(value)]);
      await client.execute('insert into documents values (?)', [json(value)]);
      const { rows } = await client.query('select v from documents');
      expect(rows).toEqual([{ v: value }, { v: value }]);
    } finally {
      await client.query('drop temporary table documents');
    }
  });

  it('a statement that was prepared for another charset is prepared anew after its error', async () => {
    await client.query('create temporary table words (v varchar(10) character set latin1)');
    const insert = 'insert into words values (?)';
    await client.execute(insert, ['é']);
    await client.query('alter table words modify v varchar(10) character set utf8mb4');
    const first = await client.execute(insert, ['横']).catch((error: unknown) => error);
    if (first instanceof Error) await client.execute(insert, ['横']);
    expect((await client.query('select v from words')).rows).toEqual([{ v: 'é' }, { v: '横' }]);
    await client.query('drop temporary table words');
  });

  it('a timestamp finds its own row', async () => {
    await client.query('create temporary table moments (t timestamp(6) null)');
    try {
      await client.query("insert into moments values ('2024-02-29 12:34:56.500000')");
      const { rows } = await client.query('select t from moments');
      for (const ask of ['query', 'execute'] as const) {
        const found = await client[ask]('select t from moments where t = ?', [rows[0]?.t as string]);
        expect(found.rows).toEqual(rows);
      }
    } finally {
      await client.query('drop temporary table moments');
    }
  });
});
