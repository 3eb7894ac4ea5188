// PostgreSQL 17: the real Kysely on our client. Transactions and streams are in the file beside.
import { isFairleadError } from '@fairlead/errors';
import { type Client, connect } from '@fairlead/postgres';
import { sql } from 'kysely';
import { jsonArrayFrom } from 'kysely/helpers/postgres';
import { Migrator } from 'kysely/migration';
import { describe, expect, it, vi } from 'vitest';
import { fixture, names, open, url } from './kysely-fixture.ts';
import { failure } from './support.ts';

const SCHEMA = 'kysely_queries';
const { db } = await fixture(SCHEMA);

describe('queries', () => {
  it('insert and return, update, delete, and count', async () => {
    const sloop = await db
      .insertInto('boat')
      .values({ name: 'Sloop', draught: '2.1' })
      .returningAll()
      .executeTakeFirstOrThrow();
    expect(sloop).toEqual({ id: 3, name: 'Sloop', draught: '2.10' });
    const updated = await db.updateTable('boat').set({ draught: '3' }).where('id', '>', 1).executeTakeFirst();
    expect(updated.numUpdatedRows).toBe(2n);
    const deleted = await db.deleteFrom('boat').where('name', 'in', ['Sloop', 'Yawl']).executeTakeFirst();
    expect(deleted.numDeletedRows).toBe(2n);
    expect(await names(db)).toEqual(['Ketch']);
  });

  it('insert or update', async () => {
    const result = await db
      .insertInto('boat')
      .values({ name: 'Ketch', draught: '9' })
      .onConflict((conflict) =>
        conflict.column('name').doUpdateSet((eb) => ({ draught: eb.ref('excluded.draught') })),
      )
      .executeTakeFirst();
    expect(result.numInsertedOrUpdatedRows).toBe(1n);
  });

  it('join, and nest relations', async () => {
    await db
      .insertInto('sail')
      .values([
        { boat_id: 1, kind: 'jib' },
        { boat_id: 1, kind: 'mizzen' },
      ])
      .execute();
    const joined = await db
      .selectFrom('boat')
      .leftJoin('sail', 'sail.boat_id', 'boat.id')
      .select(['boat.name', 'sail.kind'])
      .orderBy('boat.id')
      .orderBy('sail.id')
      .execute();
    expect(joined).toEqual([
      { name: 'Ketch', kind: 'jib' },
      { name: 'Ketch', kind: 'mizzen' },
      { name: 'Yawl', kind: null },
    ]);
    const nested = await db
      .selectFrom('boat')
      .select((eb) => [
        'name',
        jsonArrayFrom(
          eb.selectFrom('sail').select(['kind']).whereRef('sail.boat_id', '=', 'boat.id').orderBy('sail.id'),
        ).as('sails'),
      ])
      .orderBy('boat.id')
      .execute();
    expect(nested).toEqual([
      { name: 'Ketch', sails: [{ kind: 'jib' }, { kind: 'mizzen' }] },
      { name: 'Yawl', sails: [] },
    ]);
  });

  it('issued together get each its own answer', async () => {
    const wanted = Array.from({ length: 20 }, (_, index) => index);
    const got = await Promise.all(
      wanted.map((n) => sql<{ n: number }>`select ${n}::int as n`.execute(db).then(({ rows }) => rows[0]?.n)),
    );
    expect(got).toEqual(wanted);
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
  it('are FairleadErrors with the SQLSTATE', async () => {
    const error = await failure(db.insertInto('boat').values({ name: 'Ketch' }).execute());
    expect(error).toMatchObject({
      code: 'server',
      server: { code: '23505', fields: { constraint: 'boat_name_key' } },
    });
    expect(await failure(sql`select nothing`.execute(db))).toMatchObject({ server: { code: '42703' } });
    expect(await names(db)).toEqual(['Ketch', 'Yawl']);
  });

  it('of a parameter that cannot travel say so before anything is sent', async () => {
    expect(await failure(sql`select ${undefined}`.execute(db))).toMatchObject({ code: 'usage' });
    expect(await names(db)).toHaveLength(2);
  });

  it('of a server that is not there come with the first query', async () => {
    const nowhere = open(() => connect('postgres://x@localhost:1/x'));
    expect(await failure(sql`select 1`.execute(nowhere))).toMatchObject({ code: 'connect_failed' });
  });
});

it('cancels a statement at the server', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const startedAt = Date.now();
  const sleeping = sql`select pg_sleep(20)`.execute(db, {
    signal: AbortSignal.timeout(200),
    inflightQueryAbortStrategy: 'cancel query',
  });
  await expect(sleeping).rejects.toMatchObject({ name: 'TimeoutError' });
  expect(await names(db)).toHaveLength(2);
  expect(Date.now() - startedAt).toBeLessThan(10_000);
});

it('shows the tables', async () => {
  const tables = await db.introspection.getTables();
  const boat = tables.find(({ name, schema }) => name === 'boat' && schema === SCHEMA);
  expect(boat?.columns.map(({ name, dataType, isNullable }) => [name, dataType, isNullable])).toEqual([
    ['id', 'int4', false],
    ['name', 'text', false],
    ['draught', 'numeric', true],
  ]);
});

it('migrates, there and back', async () => {
  const migrator = new Migrator({
    db,
    migrationTableSchema: SCHEMA,
    provider: {
      getMigrations: async () => ({
        '1': {
          up: (of) => of.schema.createTable('berth').addColumn('id', 'integer').execute(),
          down: (of) => of.schema.dropTable('berth').execute(),
        },
      }),
    },
  });
  expect(await migrator.migrateToLatest()).toMatchObject({ results: [{ status: 'Success' }] });
  expect((await sql`select * from berth`.execute(db)).rows).toEqual([]);
  expect(await migrator.migrateDown()).toMatchObject({ results: [{ status: 'Success' }] });
});

it('closes what it opened', async () => {
  let opened: Client | undefined;
  const own = open(async () => {
    opened = await connect(url);
    return opened;
  });
  await sql`select 1`.execute(own);
  await own.destroy();
  await opened?.closed;
  const error = await opened?.query('select 1').catch((reason: unknown) => reason);
  expect(isFairleadError(error) && error.code).toBe('closed');
});
