// What Kysely does on each of our SQL clients alike, against a real server. What is one database's alone stands in the
// test file of that database.
import { isFairleadError } from '@fairlead/errors';
import { type Kysely, sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { describe, expect, it, vi } from 'vitest';
import {
  type Database,
  type KyselyServer,
  kyselyFixture,
  names,
  openKysely,
  type SqlClient,
} from './kysely-fixture.ts';
import { failure } from './support.ts';

/** Runs the cases. @returns Kysely and its client, for cases that are one database's alone. */
export async function kyselyCases<Client extends SqlClient>(
  server: KyselyServer<Client>,
): Promise<{ readonly client: Client; readonly db: Kysely<Database> }> {
  const fixture = await kyselyFixture(server);
  const { db } = fixture;
  describe('queries', () => queryCases(server, db));
  describe('errors', () => errorCases(server, db));
  describe('the database', () => schemaCases(server, db));
  describe('transactions', () => {
    transactionCases(server, fixture);
    it('do not hang when the connection is lost', () => loseTheConnection(server));
  });
  describe('streams', () => streamCases(server, db));
  it('closes what it opened', () => closeWhatWasOpened(server));
  return fixture;
}

function queryCases(server: KyselyServer<SqlClient>, db: Kysely<Database>): void {
  it('update, delete, and count', async () => {
    await db.insertInto('kysely_boat').values({ name: 'Sloop' }).execute();
    const updated = await db
      .updateTable('kysely_boat')
      .set({ draught: '3' })
      .where('id', '>', 1)
      .executeTakeFirst();
    expect(updated.numUpdatedRows).toBe(2n);
    const deleted = await db
      .deleteFrom('kysely_boat')
      .where('name', 'in', ['Sloop', 'Yawl'])
      .executeTakeFirst();
    expect(deleted.numDeletedRows).toBe(2n);
    expect(await names(db)).toEqual(['Ketch']);
  });

  it('join', async () => {
    const sails = [
      { boat_id: 1, kind: 'jib' },
      { boat_id: 1, kind: 'mizzen' },
    ];
    await db.insertInto('kysely_sail').values(sails).execute();
    const joined = await db
      .selectFrom('kysely_boat')
      .leftJoin('kysely_sail', 'kysely_sail.boat_id', 'kysely_boat.id')
      .select(['name', 'kind'])
      .orderBy('kysely_boat.id')
      .orderBy('kysely_sail.id')
      .execute();
    expect(joined).toEqual([
      { name: 'Ketch', kind: 'jib' },
      { name: 'Ketch', kind: 'mizzen' },
      { name: 'Yawl', kind: null },
    ]);
  });

  it('issued together get each its own answer', async () => {
    const wanted = Array.from({ length: 20 }, (_, index) => index);
    const got = await Promise.all(
      wanted.map((n) =>
        sql<{ n: number }>`select ${server.number(n)} as n`.execute(db).then(({ rows }) => rows[0]?.n),
      ),
    );
    expect(got).toEqual(wanted);
  });

  it('are cancelled at the server', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const startedAt = Date.now();
    const sleeping = server.sleep.execute(db, {
      signal: AbortSignal.timeout(200),
      inflightQueryAbortStrategy: 'cancel query',
    });
    await expect(sleeping).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(await names(db)).toHaveLength(2);
    expect(Date.now() - startedAt).toBeLessThan(10_000);
  });
}

function errorCases<Client extends SqlClient>(server: KyselyServer<Client>, db: Kysely<Database>): void {
  it('are FairleadErrors with the SQLSTATE', async () => {
    const { duplicate, unknownColumn } = server.states;
    const error = await failure(db.insertInto('kysely_boat').values({ name: 'Ketch' }).execute());
    expect(error).toMatchObject({ code: 'server', server: { code: duplicate } });
    expect(await failure(sql`select nothing`.execute(db))).toMatchObject({ server: { code: unknownColumn } });
    expect(await names(db)).toEqual(['Ketch', 'Yawl']);
  });

  it('of a parameter that cannot travel say so before anything is sent', async () => {
    expect(await failure(sql`select ${undefined}`.execute(db))).toMatchObject({ code: 'usage' });
    expect(await names(db)).toHaveLength(2);
  });

  it('of a server that is not there come with the first query', async () => {
    const nowhere = openKysely(server, () => server.connectNowhere());
    expect(await failure(sql`select 1`.execute(nowhere))).toMatchObject({ code: 'connect_failed' });
  });
}

