// Places of errors, by the servers' own words.
import { describe, expect, it } from 'vitest';
import { lineAndColumn, placeOf } from '../../src/pages/sql/text/places.ts';

const postgres = (sql: string, position: string) =>
  placeOf(sql, { code: '42703', message: 'column does not exist', fields: { position } }, 'postgres');
const mysql = (sql: string, message: string) => placeOf(sql, { code: '42000', message }, 'mysql');

const syntax = (near: string, line: number) =>
  `You have an error in your SQL syntax; check the manual for the right syntax to use near '${near}' at line ${line}`;

describe('Postgres', () => {
  it('counts characters, which may be two units', () => {
    expect(postgres("select '🚢🚢', nope", '14')).toEqual({ from: 15, to: 19 });
  });

  it('may mean the end', () => {
    expect(postgres('select (1', '10')).toEqual({ from: 9, to: 9 });
  });

  it.each(['', 'x', '99999999999'])('of the position %j knows no place', (position) => {
    expect(postgres('select 1', position)).toBeUndefined();
  });
});

describe('MySQL', () => {
  it('says the line and what stands there', () => {
    const sql = 'select *\n  frm harbours\n where frm = 1';
    expect(mysql(sql, syntax('frm harbours\n where frm = 1', 2))).toEqual({ from: 11, to: 14 });
    expect(mysql(sql, syntax('', 3))).toEqual({ from: sql.length, to: sql.length });
  });

  it('names what it does not know', () => {
    expect(mysql('select a, `Nope` from b', "Unknown column 'b.nope' in 'field list'")).toEqual({
      from: 10,
      to: 16,
    });
    expect(mysql('select 1 from shop.gone', "Table 'shop.gone' doesn't exist")).toEqual({ from: 19, to: 23 });
    expect(mysql('select 1', "Unknown column 'x' in 'field list'")).toBeUndefined();
    expect(mysql('select 1', 'Lock wait timeout exceeded')).toBeUndefined();
  });
});

it('lines and columns are counted as people do', () => {
  expect(lineAndColumn('a\n🚢b', 4)).toEqual({ line: 2, column: 2 });
  expect(lineAndColumn('', 0)).toEqual({ line: 1, column: 1 });
});
