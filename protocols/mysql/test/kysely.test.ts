// The Kysely dialect: the real Kysely over our client and a played server.
import { isFairleadError } from '@fairlead/errors';
import { type Generated, isAbortedTransactionError, Kysely, type LogConfig, sql } from 'kysely';
import { describe, expect, it, vi } from 'vitest';
import { FairleadDialect } from '../src/drivers/kysely/index.ts';
import { type Client, connect } from '../src/index.ts';
import { type Answer, Backend, err, ok, plainUrl, table } from './support/backend.ts';

interface Database {
  boat: { id: Generated<number>; name: string };
}

const INT = { name: 'id', type: 3, collation: 63 };
const IN_TRANSACTION = 3;
const ids = (...numbers: number[]): Uint8Array[] =>
  table(
    [INT],
    numbers.map((id) => [String(id)]),
  );
const duplicate = err(1062, '23000', "Duplicate entry 'x' for key 'name'");

async function open(answer: Answer = () => [ok()]) {
  const backend = new Backend(answer);
  const client = await connect(plainUrl, { connector: backend.connector });
  const db = new Kysely<Database>({ dialect: new FairleadDialect({ connection: client }) });
  return { db, client, log: backend.statements, backend };
}

function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => 'no error',
    (error: unknown) => error,
  );
}

describe('queries', () => {
  it('carry their text and parameters, and bring rows', async () => {
    const { db, log } = await open(() => ids(7));
    const rows = await db.selectFrom('boat').select('id').where('name', '=', "it's").execute();
    expect(rows).toEqual([{ id: 7 }]);
    expect(log).toHaveLength(1);
    expect(log[0]).toMatch(/^select `id` from `boat` where `name` = .*it/);
  });

  it('say which id was given, and how many rows were inserted', async () => {
    const { db } = await open(() => [ok({ affectedRows: 2, lastInsertId: 41 })]);
    const inserted = await db
      .insertInto('boat')
      .values([{ name: 'a' }, { name: 'b' }])
      .executeTakeFirstOrThrow();
    expect(inserted).toMatchObject({ insertId: 41n, numInsertedOrUpdatedRows: 2n });
  });

  it('say how many rows an UPDATE found, and how many it changed', async () => {
    const { db } = await open(() => [
      ok({ affectedRows: 3, info: 'Rows matched: 3  Changed: 2  Warnings: 0' }),
    ]);
    const updated = await db.updateTable('boat').set({ name: 'x' }).executeTakeFirstOrThrow();
    expect(updated).toMatchObject({ numUpdatedRows: 3n, numChangedRows: 2n });
    expect(await sql`update`.execute(db)).toEqual({ rows: [], numAffectedRows: 3n, numChangedRows: 2n });
  });

  it('say how many rows a DELETE touched', async () => {
    const { db } = await open(() => [ok({ affectedRows: 4 })]);
    expect(await db.deleteFrom('boat').executeTakeFirstOrThrow()).toMatchObject({ numDeletedRows: 4n });
  });

  it('count nothing for a SELECT, even without rows', async () => {
    const { db } = await open(() => ids());
    expect(await sql`select 1`.execute(db)).toEqual({ rows: [] });
  });

  it('reject with the error of the client, and free the connection', async () => {
    const { db } = await open(({ text }) => (text.startsWith('insert') ? [duplicate] : ids(1)));
    expect(await rejection(db.insertInto('boat').values({ name: 'x' }).execute())).toMatchObject({
      code: 'server',
      server: { code: '23000', fields: { errno: '1062' } },
    });
    expect(await db.selectFrom('boat').select('id').execute()).toEqual([{ id: 1 }]);
  });

  it('are cancelled at the server by choice, when their signal fires', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const killed = Promise.withResolvers<void>();
    const { db, log } = await open(async ({ text }) => {
      if (text.startsWith('KILL')) killed.resolve();
      if (text !== 'slow') return [ok()];
      await killed.promise;
      return [err(1317, '70100', 'Query execution was interrupted')];
    });
    const stop = new AbortController();
    const running = rejection(
      sql`slow`.execute(db, { signal: stop.signal, inflightQueryAbortStrategy: 'cancel query' }),
    );
    await vi.waitFor(() => expect(log).toEqual(['slow']));
    stop.abort(new Error('enough'));
    expect(await running).toMatchObject({ message: 'enough' });
    await sql`next`.execute(db);
    expect(log).toEqual(['slow', 'KILL QUERY 77', 'DO 0', 'next']);
  });
});

describe('streams', () => {
  it('bring every row, and hold other queries up until they end', async () => {
    const { db, log } = await open(({ text }) => (text === 'next' ? [ok()] : ids(1, 2, 3)));
    const seen: number[] = [];
    let next: Promise<unknown> | undefined;
    for await (const { id } of db.selectFrom('boat').select('id').stream(2)) {
      next ??= sql`next`.execute(db);
      expect(log).toHaveLength(1);
      seen.push(id);
    }
    await next;
    expect(seen).toEqual([1, 2, 3]);
    expect(log).toEqual(['select `id` from `boat`', 'next']);
  });

  it('end, and free the connection, when the loop is left', async () => {
    const { db, log } = await open(({ text }) => (text === 'next' ? [ok()] : ids(1, 2, 3)));
    for await (const { id } of db.selectFrom('boat').select('id').stream(1)) if (id === 2) break;
    await sql`next`.execute(db);
    expect(log.at(-1)).toBe('next');
  });
});

