// What Postgres writes, in both formats, and what it is read as.
import { describe, expect, it } from 'vitest';
import { binaryFormat } from '../src/binary/index.ts';
import { Range, type Value } from '../src/values/index.ts';
import { typeName } from '../src/values/oids.ts';
import { TypeRegistry } from '../src/values/registry.ts';
import { isoDateTime, isoInterval, isoTimeWithZone } from '../src/values/text/datetime.ts';
import { WIRE_VALUES } from './fixtures/wire-values.ts';
import { decode, fromHex, utf8 } from './support/cells.ts';

const registry = new TypeRegistry({ json: 'parsed', binary: binaryFormat });
const read = (oid: number, text: string): Value => decode(registry, oid, 0, utf8(text));
const refused = (code: string): unknown => expect.objectContaining({ name: 'FairleadError', code });

describe('a value is the same in both formats', () => {
  it.each(WIRE_VALUES)('%s (OID %i): %s', (_type, oid, text, hex) => {
    expect(decode(registry, oid, 1, fromHex(hex))).toEqual(read(oid, text));
  });
});

describe('scalars', () => {
  it.each([
    [16, 't', true],
    [16, 'f', false],
    [20, '9223372036854775807', '9223372036854775807'],
    [21, '-32768', -32768],
    [23, '2147483647', 2147483647],
    [23, '0', 0],
    [25, '', ''],
    [25, 'ü \u{1f389}', 'ü \u{1f389}'],
    [26, '4294967295', 4294967295],
    [700, '0.1', 0.1],
    [701, 'NaN', Number.NaN],
    [701, '-Infinity', Number.NEGATIVE_INFINITY],
    [701, '-0', -0],
    [701, '1e-300', 1e-300],
    [701, '123456789012345678', 123456789012345680],
    [1700, '123456789012345678901234567890.10', '123456789012345678901234567890.10'],
    [790, '$1,000.50', '$1,000.50'],
    [1560, '0101', '0101'],
    [600, '(1,2)', '(1,2)'],
    [3614, "'a':1 'b':2", "'a':1 'b':2"],
    [869, '10.0.0.0/8', '10.0.0.0/8'],
    [2249, '(1,a)', '(1,a)'],
    [99999, 'whatever', 'whatever'],
    [114, '{"a": [1, null]}', { a: [1, null] }],
    [17, '\\x', new Uint8Array()],
    [17, '\\x00ffAB', new Uint8Array([0, 255, 171])],
    [17, '', new Uint8Array()],
    [17, 'a\\\\b\\000\\377', new Uint8Array([97, 92, 98, 0, 255])],
  ])('OID %i: %s', (oid, text, value) => {
    expect(read(oid, text)).toEqual(value);
  });

  it('leaves JSON as its text on demand, in both formats', () => {
    const raw = new TypeRegistry({ json: 'raw', binary: binaryFormat });
    const text = '{"a": 12345678901234567890}';
    expect(decode(raw, 3802, 0, utf8(text))).toBe(text);
    expect(decode(raw, 114, 1, utf8(text))).toBe(text);
    expect(decode(raw, 3802, 1, utf8(`\x01${text}`))).toBe(text);
  });

  it('has text, and bytes for the rest, where the binary format was not brought along', () => {
    const plain = new TypeRegistry({ json: 'parsed' });
    expect(decode(plain, 25, 1, utf8('ü'))).toBe('ü');
    expect(decode(plain, 114, 1, utf8('[1]'))).toEqual([1]);
    expect(decode(plain, 17, 1, Uint8Array.of(1, 2))).toEqual(Uint8Array.of(1, 2));
    expect(decode(plain, 23, 1, Uint8Array.of(0, 0, 0, 1))).toEqual(Uint8Array.of(0, 0, 0, 1));
    expect(decode(registry, 99999, 1, Uint8Array.of(9))).toEqual(Uint8Array.of(9));
  });

  it('reads an anonymous record in the binary format, which says its types', () => {
    const record = '000000030000001700000004000000070000001900000002c3bc00000017ffffffff';
    expect(decode(registry, 2249, 1, fromHex(record))).toEqual([7, 'ü', null]);
  });
});

