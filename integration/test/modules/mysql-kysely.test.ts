// MySQL 9.7 and MariaDB 11.8: the real Kysely on our client.
import { isFairleadError } from '@fairlead/errors';
import { type Client, connect } from '@fairlead/mysql';
import { FairleadDialect } from '@fairlead/mysql/kysely';
import { type Generated, Kysely, sql } from 'kysely';
import { jsonArrayFrom } from 'kysely/helpers/mysql';
import { Migrator } from 'kysely/migration';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { failure } from './support.ts';

const { mysql, mariadb } = inject('servers');
const URLS = {
  mysql: `mysql://sha2:sha2-password@localhost:${mysql.port}/fairlead`,
  mariadb: `mariadb://native:native-password@localhost:${mariadb.good.port}/fairlead`,
};

interface Database {
  kysely_boat: { id: Generated<number>; name: string; draught: string | null };
  kysely_sail: { id: Generated<number>; boat_id: number; kind: string };
}

const open = (connection: () => Promise<Client>): Kysely<Database> =>
  new Kysely<Database>({ dialect: new FairleadDialect({ connection }) });

async function create(db: Kysely<Database>): Promise<void> {
  await db.schema.dropTable('kysely_sail').ifExists().execute();
  await db.schema.dropTable('kysely_boat').ifExists().execute();
  await db.schema
    .createTable('kysely_boat')
    .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement())
    .addColumn('name', 'varchar(50)', (column) => column.notNull().unique())
    .addColumn('draught', 'decimal(4, 2)')
    .execute();
  await db.schema
    .createTable('kysely_sail')
    .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement())
    .addColumn('boat_id', 'integer', (column) => column.notNull())
    .addColumn('kind', 'varchar(50)', (column) => column.notNull())
    .execute();
}

async function names(db: Kysely<Database>): Promise<string[]> {
  const rows = await db.selectFrom('kysely_boat').select('name').orderBy('id').execute();
  return rows.map(({ name }) => name);
}

