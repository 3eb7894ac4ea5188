// MySQL 9.7 and MariaDB 11.8: values there and back through Drizzle's column types, on our client and, beside it, on
// mysql2 by Drizzle's own driver.
import { type Client, connect } from '@fairlead/mysql';
import { drizzle } from '@fairlead/mysql/drizzle';
import { getTableColumns, sql } from 'drizzle-orm';
import {
  bigint,
  binary,
  boolean,
  char,
  date,
  datetime,
  decimal,
  double,
  float,
  int,
  json,
  mediumint,
  mysqlEnum,
  mysqlTable,
  serial,
  smallint,
  text,
  time,
  timestamp,
  tinyint,
  varbinary,
  varchar,
  year,
} from 'drizzle-orm/mysql-core';
import { drizzle as drizzleMysql2 } from 'drizzle-orm/mysql2';
import { type Connection, createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';

const { mysql, mariadb } = inject('servers');
const PORTS = { mysql: mysql.port, mariadb: mariadb.good.port };

const cells = mysqlTable('drizzle_cells', {
  serial: serial(),
  tinyint: tinyint(),
  smallint: smallint(),
  mediumint: mediumint(),
  int: int(),
  bigintNumber: bigint({ mode: 'number' }),
  bigintBigint: bigint({ mode: 'bigint' }),
  bigintUnsigned: bigint({ mode: 'bigint', unsigned: true }),
  decimal: decimal({ precision: 30, scale: 10 }),
  decimalNumber: decimal({ precision: 10, scale: 2, mode: 'number' }),
  float: float(),
  double: double(),
  boolean: boolean(),
  text: text(),
  varchar: varchar({ length: 20 }),
  char: char({ length: 3 }),
  binary: binary({ length: 3 }),
  varbinary: varbinary({ length: 20 }),
  rig: mysqlEnum(['sloop', 'ketch']),
  json: json(),
  date: date({ mode: 'date' }),
  dateString: date({ mode: 'string' }),
  time: time({ fsp: 3 }),
  year: year(),
  datetime: datetime({ fsp: 3 }),
  datetimeString: datetime({ mode: 'string', fsp: 6 }),
  timestamp: timestamp({ fsp: 3 }),
  timestampString: timestamp({ mode: 'string' }),
});
type Cells = typeof cells.$inferSelect;

const DATE_TIME = new Date('2024-02-29T12:34:56.789Z');

const ROW: Cells = {
  serial: 1,
  tinyint: -128,
  smallint: -32768,
  mediumint: 8388607,
  int: 2147483647,
  bigintNumber: 5_000_000_000,
  bigintBigint: 42n,
  bigintUnsigned: 43n,
  decimal: '12345678901234567890.0123456789',
  decimalNumber: 12.5,
  float: 0.5,
  double: 0.1,
  boolean: true,
  text: "it's \\ 🚢",
  varchar: 'Ketch',
  char: 'abc',
  binary: 'xyz',
  varbinary: 'bytes',
  rig: 'ketch',
  json: { a: [1, null, 'x'] },
  date: new Date('2024-02-29T00:00:00Z'),
  dateString: '2024-02-29',
  time: '12:34:56.789',
  year: 2024,
  datetime: DATE_TIME,
  datetimeString: '2024-02-29 12:34:56.123456',
  timestamp: DATE_TIME,
  timestampString: '2024-02-29 12:34:56',
};

/** The columns as a server is told of them. */
const DDL = Object.entries(getTableColumns(cells))
  .map(([name, column]) => `\`${name}\` ${column.getSQLType()}${name === 'serial' ? '' : ' null'}`)
  .join(', ');

describe.each(['mysql', 'mariadb'] as const)('%s', (server) => {
  const port = PORTS[server];
  let client: Client;
  let connection: Connection;

  beforeAll(async () => {
    client = await connect(`mysql://trusted@localhost:${port}/fairlead?sslmode=disable`);
    connection = await createConnection({
      host: 'localhost',
      port,
      user: 'trusted',
      database: 'fairlead',
      timezone: 'Z',
      supportBigNumbers: true,
      disableEval: true,
    });
    await connection.query("set time_zone = '+00:00'");
    await client.query('drop table if exists drizzle_cells');
    await client.query(`create table drizzle_cells (${DDL})`);
  });
  afterAll(async () => {
    await client.query('drop table if exists drizzle_cells');
    await client.close();
    await connection.end();
  });

  it('gives values as they were inserted, and as Drizzle’s own driver does', async () => {
    const ours = drizzle(client);
    const theirs = drizzleMysql2(connection);
    await ours.insert(cells).values(ROW);
    expect(await ours.select().from(cells)).toEqual([ROW]);
    expect(await theirs.select().from(cells)).toEqual([ROW]);
    await ours.delete(cells);
    await theirs.insert(cells).values(ROW);
    expect(await ours.select().from(cells)).toEqual([ROW]);
    await ours.delete(cells);
  });

  it('gives NULL in every type', async () => {
    const ours = drizzle(client);
    await ours.insert(cells).values({ serial: 7 });
    const nulls = Object.fromEntries(Object.keys(ROW).map((name) => [name, null]));
    expect(await ours.select().from(cells)).toEqual([{ ...nulls, serial: 7 }]);
    await ours.delete(cells);
  });

  it('keeps the digits of integers beyond 2^53', async () => {
    const ours = drizzle(client);
    const big = { bigintBigint: 9223372036854775807n, bigintUnsigned: 18446744073709551615n };
    await ours.insert(cells).values({ serial: 8, ...big });
    expect(await ours.select().from(cells)).toMatchObject([big]);
    await ours.delete(cells);
  });

  it('gives the values of expressions and of db.execute as Drizzle’s own driver does', async () => {
    const query = sql`select count(*) as n, sum(1) as total, timestamp '2024-02-29 12:34:56' as at, date '2024-02-29' as day,
      cast('ab' as binary) as bytes, 1.5 as decimals, 9007199254740993 as big, null as nothing`;
    const [ours] = await drizzle(client).execute(query);
    const [theirs] = await drizzleMysql2(connection).execute(query);
    expect(ours).toEqual(theirs);
  });
});
