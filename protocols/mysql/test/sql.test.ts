// Statements made of templates, as MySQL writes them: what becomes text, what becomes a parameter.
import { describe, expect, it } from 'vitest';
import { connect, type Sql, sql } from '../src/index.ts';
import { Backend, ok, plainUrl } from './support/backend.ts';

const both = ({ text, params }: Sql): unknown => [text, params];

async function sent(...statements: Sql[]): Promise<string[]> {
  const backend = new Backend(() => [ok()]);
  await using db = await connect(plainUrl, { connector: backend.connector });
  for (const statement of statements) await db.query(statement);
  return backend.statements;
}

describe('sql', () => {
  it('makes parameters of values, and composes fragments', () => {
    const where = sql`a = ${1} AND b IN ${sql.list(['x', 'y'])}`;
    expect(both(sql`SELECT * FROM t WHERE ${where} LIMIT ${2}`)).toEqual([
      'SELECT * FROM t WHERE a = ? AND b IN (?, ?) LIMIT ?',
      [1, 'x', 'y', 2],
    ]);
  });

  it('quotes names with backticks', () => {
    expect(sql.identifier('my schema', 'a`b;--').text).toBe('`my schema`.`a``b;--`');
    expect(both(sql`INSERT INTO t ${sql.values([{ a: 1, 'b`': null }])}`)).toEqual([
      'INSERT INTO t (`a`, `b```) VALUES (?, ?)',
      [1, null],
    ]);
    expect(both(sql`UPDATE t SET ${sql.set({ a: 1 })}`)).toEqual(['UPDATE t SET `a` = ?', [1]]);
  });

  it('keeps a value apart from what stands next to it', async () => {
    expect(await sent(sql`select 1${2}3, ${4}${5}`)).toEqual(['select 1 2 3,  4  5 ']);
  });

  it('refuses what makes no statement', () => {
    const refused = expect.objectContaining({ name: 'FairleadError', code: 'usage', safeToRetry: true });
    expect(() => sql`SELECT ${undefined as unknown as null}`).toThrow(refused);
    expect(() => sql.list([])).toThrow(refused);
    expect(() => sql.identifier('')).toThrow(refused);
  });

  it('goes by query, execute, stream and results, with the options behind it', async () => {
    const backend = new Backend(() => [ok()]);
    const db = await connect(plainUrl, { connector: backend.connector });
    await db.query(sql`insert ${1}`);
    await db.query(sql`insert ${"it's"}`, { rowMode: 'array' });
    for await (const _row of db.stream(sql`stream ${2}`));
    for await (const _result of db.results(sql`call p(${3})`));
    expect(backend.statements).toEqual(['insert  1 ', "insert  'it''s' ", 'stream  2 ', 'call p( 3 )']);
    const loose = db.query as unknown as (...args: unknown[]) => Promise<unknown>;
    for (const args of [[sql`select ${1}`, [2]], [{ text: 'select 1' }], [{ text: 1, params: [] }]]) {
      await expect(loose.apply(db, args)).rejects.toMatchObject({ code: 'usage', safeToRetry: true });
    }
    await db.close();
  });
});
