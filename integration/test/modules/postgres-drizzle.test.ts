// PostgreSQL 17: the real Drizzle on our client.
import { type Client, connect } from '@fairlead/postgres';
import { drizzle, type FairleadDatabase } from '@fairlead/postgres/drizzle';
import { eq, gt, inArray, relations, sql } from 'drizzle-orm';
import { integer, numeric, pgSchema, text, timestamp } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { type Boats, drizzleCases } from './drizzle-cases.ts';
import { failure } from './support.ts';

const { postgres } = inject('servers');
const url = `postgres://scram:scram-password@localhost:${postgres.good.port}/fairlead`;

const drizzleTest = pgSchema('drizzle_test');
const boats = drizzleTest.table('boats', {
  id: integer().primaryKey().generatedAlwaysAsIdentity(),
  name: text().notNull().unique(),
  draught: numeric({ precision: 4, scale: 2 }),
  launchedAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
});
const sails = drizzleTest.table('sails', {
  id: integer().primaryKey().generatedAlwaysAsIdentity(),
  boatId: integer()
    .notNull()
    .references(() => boats.id),
  kind: text().notNull(),
  sewnAt: timestamp({ withTimezone: true }),
});
const schema = {
  boats,
  sails,
  boatRelations: relations(boats, ({ many }) => ({ sails: many(sails) })),
  sailRelations: relations(sails, ({ one }) => ({
    boat: one(boats, { fields: [sails.boatId], references: [boats.id] }),
  })),
};

const DDL = [
  'drop schema if exists drizzle_test cascade',
  'create schema drizzle_test',
  `create table drizzle_test.boats (id integer generated always as identity primary key, name text not null unique,
    draught numeric(4, 2), launched_at timestamptz not null default now())`,
  `create table drizzle_test.sails (id integer generated always as identity primary key,
    boat_id integer not null references drizzle_test.boats, kind text not null, sewn_at timestamptz)`,
];

let client: Client;
let db: FairleadDatabase<typeof schema>;

beforeAll(async () => {
  client = await connect(url);
  db = drizzle(client, { schema, casing: 'snake_case' });
  for (const statement of DDL) await db.execute(statement);
});

afterAll(async () => {
  await db.execute('drop schema drizzle_test cascade');
  await client.close();
});

const LAUNCHED = new Date('2024-02-29T12:34:56.789Z');

beforeEach(async () => {
  await db.execute('truncate drizzle_test.boats, drizzle_test.sails restart identity');
  await db.insert(boats).values([
    { name: 'Ketch', draught: '1.80', launchedAt: LAUNCHED },
    { name: 'Yawl', launchedAt: LAUNCHED },
  ]);
});

type Queries = Pick<typeof db, 'insert' | 'delete' | 'select' | 'query' | 'execute' | 'transaction'>;

/** Drizzle's queries, as the shared cases name them. */
const boatsOf = (of: Queries): Boats => ({
  insert: async (...rows) => of.insert(boats).values(rows),
  deleteAll: async () => of.delete(boats),
  names: async () => (await of.select().from(boats).orderBy(boats.id)).map(({ name }) => name),
  find: () => of.query.boats.findMany(),
  execute: async (text) => of.execute(text),
  transaction: (work, config) =>
    of.transaction((tx) => work({ ...boatsOf(tx), rollback: () => tx.rollback() }), config),
});

drizzleCases(() => boatsOf(db), '23505');

