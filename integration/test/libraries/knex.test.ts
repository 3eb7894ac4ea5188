// PostgreSQL 17: the real knex, by a subclass of its client whose driver is @fairlead/postgres/pg.
import pg from '@fairlead/postgres/pg';
import knex, { type Knex } from 'knex';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { login } from '../pg-login.ts';

/** knex has no types for its dialects' files. */
const { default: Postgres } = (await import('knex/lib/dialects/postgres/index.js' as string)) as {
  default: typeof knex.Client;
};

/** What a user writes. */
class FairleadClient extends Postgres {
  _driver(): typeof pg {
    return pg;
  }
}

let db: Knex;

beforeAll(async () => {
  db = knex({
    client: FairleadClient,
    connection: login,
    searchPath: ['knex_test'],
    pool: { min: 0, max: 2 },
  });
  await db.raw('drop schema if exists knex_test cascade');
  await db.raw('create schema knex_test');
  await db.schema.createTable('boats', (table) => {
    table.increments('id');
    table.text('name').notNullable().unique();
    table.timestamp('launched');
    table.jsonb('papers');
  });
});

afterAll(async () => {
  await db.raw('drop schema knex_test cascade');
  await db.destroy();
});

const LAUNCHED = new Date('2024-02-29T12:34:56.789Z');

it('inserts, selects, updates and deletes', async () => {
  const [boat] = await db('boats')
    .insert({ name: 'Ahoy', launched: LAUNCHED, papers: JSON.stringify({ flag: 'NL' }) })
    .returning('*');
  expect(boat).toEqual({ id: 1, name: 'Ahoy', launched: LAUNCHED, papers: { flag: 'NL' } });
  expect(await db('boats').where({ name: 'Ahoy' }).first('id')).toEqual({ id: 1 });
  expect(await db('boats').update({ papers: null })).toBe(1);
  expect(await db('boats').insert({ name: 'Gone' })).toMatchObject({ rowCount: 1, command: 'INSERT' });
  expect(await db('boats').where({ name: 'Gone' }).del()).toBe(1);
  expect(await db('boats').count()).toEqual([{ count: '1' }]);
});

it('commits and rolls back', async () => {
  await db.transaction(async (transaction) => {
    await transaction('boats').insert({ name: 'Kept' });
  });
  const failed = db.transaction(async (transaction) => {
    await transaction('boats').insert({ name: 'Lost' });
    await transaction('boats').insert({ name: 'Kept' });
  });
  await expect(failed).rejects.toMatchObject({ code: '23505', constraint: 'boats_name_unique' });
  expect(await db('boats').orderBy('name').pluck('name')).toEqual(['Ahoy', 'Kept']);
});

it('runs queries at the same time', async () => {
  const answers = await Promise.all([1, 2, 3, 4].map((n) => db.raw('select ?::int as n', [n])));
  expect(answers.map(({ rows }) => rows[0].n)).toEqual([1, 2, 3, 4]);
});
