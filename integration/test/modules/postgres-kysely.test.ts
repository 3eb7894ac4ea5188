// PostgreSQL 17: the real Kysely on our client.
import { type Client, connect } from '@fairlead/postgres';
import { FairleadDialect } from '@fairlead/postgres/kysely';
import { isAbortedTransactionError, sql } from 'kysely';
import { jsonArrayFrom } from 'kysely/helpers/postgres';
import { describe, expect, inject, it } from 'vitest';
import { kyselyCases } from './kysely-cases.ts';
import type { KyselyServer } from './kysely-fixture.ts';
import { failure } from './support.ts';

const { postgres } = inject('servers');
const url = `postgres://scram:scram-password@localhost:${postgres.good.port}/fairlead`;

const server: KyselyServer<Client> = {
  connect: () => connect(url, { parameters: { search_path: 'kysely_test' } }),
  connectNowhere: () => connect('postgres://x@localhost:1/x'),
  dialect: (connection) => new FairleadDialect({ connection }),
  async clear(db) {
    await sql`drop schema if exists kysely_test cascade`.execute(db);
    await sql`create schema kysely_test`.execute(db);
  },
  counted: (column) => column.primaryKey().generatedAlwaysAsIdentity(),
  text: 'text',
  async truncate(db) {
    await sql`truncate kysely_boat, kysely_sail restart identity`.execute(db);
  },
  number: (n) => sql`${n}::int`,
  sleep: sql`select pg_sleep(20)`,
  die: sql`select pg_terminate_backend(pg_backend_pid())`,
  lastWords: { server: { code: '57P01' } },
  states: { duplicate: '23505', unknownColumn: '42703' },
  types: ['int4', 'text', 'numeric'],
  numbers: (db, count) =>
    db
      .selectFrom(sql<{ n: number }>`(select generate_series(1, ${sql.lit(count)}) as n)`.as('t'))
      .select('n'),
  mostNumbers: 1_000_000,
};

const { db } = await kyselyCases(server);

describe('queries', () => {
  it('insert and return', async () => {
    const sloop = await db
      .insertInto('kysely_boat')
      .values({ name: 'Sloop', draught: '2.1' })
      .returningAll()
      .executeTakeFirstOrThrow();
    expect(sloop).toEqual({ id: 3, name: 'Sloop', draught: '2.10' });
  });

  it('insert or update', async () => {
    const result = await db
      .insertInto('kysely_boat')
      .values({ name: 'Ketch', draught: '9' })
      .onConflict((conflict) =>
        conflict.column('name').doUpdateSet((eb) => ({ draught: eb.ref('excluded.draught') })),
      )
      .executeTakeFirst();
    expect(result.numInsertedOrUpdatedRows).toBe(1n);
  });

  it('nest relations', async () => {
    const sails = [
      { boat_id: 1, kind: 'jib' },
      { boat_id: 1, kind: 'mizzen' },
    ];
    await db.insertInto('kysely_sail').values(sails).execute();
    const nested = await db
      .selectFrom('kysely_boat')
      .select((eb) => [
        'name',
        jsonArrayFrom(
          eb
            .selectFrom('kysely_sail')
            .select('kind')
            .whereRef('boat_id', '=', 'kysely_boat.id')
            .orderBy('kysely_sail.id'),
        ).as('sails'),
      ])
      .orderBy('kysely_boat.id')
      .execute();
    expect(nested).toEqual([
      { name: 'Ketch', sails: [{ kind: 'jib' }, { kind: 'mizzen' }] },
      { name: 'Yawl', sails: [] },
    ]);
  });

  it.each<[type: string, parameter: unknown, value: unknown]>([
    ['int8', 9223372036854775807n, '9223372036854775807'],
    ['numeric', '12.340', '12.340'],
    ['bool', false, false],
    ['text', "it's \\ 🚢", "it's \\ 🚢"],
    ['bytea', new Uint8Array([0, 255]), new Uint8Array([0, 255])],
    ['timestamptz', new Date(Date.UTC(2024, 1, 29, 12)), '2024-02-29T12:00:00Z'],
    ['date', '2024-02-29', '2024-02-29'],
    ['interval', '1 day', 'P1D'],
    ['uuid', '6b8b4567-327b-43c6-a3c1-000000000001', '6b8b4567-327b-43c6-a3c1-000000000001'],
    ['jsonb', { a: [1, null] }, { a: [1, null] }],
    ['int4[]', [1, 2], [1, 2]],
    ['text[]', ['a,b', null], ['a,b', null]],
    ['float8', null, null],
  ])('%s comes back', async (type, parameter, value) => {
    const { rows } = await sql<{ v: unknown }>`select ${parameter}::${sql.raw(type)} as v`.execute(db);
    expect(rows).toEqual([{ v: value }]);
  });
});

describe('errors', () => {
  it('name the constraint', async () => {
    const error = await failure(db.insertInto('kysely_boat').values({ name: 'Ketch' }).execute());
    expect(error).toMatchObject({ server: { fields: { constraint: 'kysely_boat_name_key' } } });
  });

  it('of a row end its stream', async () => {
    const dividing = async (): Promise<void> => {
      const query = db
        .selectFrom(sql<{ n: number }>`(select 1 / (50 - generate_series(1, 100)) as n)`.as('t'))
        .select('n');
      for await (const _ of query.stream(10));
    };
    expect((await failure(dividing())).server?.code).toBe('22012');
    expect(await db.selectFrom('kysely_boat').selectAll().execute()).toHaveLength(2);
  });
});

describe('transactions', () => {
  it('have the level that was asked for', async () => {
    const level = await db
      .transaction()
      .setIsolationLevel('serializable')
      .execute(async (tx) => {
        const { rows } = await sql<{ transaction_isolation: string }>`show transaction_isolation`.execute(tx);
        return rows[0]?.transaction_isolation;
      });
    expect(level).toBe('serializable');
  });

  it('say when COMMIT rolled back, as a statement had failed', async () => {
    const tx = await db.startTransaction().execute();
    await failure(sql`select nothing`.execute(tx));
    const error = await failure(tx.commit().execute());
    expect(error.server?.code).toBe('25P02');
    expect(isAbortedTransactionError(error)).toBe(true);
    expect(tx.isRolledBack).toBe(true);
    expect(await db.selectFrom('kysely_boat').selectAll().execute()).toHaveLength(2);
  });

  it('say when COMMIT finds a constraint broken', async () => {
    await db.schema
      .alterTable('kysely_sail')
      .addForeignKeyConstraint('kysely_sail_boat', ['boat_id'], 'kysely_boat', ['id'])
      .deferrable()
      .initiallyDeferred()
      .execute();
    const work = db
      .transaction()
      .execute((tx) => tx.insertInto('kysely_sail').values({ boat_id: 99, kind: 'jib' }).execute());
    expect((await failure(work)).server?.code).toBe('23503');
    expect(await db.selectFrom('kysely_sail').selectAll().execute()).toEqual([]);
  });
});
