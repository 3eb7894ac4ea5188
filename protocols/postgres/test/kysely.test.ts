// The Kysely dialect: the real Kysely over a client that notes what it is asked.
import { FairleadError, isFairleadError } from '@fairlead/errors';
import {
  CompiledQuery,
  type Generated,
  isAbortedTransactionError,
  Kysely,
  type LogConfig,
  sql,
} from 'kysely';
import { describe, expect, it, vi } from 'vitest';
import { FairleadDialect } from '../src/drivers/kysely/index.ts';
import type { Client } from '../src/types.ts';
import { type Answering, FakeClient } from './support/fake-client.ts';

interface Database {
  boat: { id: Generated<number>; name: string };
}

const INT4 = 23;
const ids = (...numbers: number[]) => ({ columns: [['id', INT4]] as const, rows: numbers.map((id) => [id]) });

function open(answering?: Answering): [Kysely<Database>, FakeClient] {
  const fake = new FakeClient(answering);
  return [new Kysely<Database>({ dialect: new FairleadDialect({ connection: fake.client }) }), fake];
}

function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => 'no error',
    (error: unknown) => error,
  );
}

const duplicate = (): FairleadError =>
  new FairleadError('server', 'duplicate key', { server: { code: '23505', message: 'duplicate key' } });

describe('queries', () => {
  it('carry their text and parameters, and bring rows', async () => {
    const seen: unknown[] = [];
    const [db, fake] = open((_text, params) => {
      seen.push(params);
      return ids(7);
    });
    expect(await db.selectFrom('boat').select('id').where('name', '=', 'Ketch').execute()).toEqual([
      { id: 7 },
    ]);
    expect(fake.log).toEqual(['select "id" from "boat" where "name" = $1']);
    expect(seen).toEqual([['Ketch']]);
  });

  it.each(['INSERT', 'UPDATE', 'DELETE', 'MERGE'])('say how many rows an %s touched', async (command) => {
    const [db] = open(() => ({ command, rowCount: 3 }));
    expect(await sql`do it`.execute(db)).toEqual({ rows: [], numAffectedRows: 3n });
  });

  it('count nothing for a SELECT', async () => {
    const [db] = open(() => ids(1));
    expect(await sql`select 1`.execute(db)).toEqual({ rows: [{ id: 1 }] });
  });

  it('reject with the error of the client, and free the connection', async () => {
    const error = duplicate();
    const [db] = open((text) => {
      if (text.startsWith('insert')) throw error;
      return ids(1);
    });
    expect(await rejection(db.insertInto('boat').values({ name: 'x' }).execute())).toBe(error);
    expect(await db.selectFrom('boat').select('id').execute()).toEqual([{ id: 1 }]);
  });

  it('wait while another has the connection', async () => {
    const gate = Promise.withResolvers<void>();
    const [db, fake] = open(async (text) => {
      if (text === 'slow') await gate.promise;
      return {};
    });
    const all = [sql`slow`.execute(db), sql`quick`.execute(db)];
    await vi.waitFor(() => expect(fake.log).toEqual(['slow']));
    gate.resolve();
    await Promise.all(all);
    expect(fake.log).toEqual(['slow', 'quick']);
  });

  it('give up waiting in time, as when a transaction waits for itself', async () => {
    const fake = new FakeClient();
    const dialect = new FairleadDialect({ connection: fake.client, turnTimeoutMs: 50 });
    const db = new Kysely<Database>({ dialect });
    const error = await rejection(db.transaction().execute(() => sql`outside`.execute(db)));
    expect(error).toMatchObject({ code: 'timeout', safeToRetry: true });
    await sql`next`.execute(db);
    expect(fake.log).toEqual(['BEGIN', 'ROLLBACK', 'next']);
  });

  it('are cancelled at the server by choice, when their signal fires', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const [db, fake] = open((text) => (text === 'slow' ? new Promise(() => undefined) : {}));
    const stop = new AbortController();
    const running = rejection(
      sql`slow`.execute(db, { signal: stop.signal, inflightQueryAbortStrategy: 'cancel query' }),
    );
    await vi.waitFor(() => expect(fake.log).toEqual(['slow']));
    stop.abort(new Error('enough'));
    expect(await running).toMatchObject({ message: 'enough' });
    await sql`next`.execute(db);
    expect(fake.log).toEqual(['slow', 'cancelled slow', 'next']);
  });

  it('go on at the server without that choice', async () => {
    const gate = Promise.withResolvers<void>();
    const [db, fake] = open(async () => {
      await gate.promise;
      return {};
    });
    const stop = new AbortController();
    const running = rejection(sql`slow`.execute(db, { signal: stop.signal }));
    await vi.waitFor(() => expect(fake.log).toEqual(['slow']));
    stop.abort(new Error('enough'));
    expect(await running).toMatchObject({ message: 'enough' });
    gate.resolve();
    await sql`next`.execute(db);
    expect(fake.log).toEqual(['slow', 'next']);
  });
});

