// The Drizzle driver: the real Drizzle over our client and a played server.
import { eq, relations, sql } from 'drizzle-orm';
import { bigint, binary, datetime, int, mysqlTable, text, timestamp, varchar } from 'drizzle-orm/mysql-core';
import { describe, expect, it } from 'vitest';
import { drizzle } from '../src/drivers/drizzle/index.ts';
import { connect } from '../src/index.ts';
import { type Answer, Backend, bytes, err, ok, plainUrl, table } from './support/backend.ts';

const INT = { name: 'id', type: 3, collation: 63 };
const BIGINT = { name: 'n', type: 8, collation: 63 };
const TEXT = { name: 'name', type: 253 };
const TIMESTAMP = { name: 'launched_at', type: 7, collation: 63, decimals: 3 };
const DATETIME = { name: 'at', type: 12, collation: 63, decimals: 0 };
const BINARY = { name: 'flag', type: 254, collation: 63 };
const JSON_COLUMN = { name: 'sails', type: 245, collation: 63 };
const MORE_RESULTS = 0x000a;

const boats = mysqlTable('boat', {
  id: int().primaryKey().autoincrement(),
  name: text().notNull(),
  launchedAt: timestamp({ fsp: 3 }),
});
const sails = mysqlTable('sail', {
  id: int().primaryKey().autoincrement(),
  boatId: int().notNull(),
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

async function open(answer: Answer = () => [ok()], version = '9.7.0') {
  const backend = new Backend(answer, { version });
  const client = await connect(plainUrl, { connector: backend.connector });
  return { db: drizzle(client, { schema, casing: 'snake_case' }), client, log: backend.statements };
}

function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => 'no error',
    (error: unknown) => error,
  );
}

const BOAT = [INT, TEXT, TIMESTAMP];

