// PostgreSQL 17: values there and back through Drizzle's column types, on our client.
import { type Client, connect } from '@fairlead/postgres';
import { drizzle, type FairleadDatabase } from '@fairlead/postgres/drizzle';
import { getTableColumns, sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  char,
  cidr,
  customType,
  date,
  doublePrecision,
  inet,
  integer,
  interval,
  json,
  jsonb,
  line,
  macaddr,
  numeric,
  pgSchema,
  point,
  real,
  smallint,
  text,
  time,
  timestamp,
  uuid,
  varchar,
} from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';

const { postgres } = inject('servers');
const url = `postgres://scram:scram-password@localhost:${postgres.good.port}/fairlead`;

/** Drizzle's documentation has bytea as a custom type. */
const bytea = customType<{ data: Uint8Array }>({ dataType: () => 'bytea' });

const values = pgSchema('drizzle_values');
const rig = values.enum('rig', ['sloop', 'ketch']);
const cells = values.table('cells', {
  smallint: smallint(),
  integer: integer(),
  bigintNumber: bigint({ mode: 'number' }),
  bigintBigint: bigint({ mode: 'bigint' }),
  numeric: numeric(),
  numericNumber: numeric({ mode: 'number' }),
  numericBigint: numeric({ mode: 'bigint' }),
  real: real(),
  doublePrecision: doublePrecision(),
  boolean: boolean(),
  text: text(),
  varchar: varchar({ length: 20 }),
  char: char({ length: 3 }),
  bytea: bytea(),
  json: json(),
  jsonb: jsonb(),
  jsonText: jsonb(),
  uuid: uuid(),
  date: date({ mode: 'date' }),
  dateString: date({ mode: 'string' }),
  time: time(),
  timeZone: time({ withTimezone: true }),
  timestamp: timestamp({ mode: 'date' }),
  timestampString: timestamp({ mode: 'string' }),
  timestampZone: timestamp({ withTimezone: true, mode: 'date' }),
  timestampZoneString: timestamp({ withTimezone: true, mode: 'string' }),
  interval: interval(),
  rig: rig(),
  inet: inet(),
  cidr: cidr(),
  macaddr: macaddr(),
  point: point({ mode: 'xy' }),
  line: line({ mode: 'abc' }),
  integers: integer().array(),
  bigints: bigint({ mode: 'bigint' }).array(),
  texts: text().array(),
  nested: text().array().array(),
  rigs: rig().array(),
  timestamps: timestamp({ withTimezone: true, mode: 'date' }).array(),
  timestampStrings: timestamp({ mode: 'string' }).array(),
  intervals: interval().array(),
});
type Cells = typeof cells.$inferSelect;

const DATE_TIME = new Date('2024-02-29T12:34:56.789Z');

const ROW: Cells = {
  smallint: -32768,
  integer: 2147483647,
  bigintNumber: 9007199254740991,
  bigintBigint: -9223372036854775808n,
  numeric: '123456789012345678901234567890.0000000010',
  numericNumber: 1.5,
  numericBigint: 123456789012345678901234567890n,
  real: 0.1,
  doublePrecision: 0.1 + 0.2,
  boolean: false,
  text: 'quote \' " backslash \\ line\r\n 🚢',
  varchar: '',
  char: 'abc',
  bytea: Uint8Array.from({ length: 256 }, (_, index) => index),
  json: { a: [1, null, 'x'], b: { c: true } },
  jsonb: [1, { a: 'ü' }],
  jsonText: 'just text',
  uuid: '6b8b4567-327b-43c6-a3c1-000000000001',
  date: new Date('2024-02-29T00:00:00.000Z'),
  dateString: '2024-02-29',
  time: '12:34:56.123456',
  timeZone: '12:34:56.5+02',
  timestamp: DATE_TIME,
  timestampString: '2024-02-29 12:34:56.123456',
  timestampZone: DATE_TIME,
  timestampZoneString: '2024-02-29 12:34:56.123456+00',
  interval: '1 year -2 days +03:04:05.5',
  rig: 'ketch',
  inet: '10.0.0.1',
  cidr: '10.0.0.0/8',
  macaddr: '08:00:2b:01:02:03',
  point: { x: 1.5, y: -2 },
  line: { a: 1, b: -1, c: 0.5 },
  integers: [1, -2, 3],
  bigints: [9223372036854775807n],
  texts: ['plain', 'with "quotes"', 'comma, brace}', 'back\\slash', '', 'NULL'],
  nested: [
    ['a', 'b'],
    ['c', 'd'],
  ],
  rigs: ['sloop', 'ketch'],
  timestamps: [DATE_TIME, new Date(0)],
  timestampStrings: ['2024-02-29 12:34:56.1', '0044-03-15 00:00:00 BC'],
  intervals: ['1 day', '-00:00:01'],
};

let client: Client;
let db: FairleadDatabase;

beforeAll(async () => {
  client = await connect(url);
  await client.query("set timezone to 'UTC'");
  db = drizzle(client);
  await db.execute('drop schema if exists drizzle_values cascade');
  await db.execute('create schema drizzle_values');
  await db.execute("create type drizzle_values.rig as enum ('sloop', 'ketch')");
  // Drizzle names an enum without its schema.
  await db.execute('set search_path to drizzle_values');
  const columns = Object.values(getTableColumns(cells)).map(
    (column) => `"${column.name}" ${column.getSQLType()}`,
  );
  await db.execute(`create table drizzle_values.cells (${columns.join(', ')})`);
  await db.insert(cells).values(ROW);
});

afterAll(async () => {
  await db.execute('drop schema drizzle_values cascade');
  await client.close();
});

it.each(Object.keys(ROW) as (keyof Cells)[])('%s', async (name) => {
  const rows = await db.select({ v: cells[name] }).from(cells);
  expect(rows).toEqual([{ v: ROW[name] }]);
});

it('all at once, also by a query of relations, and as they were inserted', async () => {
  const related = drizzle(client, { schema: { cells } });
  expect(await related.query.cells.findMany()).toEqual([ROW]);
  await db.delete(cells);
  expect(await db.insert(cells).values(ROW).returning()).toEqual([ROW]);
});

it('NULL, in every type', async () => {
  const nulls = Object.fromEntries(Object.keys(ROW).map((name) => [name, null]));
  await db.transaction(async (tx) => {
    await tx.delete(cells);
    expect(await tx.insert(cells).values({ integer: null }).returning()).toEqual([nulls]);
    await tx.delete(cells);
    await tx.insert(cells).values(ROW);
  });
});

it('dates of an SQL expression as the server writes them', async () => {
  const at = sql<string>`timestamptz '2024-02-29 12:34:56.5+00'`;
  expect(await db.select({ at }).from(cells)).toEqual([{ at: '2024-02-29 12:34:56.5+00' }]);
  expect(await db.select({ at: at.mapWith(cells.timestampZone) }).from(cells)).toEqual([
    { at: new Date('2024-02-29T12:34:56.500Z') },
  ]);
});

it('JSON that is one string of digits, when the client leaves parsing to Drizzle', async () => {
  await using raw = await connect(url, { json: 'raw' });
  const [row] = await drizzle(raw)
    .insert(cells)
    .values({ jsonb: '123', json: 'true' })
    .returning({ jsonb: cells.jsonb, json: cells.json });
  expect(row).toEqual({ jsonb: '123', json: 'true' });
  await db.execute('delete from drizzle_values.cells where "jsonText" is null');
});