describe('streams', () => {
  it('take as many rows at a time as Kysely asks for', async () => {
    const [db, fake] = open(() => ids(1, 2, 3, 4, 5));
    const seen: number[] = [];
    for await (const { id } of db.selectFrom('boat').select('id').stream(2)) seen.push(id);
    expect(seen).toEqual([1, 2, 3, 4, 5]);
    expect(fake.log).toEqual(['select "id" from "boat"', 'end of stream']);
  });

  it('end, and free the connection, when the loop is left', async () => {
    const [db, fake] = open(() => ids(1, 2, 3));
    for await (const { id } of db.selectFrom('boat').select('id').stream(1)) if (id === 2) break;
    await sql`next`.execute(db);
    expect(fake.log).toEqual(['select "id" from "boat"', 'end of stream', 'next']);
  });
});

describe('transactions', () => {
  it('are the client’s own, with level and access mode', async () => {
    const [db, fake] = open(() => ids(1));
    const result = await db
      .transaction()
      .setIsolationLevel('serializable')
      .setAccessMode('read only')
      .execute((tx) => tx.selectFrom('boat').select('id').execute());
    expect(result).toEqual([{ id: 1 }]);
    expect(fake.log).toEqual(['BEGIN serializable true', 'tx: select "id" from "boat"', 'COMMIT']);
  });

  it('are rolled back when the work rejects', async () => {
    const [db, fake] = open();
    const error = new Error('no');
    expect(await rejection(db.transaction().execute(() => Promise.reject(error)))).toBe(error);
    await sql`next`.execute(db);
    expect(fake.log).toEqual(['BEGIN', 'ROLLBACK', 'next']);
  });

  it('are over when COMMIT is refused, and Kysely knows', async () => {
    const [db, fake] = open();
    const error = duplicate();
    fake.onCommit = () => {
      throw error;
    };
    const caught = await rejection(db.transaction().execute((tx) => sql`insert`.execute(tx)));
    expect(caught).toBe(error);
    expect(isFairleadError(caught) && isAbortedTransactionError(caught)).toBe(true);
    await sql`next`.execute(db);
    expect(fake.log).toEqual(['BEGIN', 'tx: insert', 'COMMIT', 'next']);
  });

  it('free the connection when COMMIT of a controlled one is refused', async () => {
    const [db, fake] = open();
    fake.onCommit = () => {
      throw duplicate();
    };
    const tx = await db.startTransaction().execute();
    expect(await rejection(tx.commit().execute())).toMatchObject({ server: { code: '23505' } });
    expect(tx.isRolledBack).toBe(true);
    await sql`next`.execute(db);
    expect(fake.log).toEqual(['BEGIN', 'COMMIT', 'next']);
  });

  it('free the connection when BEGIN is refused', async () => {
    const error = new FairleadError('connection_lost', 'gone');
    const [db, fake] = open((text) => {
      if (text === 'BEGIN') throw error;
      return {};
    });
    expect(await rejection(db.transaction().execute(async () => 1))).toBe(error);
    await sql`next`.execute(db);
    expect(fake.log).toEqual(['next']);
  });

  it('that are given up while BEGIN travels are rolled back before the next one has the connection', async () => {
    const begun = Promise.withResolvers<void>();
    const [, fake] = open(async (text) => {
      if (text === 'BEGIN') await begun.promise;
      return {};
    });
    const driver = new FairleadDialect({ connection: fake.client }).createDriver();
    await driver.init();
    const connection = await driver.acquireConnection();
    void driver.beginTransaction(connection, {});
    const released = driver.releaseConnection(connection);
    const next = driver.acquireConnection().then((taken) => taken.executeQuery(CompiledQuery.raw('next')));
    begun.resolve();
    await released;
    await next;
    expect(fake.log).toEqual(['BEGIN', 'ROLLBACK', 'next']);
  });

  it('refuse a level that Postgres has not', async () => {
    const [db, fake] = open();
    const begun = db
      .transaction()
      .setIsolationLevel('snapshot')
      .execute(async () => 1);
    expect(await rejection(begun)).toMatchObject({ code: 'usage', safeToRetry: true });
    expect(fake.log).toEqual([]);
  });

  it('have savepoints of any name', async () => {
    const [db, fake] = open();
    const tx = await db.startTransaction().execute();
    const inner = await tx.savepoint('a "b"').execute();
    await sql`work`.execute(inner);
    const back = await inner.rollbackToSavepoint('a "b"').execute();
    await back.releaseSavepoint('a "b"').execute();
    await tx.commit().execute();
    expect(fake.log).toEqual([
      'BEGIN',
      'tx: savepoint "a ""b"""',
      'tx: work',
      'tx: rollback to "a ""b"""',
      'tx: release "a ""b"""',
      'COMMIT',
    ]);
  });
});