describe('queries', () => {
  it('select with values as the columns have them', async () => {
    const { db, log } = await open(() =>
      table(BOAT, [
        ['1', 'Ketch', '2024-02-29 12:34:56.789'],
        ['2', 'Yawl', null],
      ]),
    );
    expect(await db.select().from(boats).where(eq(boats.id, 7))).toEqual([
      { id: 1, name: 'Ketch', launchedAt: new Date('2024-02-29T12:34:56.789Z') },
      { id: 2, name: 'Yawl', launchedAt: null },
    ]);
    expect(log).toEqual(['select `id`, `name`, `launched_at` from `boat` where `boat`.`id` =  7 ']);
  });

  it('give texts and bytes as mysql2 does', async () => {
    const cells = mysqlTable('cell', {
      at: datetime({ mode: 'string' }),
      flag: binary({ length: 2 }),
      n: bigint({ mode: 'bigint' }),
    });
    const { db } = await open(() =>
      table(
        [DATETIME, BINARY, BIGINT],
        [
          ['2024-02-29 12:34:56', bytes('ab'), '9007199254740993'],
          ['0000-00-00 00:00:00', null, '5'],
        ],
      ),
    );
    expect(await db.select().from(cells)).toEqual([
      { at: '2024-02-29 12:34:56', flag: 'ab', n: 9007199254740993n },
      { at: '0000-00-00 00:00:00', flag: null, n: 5n },
    ]);
  });

  it('join without an object for what is not there', async () => {
    const { db } = await open(() =>
      table([...BOAT, INT, INT, TEXT], [['1', 'Ketch', null, null, null, null]]),
    );
    expect(await db.select().from(boats).leftJoin(sails, eq(sails.boatId, boats.id))).toEqual([
      { boat: { id: 1, name: 'Ketch', launchedAt: null }, sail: null },
    ]);
  });

  it.each([
    ['9.7.0', /left join lateral/],
    ['11.8.3-MariaDB', /select json_arrayagg|\(select coalesce/],
  ])('find with relations on %s', async (version, words) => {
    const { db, log } = await open(
      () => table([...BOAT, JSON_COLUMN], [['1', 'Ketch', '2024-02-29 12:34:56.000', '[[7, 1, "jib"]]']]),
      version,
    );
    expect(await db.query.boats.findMany({ with: { sails: true } })).toEqual([
      {
        id: 1,
        name: 'Ketch',
        launchedAt: new Date('2024-02-29T12:34:56Z'),
        sails: [{ id: 7, boatId: 1, kind: 'jib' }],
      },
    ]);
    expect(log[0]).toMatch(words);
  });

  it('that write give the header of mysql2, and the columns', async () => {
    const info = 'Rows matched: 3  Changed: 2  Warnings: 1';
    const { db } = await open(() => [ok({ affectedRows: 3, lastInsertId: 41, warnings: 1, info })]);
    const header = {
      affectedRows: 3,
      changedRows: 2,
      insertId: 41,
      lastInsertId: '41',
      info,
      warningStatus: 1,
    };
    expect(await db.update(boats).set({ name: 'x' })).toEqual([header, []]);
    const [inserted] = await db.insert(boats).values({ name: 'a' });
    expect(inserted.insertId).toBe(41);
  });

  it('return the ids of the rows that were inserted', async () => {
    const { db } = await open(() => [ok({ affectedRows: 2, lastInsertId: 41 })]);
    const rows = [{ name: 'a' }, { name: 'b' }];
    expect(await db.insert(boats).values(rows).$returningId()).toEqual([{ id: 41 }, { id: 42 }]);
  });

  it('return no more ids than rows were given, whatever the server counts', async () => {
    const boundless = bytes(0, 0xfe, 255, 255, 255, 255, 255, 255, 31, 0, 41, 2, 0, 0, 0);
    const { db } = await open(({ text }) => [
      text.includes('on duplicate') ? ok({ affectedRows: 2, lastInsertId: 41 }) : boundless,
    ]);
    const insert = db.insert(boats).values({ name: 'a' });
    expect(await insert.$returningId()).toEqual([{ id: 41 }]);
    const changed = db
      .insert(boats)
      .values({ name: 'a' })
      .onDuplicateKeyUpdate({ set: { name: 'b' } });
    expect(await changed.$returningId()).toEqual([{ id: 41 }]);
  });

  it('return ids that Drizzle made, and ids as their columns have them', async () => {
    let next = 0;
    const named = mysqlTable('named', {
      key: varchar({ length: 9 })
        .primaryKey()
        .$defaultFn(() => `k${++next}`),
    });
    const big = mysqlTable('big', { id: bigint({ mode: 'bigint' }).primaryKey().autoincrement() });
    const lastInsertId = bytes(0xfe, 255, 255, 255, 255, 255, 255, 255, 127);
    const { db } = await open(({ text }) => [
      text.includes('big') ? ok({ affectedRows: 1, lastInsertId }) : ok({ affectedRows: 2, lastInsertId: 0 }),
    ]);
    expect(await db.insert(named).values([{}, {}]).$returningId()).toEqual([{ key: 'k1' }, { key: 'k2' }]);
    expect(await db.insert(big).values({}).$returningId()).toEqual([{ id: 9223372036854775807n }]);
  });

  it('execute any SQL, with rows and columns', async () => {
    const { db, log } = await open(() => table([BIGINT, TEXT], [['12', 'x']]));
    const [rows, columns] = await db.execute<{ n: number; name: string }>(sql`select ${'x'} as name`);
    expect(rows).toEqual([{ n: 12, name: 'x' }]);
    expect(columns.map(({ name, type }) => [name, type])).toEqual([
      ['n', 'bigint'],
      ['name', 'varchar'],
    ]);
    expect(log).toHaveLength(1);
  });

  it('execute a procedure, with all of its results', async () => {
    const { db } = await open(() => [
      ...table([INT], [['1']], MORE_RESULTS),
      ...table([TEXT], [['x']], MORE_RESULTS),
      ok({ affectedRows: 5 }),
    ]);
    const [results] = await db.execute<{ id: number }>(sql`call p()`);
    expect(results).toMatchObject([[{ id: 1 }], [{ name: 'x' }], { affectedRows: 5 }]);
  });

  it('are prepared by Drizzle, and run with other values', async () => {
    const { db, log } = await open(() => table(BOAT, []));
    const prepared = db
      .select({ id: boats.id })
      .from(boats)
      .where(eq(boats.id, sql.placeholder('id')))
      .prepare();
    await prepared.execute({ id: 1 });
    await prepared.execute({ id: 2 });
    expect(log.map((statement) => statement.trim().at(-1))).toEqual(['1', '2']);
  });

  it('count', async () => {
    const { db } = await open(() => table([{ ...BIGINT, name: 'count' }], [['12']]));
    expect(await db.$count(boats)).toBe(12);
  });

  it('hand rows out one by one', async () => {
    const { db } = await open(() =>
      table(BOAT, [
        ['1', 'Ketch', '2024-02-29 12:34:56.789'],
        ['2', 'Yawl', null],
      ]),
    );
    const seen: unknown[] = [];
    for await (const boat of db.select().from(boats).iterator()) seen.push(boat);
    expect(seen).toEqual([
      { id: 1, name: 'Ketch', launchedAt: new Date('2024-02-29T12:34:56.789Z') },
      { id: 2, name: 'Yawl', launchedAt: null },
    ]);
  });

  it('are logged', async () => {
    const { client } = await open();
    const lines: unknown[] = [];
    const logger = { logQuery: (query: string, params: unknown[]) => void lines.push([query, params]) };
    await drizzle({ client, logger }).execute(sql`select ${1}`);
    expect(lines).toEqual([['select ?', [1]]]);
  });
});

describe('errors', () => {
  it('are the client’s own, without parameters in their words', async () => {
    const { db } = await open(() => [err(1062, '23000', 'Duplicate entry')]);
    const error = await rejection(db.insert(boats).values({ name: 'secret' }).execute());
    expect(error).toMatchObject({ code: 'server', server: { code: '23000', fields: { errno: '1062' } } });
    expect(String(error)).not.toContain('secret');
  });

  it.each([undefined, 'mysql://db.test/shop', {}])('usage for %s in the place of a client', (wrong) => {
    expect(() => drizzle(wrong as never)).toThrow(
      expect.objectContaining({ code: 'usage', safeToRetry: true }),
    );
  });
});

/** Answers with whether a transaction is open, as servers do. */
function transactional(): Answer {
  let isOpen = false;
  return ({ text }) => {
    if (text.startsWith('START TRANSACTION')) isOpen = true;
    if (text === 'COMMIT' || text === 'ROLLBACK') isOpen = false;
    return [ok({ status: isOpen ? 3 : 2 })];
  };
}

describe('transactions', () => {
  it('are the client’s, with their settings', async () => {
    const { db, log } = await open(transactional());
    await db.transaction((tx) => tx.execute(sql`work`), {
      isolationLevel: 'repeatable read',
      accessMode: 'read only',
      withConsistentSnapshot: true,
    });
    expect(log).toEqual([
      'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ',
      'START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY',
      'work',
      'COMMIT',
    ]);
  });

  it('roll back by choice', async () => {
    const { db, log } = await open(transactional());
    expect(await rejection(db.transaction(async (tx) => tx.rollback()))).toMatchObject({
      message: 'Rollback',
    });
    expect(log).toEqual(['START TRANSACTION', 'ROLLBACK']);
  });

  it('nest as savepoints', async () => {
    const { db, log } = await open(transactional());
    await db.transaction(async (tx) => {
      await rejection(tx.transaction(() => Promise.reject(new Error('no'))));
      await tx.transaction(async (inner) => {
        await inner.transaction((innermost) => innermost.execute(sql`work`));
      });
    });
    expect(log).toEqual([
      'START TRANSACTION',
      'SAVEPOINT fairlead_1',
      'ROLLBACK TO SAVEPOINT fairlead_1',
      'SAVEPOINT fairlead_2',
      'SAVEPOINT fairlead_3',
      'work',
      'RELEASE SAVEPOINT fairlead_3',
      'RELEASE SAVEPOINT fairlead_2',
      'COMMIT',
    ]);
  });
});
