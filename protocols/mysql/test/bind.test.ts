// Placeholders and parameters: where they stand, what they become, and what is refused. No server is needed.
import { describe, expect, it } from 'vitest';
import { bind, interpolate, literal } from '../src/text/bind.ts';
import { findPlaceholders } from '../src/text/placeholders.ts';
import { toWire } from '../src/values/parameters.ts';
import type { InputParameters, Parameter } from '../src/values/value.ts';
import { json } from '../src/values/value.ts';

const refused = (run: () => unknown): unknown => {
  try {
    return run();
  } catch (error) {
    return error;
  }
};

describe('placeholders', () => {
  it.each([
    ['? and ?', [0, 6]],
    ["'?' ?", [4]],
    ["'it''s ?' ?", [10]],
    ['"?" `?` ?', [8]],
    ['`a``?` ?', [7]],
    ['-- ?\n?', [5]],
    ['a--? ', [3]],
    ['--\t?\n?', [5]],
    ['# ?\n?', [4]],
    ['/* ? */ ?', [8]],
    ['/*+ ? */ ?', [9]],
    ['5/?', [2]],
  ])('of %j', (sql, expected) => {
    expect(findPlaceholders(sql, false).map(({ start }) => start)).toEqual(expected);
  });

  it.each([
    [':a + :b_2', ['a', 'b_2']],
    ["':a' :b -- :c", ['b']],
    ['@x := :a', ['a']],
    ["doc->'$.a' = :a", ['a']],
    ['a:b ::c :d', ['d']],
    ["'12:30' :t", ['t']],
  ])('by name of %j', (sql, expected) => {
    expect(findPlaceholders(sql, true).map(({ name }) => name)).toEqual(expected);
  });

  it('are not guessed where sql_mode decides', () => {
    for (const sql of ["'\\' ? '", "'a\\' or ?", '"\\" ? "']) {
      expect(refused(() => findPlaceholders(sql, false))).toMatchObject({ code: 'usage' });
    }
    // A backslash that changes nothing is none of our business.
    expect(findPlaceholders("like 'a\\_b' and ?", false).length).toBe(1);
  });

  it('know the session’s settings', () => {
    expect(findPlaceholders("'\\' ?", false, { noBackslashEscapes: true }).length).toBe(1);
    expect(findPlaceholders(`'it\\'s', ?`, false, { noBackslashEscapes: false }).length).toBe(1);
    expect(findPlaceholders('$a$ ?', false, { server: 'mariadb' }).length).toBe(1);
  });

  it('are names of whole words', () => {
    expect(findPlaceholders(':größe :a1 :1 :$', true).map(({ name }) => name)).toEqual(['größe', 'a1']);
  });

  it.each(["'unclosed ?", '/* unclosed ?', '`?', '$a$ ?', '[?'])('are not looked for in %s', (sql) => {
    expect(refused(() => findPlaceholders(sql, false))).toMatchObject({ code: 'usage', safeToRetry: true });
  });

  it.each(['/*! ? */', '/*!50000 select */ ?', '/*M! ? */'])('are not looked for beside %s', (sql) => {
    expect(refused(() => findPlaceholders(sql, false))).toMatchObject({ code: 'usage' });
  });
});

describe('literals', () => {
  it.each<[unknown, string]>([
    ["it's", "'it''s'"],
    ['a\\', "_utf8mb4 X'615c'"],
    ["\\' or 1=1 -- ", "_utf8mb4 X'5c27206f7220313d31202d2d20'"],
    ['a\0\n"', "'a\0\n\"'"],
    [42, '42'],
    [-1, '-1'],
    [1.5, '1.5e+0'],
    [-0, '0e+0'],
    [1e21, '1e+21'],
    [-1.5e300, '-1.5e+300'],
    [json('dark'), '\'"dark"\''],
    [json(null), "'null'"],
    [18_446_744_073_709_551_615n, '18446744073709551615'],
    [true, '1'],
    [null, 'NULL'],
    [Uint8Array.of(0, 255), "X'00ff'"],
    [new Uint8Array(0), "X''"],
    [new Date(Date.UTC(2026, 10, 21, 10, 0, 0, 123)), "'2026-11-21 10:00:00.123'"],
    [{ a: "it's" }, '\'{"a":"it\'\'s"}\''],
    [[1, '"'], "_utf8mb4 X'5b312c225c22225d'"],
  ])('of case %#', (value, expected) => {
    expect(literal(toWire(value, 0))).toBe(expected);
  });

  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['a function', () => 1],
    ['a symbol', Symbol('x')],
    ['NaN', Number.NaN],
    ['Infinity', Number.POSITIVE_INFINITY],
    ['more than 64 bits', 2n ** 64n],
    ['less than 64 bits', -(2n ** 63n) - 1n],
    ['a Date without a time', new Date(Number.NaN)],
    ['a Date in the year 10000', new Date(Date.UTC(10_000, 0))],
    ['a Map', new Map()],
    ['an object of a class', new (class Order {})()],
    ['an object that contains itself', circular()],
    ['an object with a bigint', { a: 1n }],
  ])('there is none of %s', (_, value) => {
    expect(refused(() => toWire(value, 0))).toMatchObject({ code: 'usage', safeToRetry: true });
  });

  it('show no value in an error', () => {
    expect(String(refused(() => toWire(new Map([['k', 'top-secret']]), 0)))).not.toContain('top-secret');
  });
});

function circular(): unknown {
  const object: Record<string, unknown> = {};
  object.self = object;
  return object;
}

describe('statements', () => {
  it('keep values apart from what stands beside them', () => {
    expect(interpolate("select x?, 'a'?, 1-?", ['ff', 'b', -1])).toBe("select x 'ff' , 'a' 'b' , 1- -1 ");
  });

  it('never expand an object to SQL', () => {
    const value = { password: 1 } as Parameter;
    expect(interpolate('select * from users where password = ?', [value])).toBe(
      'select * from users where password =  \'{"password":1}\' ',
    );
    expect(interpolate('select ?', [[['a', 'b']]])).toBe('select  \'[["a","b"]]\' ');
  });

  it('without parameters are left as they are', () => {
    const sql = "select '?' /*! ? */ \\ :a";
    expect(interpolate(sql, [])).toBe(sql);
  });

  it('take names for execute() too, one as often as it stands', () => {
    expect(bind("select :b, ':a', :a, :b", { a: 1, b: 'x' })).toEqual({
      text: "select ?, ':a', ?, ?",
      values: ['x', 1, 'x'],
    });
  });

  it.each<[string, string, InputParameters]>([
    ['too few parameters', '? ?', [1]],
    ['too many parameters', '?', [1, 2]],
    ['a name without a value', ':a', { b: 1 }],
    ['a name that every object has', ':toString', {}],
    ['? among names', ':a ?', { a: 1 }],
    ['an undefined value', ':a', { a: undefined as unknown as Parameter }],
  ])('refuse %s', (_, sql, params) => {
    expect(refused(() => interpolate(sql, params))).toMatchObject({ code: 'usage', safeToRetry: true });
  });
});
