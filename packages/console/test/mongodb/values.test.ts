// Values of canonical extended JSON: their types, their text to edit, and the way back.
import { describe, expect, it } from 'vitest';
import { columnsOf, memberOf, rowsOf } from '../../src/pages/mongodb/documents/columns.ts';
import { readEjson } from '../../src/pages/mongodb/ejson/reader.ts';
import { lineOf, shownOf } from '../../src/pages/mongodb/ejson/types.ts';
import { writeEjson } from '../../src/pages/mongodb/ejson/write.ts';

const typeOf = (value: unknown): readonly [string, string] | string => {
  const shown = shownOf(value);
  return 'scalar' in shown ? [shown.scalar.type, shown.scalar.text] : shown.type;
};

describe('shownOf', () => {
  it.each([
    [{ $oid: '64d26b5a0a1b2c3d4e5f6071' }, ['ObjectId', '64d26b5a0a1b2c3d4e5f6071']],
    [{ $numberInt: '7' }, ['int32', '7']],
    [{ $numberLong: '9007199254740993' }, ['int64', '9007199254740993']],
    [{ $numberDouble: '1.0' }, ['double', '1.0']],
    [{ $numberDecimal: '1.10' }, ['Decimal128', '1.10']],
    [{ $date: { $numberLong: '1764428400123' } }, ['date', '2025-11-29T15:00:00.123Z']],
    [{ $date: { $numberLong: '9223372036854775807' } }, ['date', '9223372036854775807 ms']],
    [
      { $binary: { base64: 'ehhLYB1LTw6dCisbWlrefw==', subType: '04' } },
      ['UUID', '7a184b60-1d4b-4f0e-9d0a-2b1b5a5ade7f'],
    ],
    [{ $binary: { base64: 'AQID', subType: '00' } }, ['Binary 00, 3 B', 'AQID']],
    [{ $regularExpression: { pattern: 'a.b', options: 'i' } }, ['regex', '/a.b/i']],
    [{ $timestamp: { t: 1, i: 2 } }, ['timestamp', '1, 2']],
    [{ $minKey: 1 }, ['MinKey', 'MinKey']],
    [null, ['null', 'null']],
    ['x', ['string', 'x']],
    [true, ['boolean', 'true']],
    [[1], 'array'],
    [{ a: 1 }, 'object'],
    [{ $oid: 7 }, 'object'],
    [{ constructor: 1 }, 'object'],
  ])('of %j', (value, expected) => {
    expect(typeOf(value)).toEqual(expected);
  });

  it('is one line for cells, however long and strange the text is', () => {
    expect(lineOf('a'.repeat(1_000), 10)).toBe(`${'a'.repeat(10)}…`);
    expect(lineOf('x\n\u202e')).toBe('x␊⟨202E⟩');
    expect(lineOf([1, 2])).toBe('[2]');
    expect(lineOf({ a: 1, b: 2 })).toBe('{ a, b }');
  });
});

describe('writeEjson', () => {
  const canonical = {
    _id: { $oid: '64d26b5a0a1b2c3d4e5f6071' },
    int32: { $numberInt: '-7' },
    whole: { $numberDouble: '1.0' },
    fraction: { $numberDouble: '1.5' },
    infinite: { $numberDouble: 'Infinity' },
    large: { $numberLong: '9007199254740993' },
    decimal: { $numberDecimal: '1.10' },
    date: { $date: { $numberLong: '1764428400123' } },
    early: { $date: { $numberLong: '-99999999999999' } },
    list: [{ $numberInt: '1' }, null, { a: true }],
  };

  it('is short where nothing is lost', () => {
    expect(JSON.parse(writeEjson(canonical))).toEqual({
      ...canonical,
      int32: -7,
      fraction: 1.5,
      date: { $date: '2025-11-29T15:00:00.123Z' },
      list: [1, null, { a: true }],
    });
  });

  it('is read back as what was written', () => {
    const text = writeEjson(canonical);
    expect(readEjson(text)).toEqual({ value: JSON.parse(text) });
  });

  it('keeps a member named __proto__', () => {
    const value: unknown = JSON.parse('{"__proto__":{"$numberInt":"1"}}');
    expect(writeEjson(value)).toBe('{\n  "__proto__": 1\n}');
  });
});

describe('columnsOf', () => {
  it('begins with _id, and has each name once', () => {
    expect(columnsOf([{ b: 1 }, { a: 1, _id: 2 }, { b: 2, c: 3 }])).toEqual(['_id', 'b', 'a', 'c']);
    expect(columnsOf([Object.fromEntries(Array.from({ length: 90 }, (_, i) => [`n${i}`, i]))])).toHaveLength(
      60,
    );
  });

  it('are rows of plain values, whose digits are kept', () => {
    const documents = [
      { n: { $numberInt: '7' }, large: { $numberLong: '9007199254740993' }, at: { $oid: 'ab' }, x: null },
      { n: { $numberDouble: '1.5' }, large: { $numberLong: '1' }, list: [{ $numberInt: '1' }] },
    ];
    expect(rowsOf(documents)).toEqual({
      columns: [
        { name: 'n', type: 'mixed' },
        { name: 'large', type: 'long' },
        { name: 'at', type: 'ObjectId' },
        { name: 'x', type: 'null' },
        { name: 'list', type: 'array' },
      ],
      rows: [
        [7, '9007199254740993', 'ab', null, null],
        [1.5, '1', null, null, [1]],
      ],
    });
  });

  it('takes no inherited member for a value', () => {
    expect(memberOf({}, 'constructor')).toBeUndefined();
  });
});
