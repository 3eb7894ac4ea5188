// What is made of catalogues: groups, filters, completion, statements for tables, history.
import { describe, expect, it } from 'vitest';
import { bySchema, matchingRelations, type Relation } from '../../src/pages/sql/catalogue/model.ts';
import { mysqlDetail } from '../../src/pages/sql/catalogue/mysql.ts';
import { namespaceOf } from '../../src/pages/sql/editor/completion.ts';
import { matchingEntries } from '../../src/pages/sql/history/history.ts';
import { wordsOfCut, wordsOfEnd } from '../../src/pages/sql/query/words.ts';
import { firstRows } from '../../src/pages/sql/server/first-rows.ts';

const relation = (schema: string, name: string): Relation => ({
  schema,
  name,
  kind: 'table',
  rows: undefined,
  bytes: undefined,
});

describe('relations', () => {
  it('stand by schema, the default one first', () => {
    const all = [relation('a', 'one'), relation('public', 'two'), relation('a', 'three')];
    expect(bySchema(all, 'public').map(([schema, tables]) => [schema, tables.length])).toEqual([
      ['public', 1],
      ['a', 2],
    ]);
  });

  it('are found by every word', () => {
    const all = [relation('shop', 'orders'), relation('shop', 'customers')];
    expect(matchingRelations(all, 'SHOP ord').map(({ name }) => name)).toEqual(['orders']);
  });

  it.each([
    ['postgres', 'public', 'harbours', 'select * from harbours limit 100'],
    ['postgres', 'shop', 'Orders', 'select * from shop."Orders" limit 100'],
    ['postgres', 'public', 'a"; drop table b; --', 'select * from "a""; drop table b; --" limit 100'],
    ['postgres', 'public', 'user', 'select * from "user" limit 100'],
    ['mysql', 'shop', 'a`b', 'select * from shop.`a``b` limit 100'],
  ] as const)('%s: %s.%s', (dialect, schema, name, sql) => {
    expect(firstRows({ schema, name }, 'public', dialect)).toBe(sql);
  });
});

it('completes names that objects have, too', () => {
  const namespace = namespaceOf(
    [relation('constructor', '__proto__')],
    [{ schema: 'constructor', table: '__proto__', name: 'toString', type: 'text' }],
  );
  expect(JSON.stringify(namespace)).toBe(
    '{"constructor":{"__proto__":[{"label":"toString","type":"property","detail":"text"}]}}',
  );
});

it('MySQL’s keys and indexes of several columns are one each', async () => {
  const answers: readonly (readonly (readonly unknown[])[])[] = [
    [['id', 'int', 'NO', null, 'PRI', 'auto_increment']],
    [
      ['by_two', 1, 'BTREE', 'a', null],
      ['by_two', 1, 'BTREE', 'b', 10],
    ],
    [
      ['fk', 's', 't', 'a', 's', 'u', 'x'],
      ['fk', 's', 't', 'b', 's', 'u', 'y'],
      ['back', 's', 'v', 'c', 's', 't', 'id'],
    ],
  ];
  let asked = 0;
  const detail = await mysqlDetail(async () => answers[asked++] ?? [], relation('s', 't'));
  expect(detail.columns[0]).toMatchObject({ initial: 'auto_increment', keys: 'primary' });
  expect(detail.indexes).toEqual([
    { name: 'by_two', definition: 'BTREE (a, b(10))', bytes: undefined, uses: undefined },
  ]);
  expect(detail.constraints).toEqual([
    { name: 'fk', definition: 'FOREIGN KEY (a, b) REFERENCES s.u (x, y)' },
  ]);
  expect(detail.referencedBy[0]?.definition).toBe('s.v: FOREIGN KEY (c) REFERENCES s.t (id)');
});

it('the history is searched by every word', () => {
  const entry = (sql: string) => ({ sql, at: 0, ms: 0, rows: null, state: 'done' as const });
  expect(matchingEntries([entry('select A'), entry('select b')], 'a SELECT')).toHaveLength(1);
});

describe('ends in words', () => {
  it.each([
    [{ rowCount: 1, command: 'SELECT' }, true, '1 row in 5 ms'],
    [{ rowCount: 3, command: 'UPDATE' }, false, 'UPDATE: 3 rows affected in 5 ms'],
    [
      { rowCount: 0, command: 'INSERT', affectedRows: 1, lastInsertId: '7' },
      false,
      'INSERT: 1 row affected in 5 ms, last id 7',
    ],
  ])('%j', (tail, hasColumns, words) => {
    expect(wordsOfEnd(tail, hasColumns, 5)).toBe(words);
  });

  it('say why rows are missing', () => {
    expect(wordsOfCut(100, 100, 'done')).toContain('as many as were asked for');
    expect(wordsOfCut(100, Number.POSITIVE_INFINITY, 'done')).toContain('as many as this page keeps');
    expect(wordsOfCut(2, 100, 'stopped')).toContain('Stopped');
    expect(wordsOfCut(2, 100, 'failed')).toContain('2 rows loaded before');
  });
});