function schemaCases({ types }: KyselyServer<SqlClient>, db: Kysely<Database>): void {
  it('shows its tables', async () => {
    const tables = await db.introspection.getTables();
    const boat = tables.find(({ name }) => name === 'kysely_boat');
    expect(boat?.columns.map(({ name, dataType, isNullable }) => [name, dataType, isNullable])).toEqual([
      ['id', types[0], false],
      ['name', types[1], false],
      ['draught', types[2], true],
    ]);
  });

  it('migrates, there and back', async () => {
    const migrator = new Migrator({
      db,
      migrationTableName: 'kysely_migrations',
      migrationLockTableName: 'kysely_migrations_lock',
      provider: {
        getMigrations: async () => ({
          '1': {
            up: (of) => of.schema.createTable('kysely_berth').addColumn('id', 'integer').execute(),
            down: (of) => of.schema.dropTable('kysely_berth').execute(),
          },
        }),
      },
    });
    expect(await migrator.migrateToLatest()).toMatchObject({ results: [{ status: 'Success' }] });
    expect((await sql`select * from kysely_berth`.execute(db)).rows).toEqual([]);
    expect(await migrator.migrateDown()).toMatchObject({ results: [{ status: 'Success' }] });
    await sql`drop table kysely_migrations, kysely_migrations_lock`.execute(db);
  });
}

function transactionCases(
  { states }: KyselyServer<SqlClient>,
  { client, db }: { readonly client: SqlClient; readonly db: Kysely<Database> },
): void {
  it('commit, and keep queries of others out', async () => {
    const { outside } = await db
      .transaction()
      .setIsolationLevel('serializable')
      .execute(async (tx) => {
        const outside = Promise.all([names(db), client.query('select name from kysely_boat')]);
        await tx.insertInto('kysely_boat').values({ name: 'Sloop' }).execute();
        return { outside };
      });
    const [byKysely, byClient] = await outside;
    expect(byKysely).toEqual(['Ketch', 'Yawl', 'Sloop']);
    expect(byClient.rows).toHaveLength(3);
  });

  it('roll back', async () => {
    const twice = [{ name: 'x' }, { name: 'x' }];
    const work = db.transaction().execute(async (tx) => {
      await tx.deleteFrom('kysely_boat').execute();
      await tx.insertInto('kysely_boat').values(twice).execute();
    });
    expect((await failure(work)).server?.code).toBe(states.duplicate);
    expect(await names(db)).toEqual(['Ketch', 'Yawl']);
  });

  it('refuse to write when they are read only', async () => {
    const writing = db
      .transaction()
      .setAccessMode('read only')
      .execute((tx) => tx.deleteFrom('kysely_boat').execute());
    expect((await failure(writing)).server?.code).toBe('25006');
  });

  it('have savepoints', async () => {
    const name = 'before `it` and "it"';
    const tx = await db.startTransaction().execute();
    await tx.insertInto('kysely_boat').values({ name: 'Sloop' }).execute();
    const inner = await tx.savepoint(name).execute();
    await inner.insertInto('kysely_boat').values({ name: 'Lost' }).execute();
    await failure(inner.insertInto('kysely_boat').values({ name: 'Sloop' }).execute());
    const back = await inner.rollbackToSavepoint(name).execute();
    await back.insertInto('kysely_boat').values({ name: 'Cutter' }).execute();
    await back.releaseSavepoint(name).execute();
    await tx.commit().execute();
    expect(await names(db)).toEqual(['Ketch', 'Yawl', 'Sloop', 'Cutter']);
  });
}

async function loseTheConnection<Client extends SqlClient>(server: KyselyServer<Client>): Promise<void> {
  const own = openKysely(server);
  const dying = own.transaction().execute((tx) => server.die.execute(tx));
  const waiting = failure(sql`select 1`.execute(own));
  expect(await failure(dying)).toMatchObject({ ...server.lastWords, safeToRetry: false });
  expect(await waiting).toMatchObject({ ...server.lastWords, safeToRetry: true });
  await own.destroy();
}

function streamCases(server: KyselyServer<SqlClient>, db: Kysely<Database>): void {
  const { mostNumbers } = server;

  it('bring every row', async () => {
    const count = Math.min(mostNumbers, 5000);
    let sum = 0;
    for await (const { n } of server.numbers(db, count).stream(50)) sum += Number(n);
    expect(sum).toBe((count * (count + 1)) / 2);
  });

  it('can be left', async () => {
    for await (const { n } of server.numbers(db, mostNumbers).stream(10)) if (Number(n) === 25) break;
    expect(await names(db)).toHaveLength(2);
  });

  it('run within transactions', async () => {
    const seen = await db.transaction().execute(async (tx) => {
      await tx.insertInto('kysely_boat').values({ name: 'Sloop' }).execute();
      const found: string[] = [];
      for await (const { name } of tx.selectFrom('kysely_boat').select('name').stream(1)) found.push(name);
      return found;
    });
    expect(seen).toHaveLength(3);
  });
}

async function closeWhatWasOpened<Client extends SqlClient>(server: KyselyServer<Client>): Promise<void> {
  let opened: Client | undefined;
  const own = openKysely(server, async () => {
    opened = await server.connect();
    return opened;
  });
  await sql`select 1`.execute(own);
  await own.destroy();
  await opened?.closed;
  const error = await opened?.query('select 1').catch((reason: unknown) => reason);
  expect(isFairleadError(error) && error.code).toBe('closed');
}