/** Answers with whether a transaction is open, as servers do. */
function transactional(failing: Readonly<Record<string, Uint8Array>> = {}): Answer {
  let isOpen = false;
  return ({ text }) => {
    if (text.startsWith('START TRANSACTION')) isOpen = true;
    if (text === 'COMMIT' || text === 'ROLLBACK') isOpen = false;
    return [failing[text] ?? ok({ status: isOpen ? IN_TRANSACTION : 2 })];
  };
}

describe('transactions', () => {
  it('are the client’s own, with level and access mode', async () => {
    const { db, log } = await open(transactional());
    await db
      .transaction()
      .setIsolationLevel('serializable')
      .setAccessMode('read only')
      .execute((tx) => sql`work`.execute(tx));
    expect(log).toEqual([
      'SET TRANSACTION ISOLATION LEVEL SERIALIZABLE',
      'START TRANSACTION READ ONLY',
      'work',
      'COMMIT',
    ]);
  });

  it('are rolled back when the work rejects', async () => {
    const { db, log } = await open(transactional());
    const error = new Error('no');
    expect(await rejection(db.transaction().execute(() => Promise.reject(error)))).toBe(error);
    await sql`next`.execute(db);
    expect(log).toEqual(['START TRANSACTION', 'ROLLBACK', 'next']);
  });

  it('are over when COMMIT is refused, and Kysely knows', async () => {
    const { db, log } = await open(transactional({ COMMIT: err(1114, 'HY000', 'The table is full') }));
    const tx = await db.startTransaction().execute();
    const caught = await rejection(tx.commit().execute());
    expect(caught).toMatchObject({ code: 'server', safeToRetry: false });
    expect(isFairleadError(caught) && isAbortedTransactionError(caught)).toBe(true);
    expect(tx.isRolledBack).toBe(true);
    await sql`next`.execute(db);
    expect(log.at(-1)).toBe('next');
  });

  it('free the connection when START TRANSACTION is refused', async () => {
    const { db, log } = await open(
      transactional({ 'START TRANSACTION': err(1227, '42000', 'Access denied') }),
    );
    expect(await rejection(db.transaction().execute(async () => 1))).toMatchObject({ code: 'server' });
    await sql`next`.execute(db);
    expect(log.at(-1)).toBe('next');
  });

  it('refuse a level that MySQL has not', async () => {
    const { db, log } = await open();
    const begun = db
      .transaction()
      .setIsolationLevel('snapshot')
      .execute(async () => 1);
    expect(await rejection(begun)).toMatchObject({
      code: 'usage',
      safeToRetry: true,
      message: expect.stringContaining('MySQL'),
    });
    expect(log).toEqual([]);
  });

  it('have savepoints of any name', async () => {
    const { db, log } = await open(transactional());
    const tx = await db.startTransaction().execute();
    const inner = await tx.savepoint('a `b`').execute();
    await sql`work`.execute(inner);
    const back = await inner.rollbackToSavepoint('a `b`').execute();
    await back.releaseSavepoint('a `b`').execute();
    await tx.commit().execute();
    expect(log).toEqual([
      'START TRANSACTION',
      'savepoint `a ``b```',
      'work',
      'rollback to `a ``b```',
      'release savepoint `a ``b```',
      'COMMIT',
    ]);
  });

  it('give up waiting in time, as when a transaction waits for itself', async () => {
    const backend = new Backend(transactional());
    const client = await connect(plainUrl, { connector: backend.connector });
    const dialect = new FairleadDialect({ connection: client, turnTimeoutMs: 50 });
    const db = new Kysely<Database>({ dialect });
    const error = await rejection(db.transaction().execute(() => sql`outside`.execute(db)));
    expect(error).toMatchObject({ code: 'timeout', safeToRetry: true });
    expect(backend.statements).toEqual(['START TRANSACTION', 'ROLLBACK']);
  });
});

it("Kysely's log shows the begin and the end of transactions, and savepoints, as with MysqlDialect", async () => {
  const { client } = await open(transactional());
  const lines: string[] = [];
  const log: LogConfig = ({ query }) => void lines.push(query.sql);
  const db = new Kysely<Database>({ dialect: new FairleadDialect({ connection: client }), log });
  await db.transaction().execute((tx) => sql`work`.execute(tx));
  const settings = db.transaction().setIsolationLevel('serializable').setAccessMode('read only');
  await rejection(settings.execute(() => Promise.reject(new Error('no'))));
  const tx = await db.startTransaction().execute();
  const inner = await tx.savepoint('a').execute();
  const back = await inner.rollbackToSavepoint('a').execute();
  await back.releaseSavepoint('a').execute();
  await tx.commit().execute();
  expect(lines).toEqual([
    ...['begin', 'work', 'commit'],
    ...['set transaction isolation level serializable, read only', 'begin', 'rollback'],
    ...['begin', 'savepoint `a`', 'rollback to `a`', 'release savepoint `a`', 'commit'],
  ]);
});

describe('the client', () => {
  it('that was handed over stays open', async () => {
    const { db, client } = await open();
    await sql`work`.execute(db);
    await db.destroy();
    expect((await client.query('more')).affectedRows).toBe(0);
  });

  it('that a function opened is opened once, when it is needed, and closed in the end', async () => {
    const { client } = await open();
    const connection = vi.fn(async (): Promise<Client> => client);
    const db = new Kysely<Database>({ dialect: new FairleadDialect({ connection }) });
    expect(connection).not.toHaveBeenCalled();
    await Promise.all([sql`one`.execute(db), sql`two`.execute(db)]);
    await db.destroy();
    expect(connection).toHaveBeenCalledTimes(1);
    expect(await rejection(client.query('more'))).toMatchObject({ code: 'closed' });
  });
});
