// Statements made of templates: what becomes text, what becomes a parameter, what is refused.
import { describe, expect, it } from 'vitest';
import { type Sql, sql } from '../src/sql.ts';

const refused = expect.objectContaining({ name: 'FairleadError', code: 'usage', safeToRetry: true });
const both = ({ text, params }: Sql): unknown => [text, params];

describe('sql', () => {
  it('makes parameters of values', () => {
    expect(both(sql`SELECT 1`)).toEqual(['SELECT 1', []]);
    expect(both(sql`SELECT * FROM t WHERE a = ${1} AND b = ${"x' OR 1=1"} AND c = ANY(${[1, 2]})`)).toEqual([
      'SELECT * FROM t WHERE a = $1 AND b = $2 AND c = ANY($3)',
      [1, "x' OR 1=1", [1, 2]],
    ]);
    expect(both(sql`${null}`)).toEqual(['$1', [null]]);
  });

  it('composes fragments, and numbers their parameters anew', () => {
    const where = sql`a = ${1} AND b = ${2}`;
    const query = sql`SELECT ${0} FROM t WHERE ${where} OR ${sql`(${where}) AND c = ${3}`} LIMIT ${4}`;
    expect(both(query)).toEqual([
      'SELECT $1 FROM t WHERE a = $2 AND b = $3 OR (a = $4 AND b = $5) AND c = $6 LIMIT $7',
      [0, 1, 2, 1, 2, 3, 4],
    ]);
    expect(both(sql`SELECT 1 ${sql.empty}`)).toEqual(['SELECT 1 ', []]);
  });

  it('never lets a digit behind a parameter become part of its number', () => {
    expect(sql`SELECT ${'a'}1, ${'b'}${sql.raw('2')}`.text).toBe('SELECT $1 1, $2 2');
  });

  it('takes only fragments of its own for fragments', () => {
    const lookalike = { text: '; DROP TABLE t', params: [] };
    expect(both(sql`SELECT ${lookalike}`)).toEqual(['SELECT $1', [lookalike]]);
  });

  it('quotes identifiers', () => {
    expect(sql.identifier('a').text).toBe('"a"');
    expect(sql`SELECT * FROM ${sql.identifier('my schema', 'a"b;--')}`.text).toBe(
      'SELECT * FROM "my schema"."a""b;--"',
    );
  });

  it('joins, lists and sets', () => {
    const parts = [sql`a = ${1}`, sql`b = ${2}`];
    expect(both(sql.join(parts, sql` AND `))).toEqual(['a = $1 AND b = $2', [1, 2]]);
    expect(both(sql.join([1, sql`now()`, 'x']))).toEqual(['$1, now(), $2', [1, 'x']]);
    expect(both(sql.join([]))).toEqual(['', []]);
    expect(both(sql`x IN ${sql.list([1, 2])}`)).toEqual(['x IN ($1, $2)', [1, 2]]);
    expect(both(sql`UPDATE t SET ${sql.set({ a: 1, 'b"c': sql`now()`, d: null })}`)).toEqual([
      'UPDATE t SET "a" = $1, "b""c" = now(), "d" = $2',
      [1, null],
    ]);
  });

  it('makes rows of arrays and of objects', () => {
    expect(
      both(
        sql`INSERT INTO t (a, b) ${sql.values([
          [1, 2],
          [3, sql`DEFAULT`],
        ])}`,
      ),
    ).toEqual(['INSERT INTO t (a, b) VALUES ($1, $2), ($3, DEFAULT)', [1, 2, 3]]);
    expect(
      both(
        sql`INSERT INTO t ${sql.values([
          { a: 1, b: 2 },
          { b: 4, a: 3 },
        ])}`,
      ),
    ).toEqual(['INSERT INTO t ("a", "b") VALUES ($1, $2), ($3, $4)', [1, 2, 3, 4]]);
  });

  it('holds as many parameters as are given, in time', () => {
    const rows = Array.from({ length: 100_000 }, (_, i) => [i, i]);
    const { text, params } = sql`INSERT INTO t ${sql.values(rows)}`;
    expect(params).toHaveLength(200_000);
    expect(text.endsWith('($199999, $200000)')).toBe(true);
  });

  it.each([
    ['undefined', () => sql`SELECT ${undefined as unknown as null}`],
    ['undefined in a list', () => sql.list([undefined as unknown as null])],
    ['undefined in an object', () => sql.set({ a: undefined as unknown as null })],
    ['an empty list', () => sql.list([])],
    ['no rows', () => sql.values([])],
    ['rows without columns', () => sql.values([[]])],
    ['rows of different lengths', () => sql.values([[1], [1, 2]])],
    ['rows with different columns', () => sql.values([{ a: 1 }, { b: 1 }])],
    ['a row that lacks a column', () => sql.values([{ a: 1, b: 1 }, { a: 1 }])],
    ['nothing to set', () => sql.set({})],
    ['no identifier', () => sql.identifier()],
    ['an empty identifier', () => sql.identifier('a', '')],
    ['an identifier with NUL', () => sql.identifier('a\0b')],
    ['a plain call', () => (sql as unknown as (text: string) => Sql)('SELECT 1')],
    ['an array that is no template', () => (sql as unknown as (text: string[]) => Sql)(['SELECT 1'])],
    ['a broken escape', () => sql`\u{x}`],
  ])('refuses %s', (_what, make) => {
    expect(make).toThrow(refused);
  });
});
