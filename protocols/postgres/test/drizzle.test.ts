// The Drizzle driver: the real Drizzle over a client that notes what it is asked.
import { FairleadError } from '@fairlead/errors';
import { eq, relations, sql } from 'drizzle-orm';
import { NoopCache } from 'drizzle-orm/cache/core';
import { integer, pgTable, text, timestamp } from 'drizzle-orm/pg-core';
import { describe, expect, it, vi } from 'vitest';
import { drizzle } from '../src/drivers/drizzle/index.ts';
import { type Answering, FakeClient } from './support/fake-client.ts';

const INT4 = 23;
const TEXT = 25;
const TIMESTAMPTZ = 1184;
const JSON_OID = 114;

const boats = pgTable('boat', {
  id: integer().primaryKey(),
  name: text().notNull(),
  launchedAt: timestamp({ withTimezone: true }),
});
const sails = pgTable('sail', {
  id: integer().primaryKey(),
  boatId: integer().notNull(),
  kind: text().notNull(),
});
const schema = {
  boats,
  sails,
  boatRelations: relations(boats, ({ many }) => ({ sails: many(sails) })),
  sailRelations: relations(sails, ({ one }) => ({
    boat: one(boats, { fields: [sails.boatId], references: [boats.id] }),
  })),
};

function open(answering?: Answering) {
  const fake = new FakeClient(answering);
  return { db: drizzle(fake.client, { schema, casing: 'snake_case' }), fake };
}

function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => 'no error',
    (error: unknown) => error,
  );
}

const BOAT = [
  ['id', INT4],
  ['name', TEXT],
  ['launched_at', TIMESTAMPTZ],
] as const;

describe('queries', () => {
  it('select with values as the columns have them', async () => {
    const { db, fake } = open(() => ({
      columns: BOAT,
      rows: [
        [1, 'Ketch', '2024-02-29T12:34:56.789Z'],
        [2, 'Yawl', null],
      ],
    }));
    expect(await db.select().from(boats).where(eq(boats.name, 'x'))).toEqual([
      { id: 1, name: 'Ketch', launchedAt: new Date('2024-02-29T12:34:56.789Z') },
      { id: 2, name: 'Yawl', launchedAt: null },
    ]);
    expect(fake.log).toEqual(['select "id", "name", "launched_at" from "boat" where "boat"."name" = $1']);
  });

  it('join without an object for what is not there', async () => {
    const { db } = open(() => ({
      columns: [...BOAT, ['id', INT4], ['boat_id', INT4], ['kind', TEXT]],
      rows: [[1, 'Ketch', null, null, null, null]],
    }));
    expect(await db.select().from(boats).leftJoin(sails, eq(sails.boatId, boats.id))).toEqual([
      { boat: { id: 1, name: 'Ketch', launchedAt: null }, sail: null },
    ]);
  });

  it('find with relations', async () => {
    const { db } = open(() => ({
      columns: [...BOAT, ['sails', JSON_OID]],
      rows: [[1, 'Ketch', '2024-02-29T12:34:56Z', [[7, 1, 'jib']]]],
    }));
    expect(await db.query.boats.findMany({ with: { sails: true } })).toEqual([
      {
        id: 1,
        name: 'Ketch',
        launchedAt: new Date('2024-02-29T12:34:56Z'),
        sails: [{ id: 7, boatId: 1, kind: 'jib' }],
      },
    ]);
  });

  it('return the client’s result without `returning`', async () => {
    const { db } = open(() => ({ command: 'INSERT', rowCount: 2 }));
    const result = await db.insert(boats).values([
      { id: 1, name: 'a' },
      { id: 2, name: 'b' },
    ]);
    expect(result).toEqual({ command: 'INSERT', rowCount: 2, columns: [], rows: [] });
  });

  it('execute any SQL, with the client’s rows', async () => {
    const { db } = open((_text, params) => ({ columns: [['v', TEXT]], rows: [[String(params[0])]] }));
    const { rows, rowCount } = await db.execute<{ v: string }>(sql`select ${'x'} as v`);
    expect(rowCount).toBe(1);
    expect(rows).toEqual([{ v: 'x' }]);
  });

  it('execute any SQL, with dates and times as the server writes them', async () => {
    const columns = [['at', TIMESTAMPTZ]] as const;
    const { db } = open(() => ({ columns, rows: [['2024-02-29T12:34:56.789Z'], [null]] }));
    expect((await db.execute(sql`select at`)).rows).toEqual([
      { at: '2024-02-29 12:34:56.789+00' },
      { at: null },
    ]);
  });

  it('have the cache that was given, as `$cache`', async () => {
    const cache = new NoopCache();
    const mutated = vi.spyOn(cache, 'onMutate');
    const db = drizzle(new FakeClient().client, { cache });
    expect(db.$cache).toBe(cache);
    await db.$cache.invalidate({ tables: 'boat' });
    expect(mutated).toHaveBeenCalledWith({ tables: 'boat' });
  });

  it('are prepared once and run with other values', async () => {
    const seen: unknown[] = [];
    const { db } = open((_text, params) => {
      seen.push(params);
      return { columns: BOAT, rows: [] };
    });
    const prepared = db
      .select()
      .from(boats)
      .where(eq(boats.id, sql.placeholder('id')))
      .prepare('by_id');
    await prepared.execute({ id: 1 });
    await prepared.execute({ id: 2 });
    expect(seen).toEqual([[1], [2]]);
  });

  it('count', async () => {
    const { db } = open(() => ({ columns: [['count', INT4]], rows: [[12]] }));
    expect(await db.$count(boats)).toBe(12);
  });

  it('are logged', async () => {
    const lines: unknown[] = [];
    const logger = { logQuery: (query: string, params: unknown[]) => void lines.push([query, params]) };
    const db = drizzle({ client: new FakeClient().client, logger });
    await db.execute(sql`select ${1}`);
    expect(lines).toEqual([['select $1', [1]]]);
  });
});

