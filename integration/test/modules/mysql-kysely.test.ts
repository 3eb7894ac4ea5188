// MySQL 9.7 and MariaDB 11.8: the real Kysely on our client.
import { type Client, connect } from '@fairlead/mysql';
import { FairleadDialect } from '@fairlead/mysql/kysely';
import { sql } from 'kysely';
import { jsonArrayFrom } from 'kysely/helpers/mysql';
import { describe, expect, inject, it } from 'vitest';
import { kyselyCases } from './kysely-cases.ts';
import { type KyselyServer, names } from './kysely-fixture.ts';
import { failure } from './support.ts';

const { mysql, mariadb } = inject('servers');
const URLS = {
  mysql: `mysql://sha2:sha2-password@localhost:${mysql.port}/fairlead`,
  mariadb: `mariadb://native:native-password@localhost:${mariadb.good.port}/fairlead`,
};

const serverAt = (url: string): KyselyServer<Client> => ({
  connect: () => connect(url),
  connectNowhere: () => connect('mysql://x@localhost:1/x'),
  dialect: (connection) => new FairleadDialect({ connection }),
  async clear(db) {
    await sql`drop table if exists kysely_boat, kysely_sail`.execute(db);
  },
  counted: (column) => column.primaryKey().autoIncrement(),
  text: 'varchar(50)',
  async truncate(db) {
    await sql`truncate kysely_boat`.execute(db);
    await sql`truncate kysely_sail`.execute(db);
  },
  number: (n) => sql`cast(${n} as double)`,
  sleep: sql`select sleep(20)`,
  die: sql`kill connection_id()`,
  lastWords: {},
  states: { duplicate: '23000', unknownColumn: '42S22' },
  types: ['int', 'varchar', 'decimal'],
  numbers: (db, count) =>
    db
      .withRecursive('numbers(n)', (with_) =>
        with_
          .selectNoFrom(sql<number>`1`.as('n'))
          .unionAll(with_.selectFrom('numbers').select(sql<number>`n + 1`.as('n')).where('n', '<', count)),
      )
      .selectFrom('numbers')
      .select('n'),
  mostNumbers: 900,
});

describe.each(['mysql', 'mariadb'] as const)('%s', async (server) => {
  const { db } = await kyselyCases(serverAt(URLS[server]));

  it('insert, update, delete, and count', async () => {
    const sloop = await db.insertInto('kysely_boat').values({ name: 'Sloop' }).executeTakeFirstOrThrow();
    expect(sloop).toMatchObject({ insertId: 3n, numInsertedOrUpdatedRows: 1n });
    const updated = await db
      .updateTable('kysely_boat')
      .set({ draught: '1.80' })
      .where('id', '<', 3)
      .executeTakeFirstOrThrow();
    expect(updated).toMatchObject({ numUpdatedRows: 2n, numChangedRows: 1n });
  });

  it('insert or update', async () => {
    const result = await db
      .insertInto('kysely_boat')
      .values({ name: 'Ketch', draught: '9' })
      .onDuplicateKeyUpdate({ draught: '9' })
      .executeTakeFirst();
    expect(result.numInsertedOrUpdatedRows).toBe(2n);
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

  it('errors have the number of the error', async () => {
    const error = await failure(db.insertInto('kysely_boat').values({ name: 'Ketch' }).execute());
    expect(error).toMatchObject({ server: { fields: { errno: '1062' } } });
    expect(await names(db)).toEqual(['Ketch', 'Yawl']);
  });
});
