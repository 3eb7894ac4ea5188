// PostgreSQL 17: the real Kysely on our client.
import { isFairleadError } from '@fairlead/errors';
import { type Client, connect } from '@fairlead/postgres';
import { FairleadDialect } from '@fairlead/postgres/kysely';
import { type Generated, isAbortedTransactionError, Kysely, sql } from 'kysely';
import { jsonArrayFrom } from 'kysely/helpers/postgres';
import { Migrator } from 'kysely/migration';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { failure } from './support.ts';

interface Database {
  boat: { id: Generated<number>; name: string; draught: string | null };
  sail: { id: Generated<number>; boat_id: number; kind: string };
}

const SCHEMA = 'kysely_test';
const { postgres } = inject('servers');
const url = `postgres://scram:scram-password@localhost:${postgres.good.port}/fairlead`;

let client: Client;
let db: Kysely<Database>;

beforeAll(async () => {
  client = await connect(url);
  db = new Kysely<Database>({ dialect: new FairleadDialect({ connection: client }) });
  await sql`drop schema if exists ${sql.id(SCHEMA)} cascade`.execute(db);
  await db.schema.createSchema(SCHEMA).execute();
  await sql`set search_path to ${sql.id(SCHEMA)}`.execute(db);
  await db.schema
    .createTable('boat')
    .addColumn('id', 'integer', (column) => column.primaryKey().generatedAlwaysAsIdentity())
    .addColumn('name', 'text', (column) => column.notNull().unique())
    .addColumn('draught', 'numeric(4, 2)')
    .execute();
  await db.schema
    .createTable('sail')
    .addColumn('id', 'integer', (column) => column.primaryKey().generatedAlwaysAsIdentity())
    .addColumn('boat_id', 'integer', (column) => column.notNull().references('boat.id'))
    .addColumn('kind', 'text', (column) => column.notNull())
    .execute();
});

afterAll(async () => {
  await sql`drop schema ${sql.id(SCHEMA)} cascade`.execute(db);
  await client.close();
});

beforeEach(async () => {
  await sql`truncate boat, sail restart identity`.execute(db);
  await db
    .insertInto('boat')
    .values([
      { name: 'Ketch', draught: '1.80' },
      { name: 'Yawl', draught: null },
    ])
    .execute();
});

const names = (of: Kysely<Database> = db): Promise<string[]> =>
  of
    .selectFrom('boat')
    .select('name')
    .orderBy('id')
    .execute()
    .then((rows) => rows.map(({ name }) => name));

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
    expect(await names()).toEqual(['Ketch']);
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
    expect(await names()).toEqual(['Ketch', 'Yawl']);
  });

  it('of a parameter that cannot travel say so before anything is sent', async () => {
    expect(await failure(sql`select ${undefined}`.execute(db))).toMatchObject({ code: 'usage' });
    expect(await names()).toHaveLength(2);
  });

  it('of a server that is not there come with the first query', async () => {
    const nowhere = new Kysely<Database>({
      dialect: new FairleadDialect({ connection: () => connect('postgres://x@localhost:1/x') }),
    });
    expect(await failure(sql`select 1`.execute(nowhere))).toMatchObject({ code: 'connect_failed' });
  });
});

it('does not hang when the connection is lost within a transaction', async () => {
  const own = new Kysely<Database>({ dialect: new FairleadDialect({ connection: () => connect(url) }) });
  const dying = own
    .transaction()
    .execute((tx) => sql`select pg_terminate_backend(pg_backend_pid())`.execute(tx));
  const waiting = failure(sql`select 1`.execute(own));
  expect(await failure(dying)).toMatchObject({ server: { code: '57P01' }, safeToRetry: false });
  expect(await waiting).toMatchObject({ server: { code: '57P01' }, safeToRetry: true });
  await own.destroy();
});