describe('errors', () => {
  it('are the client’s own, without parameters in their words', async () => {
    const error = new FairleadError('server', 'duplicate key', { server: { code: '23505', message: 'x' } });
    const { db } = open(() => {
      throw error;
    });
    expect(await rejection(db.insert(boats).values({ id: 1, name: 'secret' }).execute())).toBe(error);
  });

  it.each([undefined, 'postgres://db.test/shop', {}])('usage for %s in the place of a client', (wrong) => {
    expect(() => drizzle(wrong as never)).toThrow(
      expect.objectContaining({ code: 'usage', safeToRetry: true }),
    );
  });
});

describe('transactions', () => {
  it('are the client’s, with their settings', async () => {
    const { db, fake } = open();
    await db.transaction((tx) => tx.execute(sql`work`), {
      isolationLevel: 'repeatable read',
      accessMode: 'read write',
      deferrable: false,
    });
    expect(fake.log).toEqual(['BEGIN repeatable read false false', 'tx: work', 'COMMIT']);
  });

  it('roll back by choice', async () => {
    const { db, fake } = open();
    expect(await rejection(db.transaction(async (tx) => tx.rollback()))).toMatchObject({
      message: 'Rollback',
    });
    expect(fake.log).toEqual(['BEGIN', 'ROLLBACK']);
  });

  it('nest as savepoints', async () => {
    const { db, fake } = open(() => ({ columns: BOAT, rows: [] }));
    await db.transaction(async (tx) => {
      await rejection(tx.transaction(() => Promise.reject(new Error('no'))));
      await tx.transaction(async (inner) => {
        await inner.query.boats.findFirst({ columns: { id: true } });
        await inner.transaction((innermost) => innermost.execute(sql`work`));
      });
    });
    expect(fake.log).toEqual([
      'BEGIN',
      'tx: SAVEPOINT',
      'tx: ROLLBACK TO',
      'tx: SAVEPOINT',
      'tx: sp: select "id" from "boat" "boats" limit $1',
      'tx: sp: SAVEPOINT',
      'tx: sp: sp: work',
      'tx: sp: RELEASE',
      'tx: RELEASE',
      'COMMIT',
    ]);
  });
});
