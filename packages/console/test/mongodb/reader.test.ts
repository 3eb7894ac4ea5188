// Documents as they are typed: what is read, and where a fault stands.
import { describe, expect, it } from 'vitest';
import { faultPlace } from '../../src/pages/mongodb/ejson/fault-place.ts';
import { readDocument, readEjson } from '../../src/pages/mongodb/ejson/reader.ts';

const read = (text: string): unknown => {
  const result = readEjson(text);
  if ('fault' in result) throw new Error(result.fault.message);
  return result.value;
};
const faultOf = (text: string) => {
  const read = readDocument(text);
  return 'fault' in read ? read.fault : undefined;
};

describe('readEjson', () => {
  it('reads JSON as JSON.parse does', () => {
    const text = '{"a": [1, -2.5, 1e-3, true, false, null, "x\\n\\u00e9\\"\\/"], "b": {"": {}}}';
    expect(read(text)).toEqual(JSON.parse(text));
  });

  it('reads what the shell takes: bare names, single quotes, a last comma', () => {
    expect(read(`{ $or: [{ n: { $gt: 5 } }, { 'it.em': 'ro"pe' },], größe: 1, }`)).toEqual({
      $or: [{ n: { $gt: 5 } }, { 'it.em': 'ro"pe' }],
      größe: 1,
    });
  });

  it.each([
    ['ObjectId("64d26b5a0a1b2c3d4e5f6071")', { $oid: '64d26b5a0a1b2c3d4e5f6071' }],
    ['ISODate("2025-11-29T15:00:00.123Z")', { $date: { $numberLong: '1764428400123' } }],
    ['new Date(0)', { $date: { $numberLong: '0' } }],
    ['NumberLong("9007199254740993")', { $numberLong: '9007199254740993' }],
    ['NumberDecimal("1.10")', { $numberDecimal: '1.10' }],
    ['NumberInt(7)', { $numberInt: '7' }],
    ['UUID("12184b60-1d4b-4f0e-9d0a-2b1b5a5ade7f")', { $uuid: '12184b60-1d4b-4f0e-9d0a-2b1b5a5ade7f' }],
  ])('reads %s', (text, value) => {
    expect(read(text)).toEqual(value);
  });

  it('keeps the digits of large integers, and the type of whole doubles', () => {
    expect(read('[9007199254740993, -9223372036854775808, 1.0, 1.5, 2e3]')).toEqual([
      { $numberLong: '9007199254740993' },
      { $numberLong: '-9223372036854775808' },
      { $numberDouble: '1.0' },
      1.5,
      { $numberDouble: '2e3' },
    ]);
  });

  it('takes __proto__ for a name like any other', () => {
    const value = read('{"__proto__": {"admin": true}}') as object;
    expect(Object.keys(value)).toEqual(['__proto__']);
    expect(Reflect.get({}, 'admin')).toBeUndefined();
  });
});

describe('a fault', () => {
  it.each([
    ['{ n: }', 5, 'A value is missing.'],
    ['{ n 1 }', 4, 'A colon is missing behind the name.'],
    ['{ n: 1', 6, 'A comma or } is missing.'],
    ['{ n: rope }', 5, 'rope is no value here. Texts need quotes.'],
    ['{ n: "rope }', 5, 'This text has no end: a quote is missing.'],
    ['{ n: 01 }', 5, '01 is not a number.'],
    ['{ n: 1 } x', 9, 'Something stands behind the end.'],
    ['{ n: 1, n: 2 }', 8, 'The name "n" stands here twice.'],
    ['{ n: ObjectId("64") }', 5, 'ObjectId cannot be made of that.'],
    ['{ n: 9223372036854775808 }', 5, 'No int64 holds this number. Write {"$numberDecimal": "..."}.'],
    ['{ n: "\\q" }', 6, 'This backslash begins nothing that is known.'],
    ['[1]', 0, 'This has to be a document: { ... }.'],
  ])('of %s stands at its place', (text, from, message) => {
    expect(faultOf(text)).toMatchObject({ from, message });
  });

  it('is told for every cut of a document, and never thrown', () => {
    const text = `{ a: [1, { 'b': ObjectId("64d26b5a0a1b2c3d4e5f6071") }], c: "\\u00e9", d: -1.5e3 }`;
    expect(faultOf(text)).toBeUndefined();
    for (let end = 1; end < text.length; end += 1) {
      const fault = faultOf(text.slice(0, end));
      expect(fault?.from).toBeLessThanOrEqual(end);
      expect(fault?.to).toBeLessThanOrEqual(end);
    }
  });

  it('is told for nesting without an end', () => {
    expect(faultOf('{a:'.repeat(5_000))?.message).toBe('This is nested deeper than 100 levels.');
  });

  it('is counted in lines and columns', () => {
    const text = '{\n  n: 1,\n  m: rope\n}';
    const fault = faultOf(text);
    expect(fault && faultPlace(text, fault)).toBe(
      'Line 3, column 6: rope is no value here. Texts need quotes.',
    );
  });
});

it('an empty text is a document without members', () => {
  expect(readDocument(' \n')).toEqual({ value: {} });
});