describe('queries', () => {
  it('insert and return', async () => {
    const [sloop] = await db.insert(boats).values({ name: 'Sloop', launchedAt: LAUNCHED }).returning();
    expect(sloop).toEqual({ id: 3, name: 'Sloop', draught: null, launchedAt: LAUNCHED });
    const conflict = await db.insert(boats).values({ name: 'Sloop' }).onConflictDoNothing().returning();
    expect(conflict).toEqual([]);
  });

  it('update and delete, and say how many', async () => {
    const { rowCount, command } = await db.update(boats).set({ draught: '3' }).where(gt(boats.id, 0));
    expect({ rowCount, command }).toEqual({ rowCount: 2, command: 'UPDATE' });
    expect((await db.delete(boats).where(inArray(boats.name, ['Yawl', 'x']))).rowCount).toBe(1);
    expect(await db.select().from(boats)).toEqual([
      { id: 1, name: 'Ketch', draught: '3.00', launchedAt: LAUNCHED },
    ]);
  });

  it('join, aggregate and count', async () => {
    await db.insert(sails).values({ boatId: 1, kind: 'jib' });
    const joined = await db
      .select()
      .from(boats)
      .leftJoin(sails, eq(sails.boatId, boats.id))
      .orderBy(boats.id);
    expect(joined).toMatchObject([
      { boats: { name: 'Ketch' }, sails: { kind: 'jib', sewnAt: null } },
      { boats: { name: 'Yawl' }, sails: null },
    ]);
    const [most] = await db.select({ most: sql<string>`max(${boats.draught})` }).from(boats);
    expect(most).toEqual({ most: '1.80' });
    expect(await db.$count(boats)).toBe(2);
  });

  it('find with relations', async () => {
    await db.insert(sails).values([
      { boatId: 1, kind: 'jib', sewnAt: LAUNCHED },
      { boatId: 1, kind: 'mizzen' },
    ]);
    const found = await db.query.boats.findMany({
      columns: { name: true, launchedAt: true },
      with: { sails: { columns: { kind: true, sewnAt: true }, orderBy: sails.id } },
      orderBy: boats.id,
    });
    expect(found).toEqual([
      {
        name: 'Ketch',
        launchedAt: LAUNCHED,
        sails: [
          { kind: 'jib', sewnAt: LAUNCHED },
          { kind: 'mizzen', sewnAt: null },
        ],
      },
      { name: 'Yawl', launchedAt: LAUNCHED, sails: [] },
    ]);
    const sail = await db.query.sails.findFirst({ with: { boat: true } });
    expect(sail?.boat.name).toBe('Ketch');
    expect(await db.query.boats.findFirst({ where: eq(boats.id, 99) })).toBeUndefined();
  });

  it('run again with other values for their placeholders', async () => {
    const byId = db
      .select({ name: boats.name })
      .from(boats)
      .where(eq(boats.id, sql.placeholder('id')))
      .prepare('by_id');
    expect(await byId.execute({ id: 1 })).toEqual([{ name: 'Ketch' }]);
    expect(await byId.execute({ id: 2 })).toEqual([{ name: 'Yawl' }]);
  });

  it('execute any SQL', async () => {
    const result = await db.execute<{ n: string; at: string }>(
      sql`select ${5}::int8 as n, ${LAUNCHED}::timestamptz as at`,
    );
    expect(result.rows).toEqual([{ n: '5', at: '2024-02-29 12:34:56.789+00' }]);
    expect(result.columns.map(({ type }) => type)).toEqual(['int8', 'timestamptz']);
  });

  it('issued together get each its own answer', async () => {
    const wanted = Array.from({ length: 20 }, (_, index) => index);
    const results = await Promise.all(
      wanted.map((n) => db.execute<{ n: number }>(sql`select ${n}::int as n`)),
    );
    expect(results.map(({ rows }) => rows[0]?.n)).toEqual(wanted);
  });
});

describe('errors', () => {
  it('name the constraint, and have the SQLSTATE', async () => {
    const error = await failure(db.insert(boats).values({ name: 'Ketch' }).execute());
    expect(error).toMatchObject({ server: { fields: { constraint: 'boats_name_key' } } });
    expect((await failure(db.execute('select nothing').execute())).server?.code).toBe('42703');
    expect(await db.$count(boats)).toBe(2);
  });

  it('of a closed client say so', async () => {
    const own = await connect(url);
    await own.close();
    expect(await failure(drizzle(own).execute('select 1').execute())).toMatchObject({
      code: 'closed',
      safeToRetry: true,
    });
  });
});

it('does not hang when the connection is lost within a transaction', async () => {
  await using own = await connect(url);
  const dying = drizzle(own).transaction((tx) => tx.execute('select pg_terminate_backend(pg_backend_pid())'));
  const waiting = failure(drizzle(own).execute('select 1').execute());
  expect(await failure(dying)).toMatchObject({ server: { code: '57P01' }, safeToRetry: false });
  expect(await waiting).toMatchObject({ server: { code: '57P01' }, safeToRetry: true });
});

it('transactions have the level that was asked for', async () => {
  const level = await db.transaction(
    async (tx) => {
      const { rows } = await tx.execute(sql`show transaction_isolation`);
      return rows[0]?.transaction_isolation;
    },
    { isolationLevel: 'repeatable read', accessMode: 'read write' },
  );
  expect(level).toBe('repeatable read');
});
