// PostgreSQL 17: transactions and streams of the real Kysely on our client.
import { isAbortedTransactionError, sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { fixture, names, open } from './kysely-fixture.ts';
import { failure } from './support.ts';

const { client, db } = await fixture('kysely_transactions');

it('does not hang when the connection is lost within a transaction', async () => {
  const own = open();
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
    expect(await names(db)).toEqual(['Ketch', 'Yawl', 'Sloop']);
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
    expect(await names(db)).toEqual(['Ketch', 'Yawl']);
  });

  it('keep queries of others out', async () => {
    const seen = await db.transaction().execute(async (tx) => {
      const outside = Promise.all([names(db), client.query('select name from kysely_transactions.boat')]);
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
    expect(await names(db)).toHaveLength(2);
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
    expect(await names(db)).toEqual(['Ketch', 'Yawl', 'Sloop', 'Cutter']);
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
    expect(await names(db)).toHaveLength(2);
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
    expect(await names(db)).toHaveLength(2);
  });
});
