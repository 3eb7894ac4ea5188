// PostgreSQL 17: Drizzle's own driver `node-postgres`, whose `pg` is @fairlead/postgres/pg by an alias.
import { Pool } from '@fairlead/postgres/pg';
import { eq, relations } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { date, integer, interval, jsonb, pgSchema, text, timestamp } from 'drizzle-orm/pg-core';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { login } from '../pg-login.ts';

const drizzleTest = pgSchema('drizzle_pg_test');
const boats = drizzleTest.table('boats', {
  id: integer().primaryKey().generatedAlwaysAsIdentity(),
  name: text().notNull().unique(),
  launched: timestamp({ withTimezone: true }).notNull(),
  moored: date(),
  voyage: interval(),
  papers: jsonb(),
});
const sails = drizzleTest.table('sails', {
  id: integer().primaryKey().generatedAlwaysAsIdentity(),
  boatId: integer('boat_id').notNull(),
  kind: text().notNull(),
});
const schema = {
  boats,
  sails,
  boatRelations: relations(boats, ({ many }) => ({ sails: many(sails) })),
  sailRelations: relations(sails, ({ one }) => ({
    boat: one(boats, { fields: [sails.boatId], references: [boats.id] }),
  })),
};

const pool = new Pool({ ...login, max: 2 });
const db = drizzle({ client: pool as unknown as pg.Pool, schema });

const LAUNCHED = new Date('2024-02-29T12:34:56.789Z');

beforeAll(async () => {
  await pool.query(`drop schema if exists drizzle_pg_test cascade; create schema drizzle_pg_test;
    create table drizzle_pg_test.boats (id int generated always as identity primary key, name text not null unique,
      launched timestamptz not null, moored date, voyage interval, papers jsonb);
    create table drizzle_pg_test.sails (id int generated always as identity primary key, boat_id int not null, kind text not null)`);
});

afterAll(async () => {
  await pool.query('drop schema drizzle_pg_test cascade');
  await pool.end();
});

it('is what the alias gives', () => {
  expect(pg.Pool).toBe(Pool);
});

it('writes and reads rows', async () => {
  const values = {
    name: 'Ahoy',
    launched: LAUNCHED,
    moored: '2024-03-01',
    voyage: '2 days',
    papers: { flag: 'NL' },
  };
  const [boat] = await db.insert(boats).values(values).returning();
  expect(boat).toEqual({ id: 1, ...values });
  await db.insert(sails).values({ boatId: 1, kind: 'jib' });
  expect(await db.query.boats.findFirst({ with: { sails: true } })).toEqual({
    id: 1,
    ...values,
    sails: [{ id: 1, boatId: 1, kind: 'jib' }],
  });
  expect(await db.update(boats).set({ papers: null }).where(eq(boats.id, 1))).toMatchObject({ rowCount: 1 });
});

it('begins transactions on a client of the pool', async () => {
  const failed = db.transaction(async (tx) => {
    await tx.insert(boats).values({ name: 'Gone', launched: LAUNCHED });
    await tx.transaction((inner) => inner.insert(boats).values({ name: 'Ahoy', launched: LAUNCHED }));
  });
  await expect(failed).rejects.toMatchObject({ cause: { code: '23505' } });
  expect(await db.$count(boats)).toBe(1);
  expect([pool.totalCount, pool.idleCount]).toEqual([1, 1]);
});

it('prepares by name', async () => {
  const prepared = db.select().from(boats).where(eq(boats.name, 'Ahoy')).prepare('by_name');
  expect(await prepared.execute()).toHaveLength(1);
  expect(await prepared.execute()).toHaveLength(1);
});
