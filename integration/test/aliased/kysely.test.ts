// PostgreSQL 17: Kysely's own `PostgresDialect` on a pool of @fairlead/postgres/pg.
import { Pool } from '@fairlead/postgres/pg';
import { Kysely, PostgresDialect, type PostgresPool, sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { login } from '../pg-login.ts';

interface Database {
  'kysely_pg_test.boats': { id: number; name: string };
}

const pool = new Pool({ ...login, max: 2 });
const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool: pool as unknown as PostgresPool }) });

beforeAll(async () => {
  await sql`drop schema if exists kysely_pg_test cascade`.execute(db);
  await db.schema.createSchema('kysely_pg_test').execute();
  await db.schema
    .createTable('kysely_pg_test.boats')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('name', 'text')
    .execute();
});

afterAll(async () => {
  await db.schema.dropSchema('kysely_pg_test').cascade().execute();
  await db.destroy();
  expect(pool.ended).toBe(true);
});

it('writes, reads and counts', async () => {
  const inserted = await db
    .insertInto('kysely_pg_test.boats')
    .values({ id: 1, name: 'Ahoy' })
    .executeTakeFirst();
  expect(inserted.numInsertedOrUpdatedRows).toBe(1n);
  expect(await db.selectFrom('kysely_pg_test.boats').selectAll().execute()).toEqual([
    { id: 1, name: 'Ahoy' },
  ]);
});

it('rolls a transaction back', async () => {
  const failed = db.transaction().execute(async (tx) => {
    await tx.deleteFrom('kysely_pg_test.boats').execute();
    throw new Error('rolled back');
  });
  await expect(failed).rejects.toThrow('rolled back');
  expect(await db.selectFrom('kysely_pg_test.boats').selectAll().execute()).toHaveLength(1);
});
