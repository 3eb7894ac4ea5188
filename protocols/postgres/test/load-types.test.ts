// Types that a database defines: from the rows that describe them to values.
import { expect, it } from 'vitest';
import { Range } from '../src/values/index.ts';
import { lookUpTypes } from '../src/values/load-types.ts';
import { TypeRegistry } from '../src/values/registry.ts';
import { decode, utf8 } from './support/cells.ts';

/** As PostgreSQL 15 describes them. */
const ROWS = [
  ['[16622, "mood", "e", 0, ",", null]'],
  ['[16621, "mood[]", "a", 16622, ",", null]'],
  ['[16630, "posint", "d", 23, ",", null]'],
  ['[16642, "person", "c", 0, ",", [["name", 25], ["age", 16630], ["moods", 16621]]]'],
  ['[16646, "floatrange", "r", 701, ",", null]'],
  ['[16644, "floatmultirange", "m", 16646, ",", null]'],
  ['[16389, "citext", "b", 0, ",", null]'],
  ['[16394, "citext[]", "a", 16389, ",", null]'],
  ['[16395, "new kind", "?", 0, ",", null]'],
];

it('makes looked-up types known', async () => {
  const registry = new TypeRegistry({ json: 'parsed' });
  const asked: unknown[] = [];
  await lookUpTypes((text, params) => {
    asked.push(text.includes('pg_type_is_visible'), params);
    return Promise.resolve(ROWS);
  }, registry);
  expect(asked).toEqual([true, []]);
  const read = (oid: number, text: string): unknown => decode(registry, oid, 0, utf8(text));
  expect(read(16621, '{sad}')).toEqual(['sad']);
  expect(read(16642, '(a,7,{sad})')).toEqual({ name: 'a', age: 7, moods: ['sad'] });
  expect(read(16644, '{[1.5,2]}')).toEqual([new Range(1.5, 2, '[]')]);
  expect(read(16394, '{A,b}')).toEqual(['A', 'b']);
  expect(read(16395, 'x')).toBe('x');
  expect([16621, 16644, 1].map((oid) => registry.typeName(oid))).toEqual([
    'mood[]',
    'floatmultirange',
    'oid:1',
  ]);
});

it('asks for the named types only', async () => {
  const registry = new TypeRegistry({ json: 'parsed' });
  const asked: unknown[] = [];
  await lookUpTypes(
    (text, params) => {
      asked.push(text.includes('pg_type_is_visible'), params);
      return Promise.resolve([]);
    },
    registry,
    ['mood', 'shop.price'],
  );
  expect(asked).toEqual([false, [['mood', 'shop.price']]]);
});

it.each([[''], ['null'], ['{}'], ['[1,"a","c",0,",",5]'], ['[1,"a","c",0,",",[null]]']])(
  'refuses %s for a description',
  async (text) => {
    const registry = new TypeRegistry({ json: 'parsed' });
    await expect(lookUpTypes(() => Promise.resolve([[text]]), registry)).rejects.toThrow(
      expect.objectContaining({ code: 'protocol' }),
    );
  },
);

it('passes on what the query fails with', async () => {
  const failure = new Error('no');
  const registry = new TypeRegistry({ json: 'parsed' });
  await expect(lookUpTypes(() => Promise.reject(failure), registry)).rejects.toBe(failure);
});