describe('transactions', () => {
  it('commit', async () => {
    const level = await db
      .transaction()
      .setIsolationLevel('serializable')
      .execute(async (tx) => {
        await tx.insertInto('boat').values({ name: 'Sloop' }).execute();
        const { rows } = await sql<{ transaction_isolation: string }>`show transaction_isolation`.execute(tx);
        return rows[0]?.transaction_isolation;
      });
    expect(level).toBe('serializable');
    expect(await names()).toEqual(['Ketch', 'Yawl', 'Sloop']);
  });

  it('roll back', async () => {
    const error = await failure(
      db.transaction().execute(async (tx) => {
        await tx.deleteFrom('boat').execute();
        await tx
          .insertInto('boat')
          .values([{ name: 'x' }, { name: 'x' }])
          .execute();
      }),
    );
    expect(error.server?.code).toBe('23505');
    expect(await names()).toEqual(['Ketch', 'Yawl']);
  });

  it('keep queries of others out', async () => {
    const seen = await db.transaction().execute(async (tx) => {
      const outside = Promise.all([names(), client.query('select name from kysely_test.boat')]);
      await tx.insertInto('boat').values({ name: 'Sloop' }).execute();
      return { outside };
    });
    const [byKysely, byClient] = await seen.outside;
    expect(byKysely).toHaveLength(3);
    expect(byClient.rowCount).toBe(3);
  });

  it('refuse to write when they are read only', async () => {
    const writing = db
      .transaction()
      .setAccessMode('read only')
      .execute((tx) => tx.deleteFrom('boat').execute());
    expect((await failure(writing)).server?.code).toBe('25006');
  });

  it('say when COMMIT rolled back, as a statement had failed', async () => {
    const tx = await db.startTransaction().execute();
    await failure(sql`select nothing`.execute(tx));
    const error = await failure(tx.commit().execute());
    expect(error.server?.code).toBe('25P02');
    expect(isAbortedTransactionError(error)).toBe(true);
    expect(tx.isRolledBack).toBe(true);
    expect(await names()).toHaveLength(2);
  });

  it('say when COMMIT finds a constraint broken', async () => {
    await sql`alter table sail alter constraint sail_boat_id_fkey deferrable initially deferred`.execute(db);
    const work = db
      .transaction()
      .execute((tx) => tx.insertInto('sail').values({ boat_id: 99, kind: 'jib' }).execute());
    expect((await failure(work)).server?.code).toBe('23503');
    expect(await db.selectFrom('sail').selectAll().execute()).toEqual([]);
  });

  it('have savepoints', async () => {
    const tx = await db.startTransaction().execute();
    await tx.insertInto('boat').values({ name: 'Sloop' }).execute();
    const inner = await tx.savepoint('before "it"').execute();
    await failure(inner.insertInto('boat').values({ name: 'Sloop' }).execute());
    const back = await inner.rollbackToSavepoint('before "it"').execute();
    await back.insertInto('boat').values({ name: 'Cutter' }).execute();
    await back.releaseSavepoint('before "it"').execute();
    await tx.commit().execute();
    expect(await names()).toEqual(['Ketch', 'Yawl', 'Sloop', 'Cutter']);
  });
});

describe('streams', () => {
  const numbers = (count: number) =>
    db
      .selectFrom(sql<{ n: number }>`(select generate_series(1, ${sql.lit(count)}) as n)`.as('t'))
      .select('n');

  it('bring every row', async () => {
    let sum = 0;
    for await (const { n } of numbers(5000).stream(300)) sum += n;
    expect(sum).toBe((5000 * 5001) / 2);
  });

  it('can be left', async () => {
    for await (const { n } of numbers(1_000_000).stream(10)) if (n === 25) break;
    expect(await names()).toHaveLength(2);
  });

  it('run within transactions', async () => {
    const seen = await db.transaction().execute(async (tx) => {
      await tx.insertInto('boat').values({ name: 'Sloop' }).execute();
      const found: string[] = [];
      for await (const { name } of tx.selectFrom('boat').select('name').stream(1)) found.push(name);
      return found;
    });
    expect(seen).toHaveLength(3);
  });

  it('end with the error of a row', async () => {
    const dividing = async (): Promise<void> => {
      const query = db
        .selectFrom(sql<{ n: number }>`(select 1 / (50 - generate_series(1, 100)) as n)`.as('t'))
        .select('n');
      for await (const _ of query.stream(10));
    };
    expect((await failure(dividing())).server?.code).toBe('22012');
    expect(await names()).toHaveLength(2);
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
  expect(await names()).toHaveLength(2);
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
  const own = new Kysely<Database>({
    dialect: new FairleadDialect({
      connection: async () => {
        opened = await connect(url);
        return opened;
      },
    }),
  });
  await sql`select 1`.execute(own);
  await own.destroy();
  await opened?.closed;
  const error = await opened?.query('select 1').catch((reason: unknown) => reason);
  expect(isFairleadError(error) && error.code).toBe('closed');
});
