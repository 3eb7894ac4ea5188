// Values both ways, without a connection: what Postgres writes, and what it is read as.
import { describe, expect, it } from 'vitest';
import { isoDateTime, isoInterval, isoTimeWithZone } from '../src/datetime.ts';
import { typeName } from '../src/types.ts';
import { encodeParameter, parsers } from '../src/values.ts';

const parse = parsers('parsed');
const read = (oid: number, text: string): unknown => (parse.get(oid) ?? ((value: string) => value))(text);

describe('scalars', () => {
  it.each([
    [16, 't', true],
    [16, 'f', false],
    [20, '9223372036854775807', '9223372036854775807'],
    [21, '-32768', -32768],
    [23, '2147483647', 2147483647],
    [25, '', ''],
    [26, '4294967295', 4294967295],
    [701, 'NaN', Number.NaN],
    [701, '-Infinity', Number.NEGATIVE_INFINITY],
    [701, '1e-300', 1e-300],
    [1700, '123456789012345678901234567890.10', '123456789012345678901234567890.10'],
    [2950, 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'],
    [114, '{"a": [1, null]}', { a: [1, null] }],
    [17, '\\x', new Uint8Array()],
    [17, '\\x00ffAB', new Uint8Array([0, 255, 171])],
  ])('OID %i: %s', (oid, text, value) => {
    expect(read(oid, text)).toEqual(value);
  });

  it('leaves JSON as its text on demand', () => {
    expect(parsers('raw').get(3802)?.('{"a": 12345678901234567890}')).toBe('{"a": 12345678901234567890}');
  });

  it('refuses bytea in the escape format', () => {
    expect(() => read(17, '\\000abc')).toThrow(expect.objectContaining({ code: 'protocol' }));
  });
});

describe('dates and times', () => {
  it.each([
    ['2024-02-29', '2024-02-29'],
    ['2024-02-29 12:34:56', '2024-02-29T12:34:56'],
    ['2024-02-29 12:34:56.123456', '2024-02-29T12:34:56.123456'],
    ['2024-02-29 12:34:56.1+00', '2024-02-29T12:34:56.1Z'],
    ['2024-02-29 12:34:56+02', '2024-02-29T12:34:56+02:00'],
    ['2024-02-29 12:34:56-03:30', '2024-02-29T12:34:56-03:30'],
    ['1880-01-01 00:00:00+00:53:28', '1880-01-01T00:00:00+00:53:28'],
    ['0044-03-15 BC', '-000043-03-15'],
    ['0001-12-31 23:59:59+00 BC', '0000-12-31T23:59:59Z'],
    ['10000-01-01 00:00:00', '+010000-01-01T00:00:00'],
    ['294276-12-31', '+294276-12-31'],
    ['infinity', 'infinity'],
    ['-infinity', '-infinity'],
    ['29.02.2024 12:34:56 CET', '29.02.2024 12:34:56 CET'],
  ])('%s -> %s', (text, iso) => {
    expect(isoDateTime(text)).toBe(iso);
  });

  it.each([
    ['12:34:56.5+02', '12:34:56.5+02:00'],
    ['12:34:56+00', '12:34:56Z'],
    ['24:00:00-15:59', '24:00:00-15:59'],
  ])('timetz %s -> %s', (text, iso) => {
    expect(isoTimeWithZone(text)).toBe(iso);
  });

  it.each([
    ['00:00:00', 'PT0S'],
    ['1 year 2 mons 3 days 04:05:06.789', 'P1Y2M3DT4H5M6.789S'],
    ['-1 years -2 mons +3 days -04:05:06', 'P-1Y-2M3DT-4H-5M-6S'],
    ['1 mon', 'P1M'],
    ['-1 days +23:00:00', 'P-1DT23H'],
    ['-00:00:00.000001', 'PT-0.000001S'],
    ['100:00:00', 'PT100H'],
    ['00:00:10.5', 'PT10.5S'],
    ['00:00:30', 'PT30S'],
    ['10 years', 'P10Y'],
    ['P1Y', 'P1Y'],
    ['@ 1 year ago', '@ 1 year ago'],
  ])('interval %s -> %s', (text, iso) => {
    expect(isoInterval(text)).toBe(iso);
  });
});

describe('arrays', () => {
  it.each([
    [1007, '{}', []],
    [1007, '{1,NULL,3}', [1, null, 3]],
    [
      1007,
      '{{1,2},{3,4}}',
      [
        [1, 2],
        [3, 4],
      ],
    ],
    [1007, '[0:1]={5,6}', [5, 6]],
    [1009, '{a,"b,c","d\\"e","NULL","","\\\\"}', ['a', 'b,c', 'd"e', 'NULL', '', '\\']],
    [1000, '{t,f,NULL}', [true, false, null]],
    [1185, '{"2024-02-29 12:00:00+00"}', ['2024-02-29T12:00:00Z']],
    [1001, '{"\\\\x0102"}', [new Uint8Array([1, 2])]],
    [199, '{"{\\"a\\": 1}"}', [{ a: 1 }]],
    [1020, '{(1,1),(0,0);(2,2),(0,0)}', ['(1,1),(0,0)', '(2,2),(0,0)']],
  ])('OID %i: %s', (oid, text, value) => {
    expect(read(oid, text)).toEqual(value);
  });

  it.each(['', '1,2', '{1,2', '{1,2}}', '{1,,2}', '{"a}', '{{{{{{{1}}}}}}}', '{"a"b}'])(
    'refuses %s',
    (text) => {
      expect(() => read(1009, text)).toThrow(expect.objectContaining({ code: 'protocol' }));
    },
  );
});

describe('parameters', () => {
  it.each([
    ['text', 'text'],
    [1.5, '1.5'],
    [12345678901234567890n, '12345678901234567890'],
    [true, 't'],
    [null, null],
    [new Date(0), '1970-01-01T00:00:00.000Z'],
    [new Uint8Array([0, 255]), '\\x00ff'],
    [{ a: [1] }, '{"a":[1]}'],
    [[], '{}'],
    [[1, null, 'a"b\\c'], '{"1",NULL,"a\\"b\\\\c"}'],
    [[[true], [false]], '{{"t"},{"f"}}'],
    [[new Uint8Array([1])], '{"\\\\x01"}'],
  ])('%s -> %s', (value, text) => {
    expect(encodeParameter(value)).toBe(text);
  });

  it.each([
    ['undefined', undefined],
    ['a function', () => 1],
    ['a symbol', Symbol('x')],
    ['an invalid Date', new Date(Number.NaN)],
    ['an object that is not JSON', { a: 1n }],
    ['seven dimensions', [[[[[[[1]]]]]]]],
  ])('refuses %s', (_what, value) => {
    expect(() => encodeParameter(value)).toThrow(expect.objectContaining({ code: 'usage' }));
  });

  it('reads back what it writes', () => {
    const values = ['', 'NULL', '{}', '"', '\\', 'a b', 'ü', '\n'];
    expect(read(1009, encodeParameter(values) ?? '')).toEqual(values);
  });
});

it('names types, and gives the OID of those it does not know', () => {
  expect([typeName(20), typeName(1016), typeName(3802), typeName(99999)]).toEqual([
    'int8',
    'int8[]',
    'jsonb',
    'oid:99999',
  ]);
});
