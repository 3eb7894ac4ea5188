// One row, one value, and batches: what `queryRow`, `queryValue` and `batch` make of a statement's results.
import { describe, expect, it } from 'vitest';
import { type Client, connect, sql } from '../src/index.ts';
import { Backend, err, ok, plainUrl, table } from './support/backend.ts';

const INT = { name: 'n', type: 3, collation: 63 };

async function open(): Promise<{ db: Client; backend: Backend }> {
  const backend = new Backend(({ text }) => {
    if (text.includes('bad')) return [err(1054, '42S22', 'Unknown column')];
    if (text.startsWith('select none')) return table([INT], []);
    if (text.startsWith('select two')) return table([INT], [['1'], ['2']]);
    return text.startsWith('select') ? table([INT], [['1']]) : [ok({ affectedRows: 1 })];
  });
  return { db: await connect(plainUrl, { connector: backend.connector }), backend };
}

describe('queryRow and queryValue', () => {
  it('give the only row, and its first column', async () => {
    const { db } = await open();
    expect(await db.queryRow('select ?', [1])).toEqual({ n: 1 });
    expect(await db.queryValue<number>('select one')).toBe(1);
    expect(await db.queryRow(sql`select ${1}`)).toEqual({ n: 1 });
    expect(await db.queryValue(sql`select ${1}`, { timeoutMs: 1_000 })).toBe(1);
    await db.close();
  });

  it('give undefined where there is no row', async () => {
    const { db } = await open();
    for (const text of ['select none', 'insert']) {
      expect(await db.queryRow(text)).toBeUndefined();
      expect(await db.queryValue(text)).toBeUndefined();
    }
    await db.close();
  });

  it('refuse more than one row', async () => {
    const { db } = await open();
    await expect(db.queryRow('select two')).rejects.toMatchObject({ code: 'limit' });
    await expect(db.queryValue('select two')).rejects.toMatchObject({ code: 'limit' });
    expect(await db.queryValue('select one')).toBe(1);
    await db.close();
  });
});

describe('batch', () => {
  it('runs its statements in a transaction, and gives a result for each', async () => {
    const { db, backend } = await open();
    const results = await db.batch([['insert ?', [1]], sql`select ${2}`, ['insert']]);
    expect(results.map(({ rowCount, rows }) => [rowCount, rows])).toEqual([
      [1, []],
      [1, [{ n: 1 }]],
      [1, []],
    ]);
    expect(backend.statements).toEqual(['START TRANSACTION', 'insert  1 ', 'select  2 ', 'insert', 'COMMIT']);
    expect(await db.batch([])).toEqual([]);
    await db.close();
  });

  it('leaves none of them when one fails', async () => {
    const { db, backend } = await open();
    await expect(db.batch([['insert'], ['bad'], ['insert']])).rejects.toMatchObject({
      code: 'server',
      server: { code: '42S22' },
    });
    await expect(db.batch([['select bad'], ['select 1']])).rejects.toMatchObject({ code: 'server' });
    expect(backend.statements).toEqual([
      'START TRANSACTION',
      'insert',
      'bad',
      'ROLLBACK',
      'START TRANSACTION',
      'select bad',
      'select 1',
      'ROLLBACK',
    ]);
    expect(await db.queryValue('select one')).toBe(1);
    await db.close();
  });

  it('is a savepoint within a transaction, which goes on when the batch fails', async () => {
    const { db, backend } = await open();
    await db.begin(async (tx) => {
      await tx.batch([['insert a'], ['insert b']]);
      await expect(tx.batch([['bad']])).rejects.toMatchObject({ code: 'server' });
      await expect(tx.batch([['select 1']], { readOnly: true })).rejects.toMatchObject({ code: 'usage' });
    });
    expect(backend.statements).toEqual([
      'START TRANSACTION',
      'SAVEPOINT fairlead_1',
      'insert a',
      'insert b',
      'RELEASE SAVEPOINT fairlead_1',
      'SAVEPOINT fairlead_2',
      'bad',
      'ROLLBACK TO SAVEPOINT fairlead_2',
      'COMMIT',
    ]);
    await db.close();
  });

  it('reads in a READ ONLY transaction if asked to', async () => {
    const { db, backend } = await open();
    await db.batch([['select 1'], ['select 2']], { readOnly: true });
    expect(backend.statements).toEqual(['START TRANSACTION READ ONLY', 'select 1', 'select 2', 'COMMIT']);
    await db.close();
  });

  it('has one limit for all of it', async () => {
    const { db } = await open();
    await expect(db.batch([['insert']], { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'aborted',
      safeToRetry: true,
    });
    await db.close();
  });

  it.each<[string, unknown[]]>([
    ['no statements', []],
    ['a text', ['insert']],
    ['a statement that is none', [['insert']]],
    ['a text that is a number', [[[1]]]],
    ['options that are none', [[['insert']], null]],
    ['a write that is readOnly', [[['insert']], { readOnly: true }]],
    ['data to load', [[['insert']], { localData: (async function* () {})() }]],
  ])('refuses %s before anything is sent', async (_what, args) => {
    const { db, backend } = await open();
    const loose = db.batch as unknown as (...all: unknown[]) => Promise<unknown>;
    await expect(loose.apply(db, args)).rejects.toMatchObject({ code: 'usage', safeToRetry: true });
    expect(backend.statements).toEqual([]);
    await db.close();
  });
});
