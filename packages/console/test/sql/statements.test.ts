// The statements of a text: boundaries in every dialect, the one at the cursor, and where a further one is put.
import { describe, expect, it } from 'vitest';
import type { Dialect } from '../../src/pages/sql/server/dialect.ts';
import { statementAt, statementsOf, withStatement } from '../../src/pages/sql/text/statements.ts';

const texts = (text: string, dialect: Dialect = 'postgres') =>
  statementsOf(text, dialect).map(({ from, to }) => text.slice(from, to));

/** The statement at the `|` of a text. */
const at = (marked: string, dialect: Dialect = 'postgres') => {
  const cursor = marked.indexOf('|');
  const text = marked.replace('|', '');
  const found = statementAt(statementsOf(text, dialect), text, cursor);
  return found === undefined ? undefined : text.slice(found.from, found.to);
};

describe('boundaries', () => {
  it('are semicolons outside of quotes and comments', () => {
    expect(texts(`select ';' ; -- one; two\n/* ; */ select $a$;$a$, ";" ;;\nselect 3`)).toEqual([
      "select ';'",
      'select $a$;$a$, ";"',
      'select 3',
    ]);
    expect(texts('select `;`, "a\\";"; # x;\nselect 2', 'mysql')).toEqual([
      'select `;`, "a\\";"',
      'select 2',
    ]);
  });

  it('take the rest of a text that cannot be read for one statement', () => {
    expect(texts("select 1; select 'open; select 2\n  ")).toEqual(['select 1', "select 'open; select 2"]);
  });

  it('are none inside the bodies of routines', () => {
    const body = `create procedure p() begin
      if 1 then select 1; end if; case 1 when 1 then select 2; end case; select case when 1 then 2 end;
    end`;
    expect(texts(`${body}; select 3`, 'mysql')).toEqual([body, 'select 3']);
    const atomic = 'create function f() returns int begin atomic select 1; select 2; end';
    expect(texts(`${atomic}; begin; select 1; commit`)).toEqual([atomic, 'begin', 'select 1', 'commit']);
  });

  it('finds none in an empty text', () => {
    expect(texts(' -- nothing\n;;')).toEqual([]);
  });
});

describe('the statement at the cursor', () => {
  it.each([
    ['sel|ect 1; select 2', 'select 1'],
    ['select 1|; select 2', 'select 1'],
    ['select 1;| select 2', 'select 1'],
    ['select 1; sel|ect 2', 'select 2'],
    ['select 1;\n|\nselect 2', 'select 2'],
    ['select 1;\n\nselect 2;\n|', 'select 2'],
    ['|\n\nselect 1', 'select 1'],
    ['|', undefined],
  ])('of %j is %j', (marked, expected) => {
    expect(at(marked)).toBe(expected);
  });
});

describe('a further statement', () => {
  it('stands behind everything else, which is ended', () => {
    expect(withStatement('', 'select 2', 'postgres')).toEqual({ text: 'select 2;\n', from: 0 });
    expect(withStatement('select 1 -- one', 'select 2', 'postgres')).toEqual({
      text: 'select 1; -- one\n\nselect 2;\n',
      from: 18,
    });
    expect(withStatement('select 1;\n', 'select 2', 'postgres').text).toBe('select 1;\n\nselect 2;\n');
  });

  it('is not put there twice', () => {
    expect(withStatement('select 1; select 2', 'select 2', 'postgres')).toEqual({
      text: 'select 1; select 2',
      from: 10,
    });
  });
});

it('is linear: a megabyte of statements takes no second', () => {
  const text = "select 'a', b from c where d = 1;\n".repeat(30_000);
  const begun = performance.now();
  expect(statementsOf(text, 'postgres')).toHaveLength(30_000);
  expect(performance.now() - begun).toBeLessThan(2_000);
});
