// Parameters of statements, and what is sent for what was typed.
import { describe, expect, it } from 'vitest';
import { parametersOf, sentValue } from '../../src/pages/sql/text/parameters.ts';

const names = (sql: string, dialect: 'postgres' | 'mysql') =>
  parametersOf(sql, dialect).map(({ name }) => name);

describe('parameters', () => {
  it('of Postgres are counted to the highest, those in texts not at all', () => {
    expect(names("select $2, '$3', $$ $4 $$ -- $5", 'postgres')).toEqual(['$1', '$2']);
  });

  it('of MySQL are counted', () => {
    expect(names("select ?, '?', `?` /* ? */ limit ?", 'mysql')).toEqual(['? 1', '? 2']);
  });

  it('are no more than can be asked for', () => {
    expect(names('select $999999999', 'postgres')).toHaveLength(100);
  });
});

describe('values', () => {
  it.each([
    ['text', '', ''],
    ['text', ' 42 ', ' 42 '],
    ['number', ' 42 ', 42],
    ['number', '-1.5e3', -1500],
    ['number', '9007199254740993', '9007199254740993'],
    ['boolean', 'Yes', true],
    ['boolean', 'no', false],
    ['null', 'whatever', null],
  ] as const)('%s %j is sent as %j', (kind, text, sent) => {
    expect(sentValue({ kind, text }, '$1')).toBe(sent);
  });

  it.each(['', 'x', '1;2', 'Infinity'])('a number %j is refused in words', (text) => {
    expect(() => sentValue({ kind: 'number', text }, '$7')).toThrow('$7 is to be a number');
  });
});