describe.each(['mysql', 'mariadb'] as const)('%s', (server) => {
  let client: Client;
  let db: Kysely<Database>;

  beforeAll(async () => {
    client = await connect(URLS[server]);
    db = new Kysely<Database>({ dialect: new FairleadDialect({ connection: client }) });
    await create(db);
  });
  beforeEach(async () => {
    await sql`truncate kysely_boat`.execute(db);
    await sql`truncate kysely_sail`.execute(db);
    const boats = [
      { name: 'Ketch', draught: '1.80' },
      { name: 'Yawl', draught: null },
    ];
    await db.insertInto('kysely_boat').values(boats).execute();
  });
  afterAll(async () => {
    await db.schema.dropTable('kysely_sail').execute();
    await db.schema.dropTable('kysely_boat').execute();
    await client.close();
  });

  describe('queries', () => {
    it('insert, update, delete, and count', async () => {
      const sloop = await db.insertInto('kysely_boat').values({ name: 'Sloop' }).executeTakeFirstOrThrow();
      expect(sloop).toMatchObject({ insertId: 3n, numInsertedOrUpdatedRows: 1n });
      const updated = await db
        .updateTable('kysely_boat')
        .set({ draught: '1.80' })
        .where('id', '<', 3)
        .executeTakeFirstOrThrow();
      expect(updated).toMatchObject({ numUpdatedRows: 2n, numChangedRows: 1n });
      const deleted = await db
        .deleteFrom('kysely_boat')
        .where('name', 'in', ['Sloop', 'Yawl'])
        .executeTakeFirstOrThrow();
      expect(deleted.numDeletedRows).toBe(2n);
      expect(await names(db)).toEqual(['Ketch']);
    });

    it('insert or update', async () => {
      const result = await db
        .insertInto('kysely_boat')
        .values({ name: 'Ketch', draught: '9' })
        .onDuplicateKeyUpdate({ draught: '9' })
        .executeTakeFirst();
      expect(result.numInsertedOrUpdatedRows).toBe(2n);
    });

    it('join', async () => {
      await db.insertInto('kysely_sail').values({ boat_id: 1, kind: 'jib' }).execute();
      const joined = await db
        .selectFrom('kysely_boat')
        .leftJoin('kysely_sail', 'kysely_sail.boat_id', 'kysely_boat.id')
        .select(['name', 'kind'])
        .orderBy('kysely_boat.id')
        .execute();
      expect(joined).toEqual([
        { name: 'Ketch', kind: 'jib' },
        { name: 'Yawl', kind: null },
      ]);
    });

    it('nest relations', async () => {
      await db.insertInto('kysely_sail').values({ boat_id: 1, kind: 'jib' }).execute();
      const nested = db
        .selectFrom('kysely_boat')
        .select((eb) => [
          'name',
          jsonArrayFrom(
            eb.selectFrom('kysely_sail').select('kind').whereRef('boat_id', '=', 'kysely_boat.id'),
          ).as('sails'),
        ])
        .orderBy('kysely_boat.id')
        .execute();
      if (server === 'mariadb') {
        // Kysely's helper writes CAST ... AS JSON, which MariaDB does not have.
        await expect(nested).rejects.toMatchObject({ code: 'server', server: { code: '42000' } });
        return;
      }
      expect(await nested).toEqual([
        { name: 'Ketch', sails: [{ kind: 'jib' }] },
        { name: 'Yawl', sails: [] },
      ]);
    });

    it('issued together get each its own answer', async () => {
      const wanted = Array.from({ length: 20 }, (_, index) => index);
      const got = await Promise.all(
        wanted.map((n) =>
          sql<{ n: number }>`select ${n} as n`.execute(db).then(({ rows }) => Number(rows[0]?.n)),
        ),
      );
      expect(got).toEqual(wanted);
    });

    it('reject with FairleadErrors', async () => {
      const error = await failure(db.insertInto('kysely_boat').values({ name: 'Ketch' }).execute());
      expect(error).toMatchObject({ code: 'server', server: { code: '23000', fields: { errno: '1062' } } });
      expect(await failure(sql`select ${undefined}`.execute(db))).toMatchObject({ code: 'usage' });
      expect(await names(db)).toEqual(['Ketch', 'Yawl']);
    });
  });

  it('cancels a statement at the server', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const startedAt = Date.now();
    const sleeping = sql`select sleep(20)`.execute(db, {
      signal: AbortSignal.timeout(200),
      inflightQueryAbortStrategy: 'cancel query',
    });
    await expect(sleeping).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(await names(db)).toHaveLength(2);
    expect(Date.now() - startedAt).toBeLessThan(10_000);
  });

  it('shows the tables', async () => {
    const tables = await db.introspection.getTables();
    const boat = tables.find(({ name }) => name === 'kysely_boat');
    expect(boat?.columns.map(({ name, dataType, isNullable }) => [name, dataType, isNullable])).toEqual([
      ['id', 'int', false],
      ['name', 'varchar', false],
      ['draught', 'decimal', true],
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

  describe('transactions', () => {
    it('commit, and keep queries of others out', async () => {
      const { outside } = await db
        .transaction()
        .setIsolationLevel('serializable')
        .execute(async (tx) => {
          const outside = names(db);
          await tx.insertInto('kysely_boat').values({ name: 'Sloop' }).execute();
          return { outside };
        });
      expect(await outside).toEqual(['Ketch', 'Yawl', 'Sloop']);
    });

    it('roll back', async () => {
      const error = await failure(
        db.transaction().execute(async (tx) => {
          await tx.deleteFrom('kysely_boat').execute();
          await tx
            .insertInto('kysely_boat')
            .values([{ name: 'x' }, { name: 'x' }])
            .execute();
        }),
      );
      expect(error.server?.code).toBe('23000');
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
      const tx = await db.startTransaction().execute();
      await tx.insertInto('kysely_boat').values({ name: 'Sloop' }).execute();
      const inner = await tx.savepoint('before `it`').execute();
      await inner.insertInto('kysely_boat').values({ name: 'Lost' }).execute();
      const back = await inner.rollbackToSavepoint('before `it`').execute();
      await back.insertInto('kysely_boat').values({ name: 'Cutter' }).execute();
      await back.releaseSavepoint('before `it`').execute();
      await tx.commit().execute();
      expect(await names(db)).toEqual(['Ketch', 'Yawl', 'Sloop', 'Cutter']);
    });

    it('do not hang when the connection is lost', async () => {
      const own = open(() => connect(URLS[server]));
      const dying = own.transaction().execute((tx) => sql`kill connection_id()`.execute(tx));
      const waiting = failure(sql`select 1`.execute(own));
      expect((await failure(dying)).safeToRetry).toBe(false);
      expect((await waiting).safeToRetry).toBe(true);
      await own.destroy();
    });
  });

  describe('streams', () => {
    const numbers = (count: number) =>
      db
        .withRecursive('numbers(n)', (with_) =>
          with_
            .selectNoFrom(sql<number>`1`.as('n'))
            .unionAll(with_.selectFrom('numbers').select(sql<number>`n + 1`.as('n')).where('n', '<', count)),
        )
        .selectFrom('numbers')
        .select('n');

    it('bring every row', async () => {
      let sum = 0;
      for await (const { n } of numbers(900).stream(50)) sum += Number(n);
      expect(sum).toBe((900 * 901) / 2);
    });

    it('can be left', async () => {
      for await (const { n } of numbers(900).stream(10)) if (Number(n) === 25) break;
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
  });

  it('closes what it opened', async () => {
    let opened: Client | undefined;
    const own = open(async () => {
      opened = await connect(URLS[server]);
      return opened;
    });
    await sql`select 1`.execute(own);
    await own.destroy();
    await opened?.closed;
    const error = await opened?.query('select 1').catch((reason: unknown) => reason);
    expect(isFairleadError(error) && error.code).toBe('closed');
  });
});