describe("Kysely's log", () => {
  const logged = (fake: FakeClient): [Kysely<Database>, string[]] => {
    const lines: string[] = [];
    const log: LogConfig = ({ level, query }) =>
      void lines.push(level === 'error' ? `failed: ${query.sql}` : query.sql);
    const db = new Kysely<Database>({ dialect: new FairleadDialect({ connection: fake.client }), log });
    return [db, lines];
  };

  it('shows the begin and the end of transactions, and savepoints, as with PostgresDialect', async () => {
    const [db, lines] = logged(new FakeClient());
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
      ...['start transaction isolation level serializable read only', 'rollback'],
      ...['begin', 'savepoint "a"', 'rollback to "a"', 'release "a"', 'commit'],
    ]);
  });

  it('shows which of them failed', async () => {
    const fake = new FakeClient();
    fake.onCommit = () => {
      throw duplicate();
    };
    const [db, lines] = logged(fake);
    await rejection(db.transaction().execute((tx) => sql`work`.execute(tx)));
    expect(lines).toEqual(['begin', 'work', 'failed: commit']);
  });
});

describe('the client', () => {
  it('that was handed over stays open', async () => {
    const [db, fake] = open();
    await sql`work`.execute(db);
    await db.destroy();
    expect(fake.log).toEqual(['work']);
  });

  it('that a function opened is opened once, when it is needed, and closed in the end', async () => {
    const fake = new FakeClient();
    const connection = vi.fn(async (): Promise<Client> => fake.client);
    const db = new Kysely<Database>({ dialect: new FairleadDialect({ connection }) });
    expect(connection).not.toHaveBeenCalled();
    await Promise.all([sql`one`.execute(db), sql`two`.execute(db)]);
    await db.destroy();
    expect(connection).toHaveBeenCalledTimes(1);
    expect(fake.log).toEqual(['one', 'two', 'close']);
  });

  it('is asked for again after a failure to open it', async () => {
    const fake = new FakeClient();
    const refused = new FairleadError('connect_failed', 'refused', { safeToRetry: true });
    const connection = vi.fn(async (): Promise<Client> => fake.client).mockRejectedValueOnce(refused);
    const db = new Kysely<Database>({ dialect: new FairleadDialect({ connection }) });
    expect(await rejection(sql`one`.execute(db))).toBe(refused);
    await sql`two`.execute(db);
    expect(fake.log).toEqual(['two']);
  });
});