describe('dates and times', () => {
  it.each([
    ['2024-02-29', '2024-02-29'],
    ['2024-02-29 12:34:56', '2024-02-29T12:34:56'],
    ['2024-02-29 12:34:56.123456', '2024-02-29T12:34:56.123456'],
    ['2024-02-29 12:34:56.1+00', '2024-02-29T12:34:56.1Z'],
    ['2024-02-29 12:34:56.123456+00', '2024-02-29T12:34:56.123456Z'],
    ['2024-02-29 12:34:56+02', '2024-02-29T12:34:56+02:00'],
    ['2024-02-29 12:34:56-03:30', '2024-02-29T12:34:56-03:30'],
    ['1880-01-01 00:00:00+00:53:28', '1880-01-01T00:00:00+00:53:28'],
    ['0044-03-15 BC', '0044-03-15 BC'],
    ['0044-03-15 01:02:03.000004+00 BC', '0044-03-15T01:02:03.000004Z BC'],
    ['0044-03-15 01:02:03 BC', '0044-03-15T01:02:03 BC'],
    ['0001-12-31 23:59:59+00 BC', '0001-12-31T23:59:59Z BC'],
    ['10000-01-01 00:00:00', '10000-01-01T00:00:00'],
    ['294276-12-31 23:59:59.5+02', '294276-12-31T23:59:59.5+02:00'],
    ['5874897-12-31', '5874897-12-31'],
    ['infinity', 'infinity'],
    ['-infinity', '-infinity'],
    ['29.02.2024 12:34:56 CET', '29.02.2024 12:34:56 CET'],
  ])('%s -> %s', (text, iso) => {
    expect(isoDateTime(text)).toBe(iso);
    expect(read(1184, text)).toBe(iso);
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
    ['infinity', 'infinity'],
    // IntervalStyle postgres_verbose
    ['@ 0', 'PT0S'],
    ['@ 1 year ago', 'P-1Y'],
    ['@ 1 year 2 mons 3 days 4 hours 5 mins 6.789 secs', 'P1Y2M3DT4H5M6.789S'],
    ['@ 1 year 2 mons -3 days 4 hours 5 mins 6.70 secs ago', 'P-1Y-2M3DT-4H-5M-6.7S'],
    ['@ 1 day -1 hours', 'P1DT-1H'],
    ['@ 0.000001 secs ago', 'PT-0.000001S'],
    // IntervalStyle sql_standard
    ['0', 'PT0S'],
    ['1-2', 'P1Y2M'],
    ['-1-2', 'P-1Y-2M'],
    ['3 4:05:06.789', 'P3DT4H5M6.789S'],
    ['-3 4:05:06', 'P-3DT-4H-5M-6S'],
    ['-4:05:06.000001', 'PT-4H-5M-6.000001S'],
    ['+1-2 -3 +4:05:06', 'P1Y2M-3DT4H5M6S'],
    ['-0-1 +0 -0:00:01', 'P-1MT-1S'],
  ])('interval %s -> %s', (text, iso) => {
    expect(isoInterval(text)).toBe(iso);
  });

  it('reads the infinite intervals of PostgreSQL 17', () => {
    expect(decode(registry, 1186, 1, fromHex('7fffffffffffffff7fffffff7fffffff'))).toBe('infinity');
    expect(decode(registry, 1186, 1, fromHex('80000000000000008000000080000000'))).toBe('-infinity');
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
});

describe('ranges', () => {
  it.each([
    [3904, 'empty', 'empty'],
    [3904, '[1,5)', new Range(1, 5)],
    [3904, '(,5)', new Range(null, 5, '()')],
    [3926, '[1,)', new Range('1', null)],
    [3908, '("2024-01-01 00:00:00",infinity]', new Range('2024-01-01T00:00:00', 'infinity', '(]')],
    [3905, '{"[1,5)",empty,NULL}', [new Range(1, 5), 'empty', null]],
    [4451, '{}', []],
    [4451, '{[1,3),[5,)}', [new Range(1, 3), new Range(5, null)]],
    [6150, '{"{[1,3)}"}', [[new Range(1, 3)]]],
  ])('OID %i: %s', (oid, text, value) => {
    expect(read(oid, text)).toStrictEqual(value);
  });
});

describe('types that were looked up', () => {
  const known = new TypeRegistry({ json: 'parsed', binary: binaryFormat });
  const base = { element: 0, delimiter: ',' };
  known.add([
    { ...base, oid: 20001, name: 'mood', kind: 'enum' },
    { ...base, oid: 20002, name: 'mood[]', kind: 'array', element: 20001 },
    { ...base, oid: 20003, name: 'age', kind: 'domain', element: 23 },
    {
      ...base,
      oid: 20004,
      name: 'person',
      kind: 'composite',
      attributes: [
        { name: 'name', oid: 25 },
        { name: 'age', oid: 20003 },
        { name: 'moods', oid: 20002 },
        { name: '__proto__', oid: 20004 },
      ],
    },
    { ...base, oid: 20005, name: 'nothing', kind: 'composite', attributes: [] },
    { ...base, oid: 20006, name: 'ages', kind: 'range', element: 20003 },
    { ...base, oid: 20010, name: 'loop', kind: 'domain', element: 20010 },
    { ...base, oid: 20011, name: 'loops', kind: 'composite', attributes: [{ name: 'a', oid: 20011 }] },
  ]);
  const text = (oid: number, from: string): Value => decode(known, oid, 0, utf8(from));

  it('reads them in the text format', () => {
    expect(text(20001, 'sad')).toBe('sad');
    expect(text(20003, '7')).toBe(7);
    expect(text(20002, '{sad,"very glad"}')).toEqual(['sad', 'very glad']);
    expect(text(20006, '[1,3)')).toEqual(new Range(1, 3));
    expect(text(20005, '()')).toEqual({});
    const person = text(20004, '("a ""b"" \\\\c",7,"{sad,""very glad""}",)') as Record<string, Value>;
    expect(Object.entries(person)).toEqual([
      ['name', 'a "b" \\c'],
      ['age', 7],
      ['moods', ['sad', 'very glad']],
      ['__proto__', null],
    ]);
    expect(known.typeName(20002)).toBe('mood[]');
  });

  it('reads them in the binary format', () => {
    expect(decode(known, 20001, 1, utf8('sad'))).toBe('sad');
    expect(decode(known, 20003, 1, Uint8Array.of(0, 0, 0, 7))).toBe(7);
    expect(decode(known, 20005, 1, fromHex('00000000'))).toEqual({});
    const person = fromHex(
      `00000004${'00000019'}0000000161${'00004e23'}0000000400000007${'00004e22'}ffffffff${'00004e24'}ffffffff`,
    );
    expect(Object.values(decode(known, 20004, 1, person) as object)).toEqual(['a', 7, null, null]);
  });

  it('does not follow types that are made of themselves without end', () => {
    expect(() => text(20010, '1')).toThrow(refused('protocol'));
    expect(() => decode(known, 20010, 1, utf8('1'))).toThrow(refused('protocol'));
    expect(() => text(20011, '('.repeat(100_000))).toThrow(refused('protocol'));
    const deep = fromHex(
      Array.from(
        { length: 1000 },
        (_, i) => `00000001000008c9${((999 - i) * 12).toString(16).padStart(8, '0')}`,
      ).join(''),
    );
    expect(() => decode(known, 2249, 1, deep)).toThrow(refused('protocol'));
  });

  it('refuses a composite with other columns than were looked up', () => {
    expect(() => text(20004, '(a,1)')).toThrow(refused('protocol'));
    expect(() => text(20005, '(a)')).toThrow(refused('protocol'));
    expect(() => decode(known, 20004, 1, fromHex('00000000'))).toThrow(refused('protocol'));
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
