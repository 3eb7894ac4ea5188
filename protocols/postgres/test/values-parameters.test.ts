// A caller's parameters as they travel, and those that are refused before anything does.
import { describe, expect, it } from 'vitest';
import { encodeParameter, json, parameterOid, Range, typed } from '../src/values/index.ts';
import { TypeRegistry } from '../src/values/registry.ts';
import { decode, utf8 } from './support/cells.ts';

const refused = expect.objectContaining({ name: 'FairleadError', code: 'usage', safeToRetry: true });

describe('parameters', () => {
  it.each([
    ['text', 'text'],
    [1.5, '1.5'],
    [-0, '-0'],
    [Number.NaN, 'NaN'],
    [12345678901234567890n, '12345678901234567890'],
    [true, 'true'],
    [null, null],
    [new Date(0), '1970-01-01T00:00:00.000Z'],
    [new Date(Date.UTC(-43, 2, 15)), '0044-03-15T00:00:00.000Z BC'],
    [new Date('0000-12-31T00:00:00Z'), '0001-12-31T00:00:00.000Z BC'],
    [new Date('+010000-01-01T00:00:00Z'), '10000-01-01T00:00:00.000Z'],
    [new Uint8Array([0, 255]), new Uint8Array([0, 255])],
    [{ a: [1] }, '{"a":[1]}'],
    [{}, '{}'],
    [{ toJSON: () => ({}) }, '{}'],
    [[], '{}'],
    [[1, null, 'a"b\\c'], '{1,NULL,"a\\"b\\\\c"}'],
    [[[true], [false]], '{{"true"},{"false"}}'],
    [[new Uint8Array([1, 171])], '{"\\\\x01ab"}'],
    [[{ a: 1 }, new Date(0)], '{"{\\"a\\":1}","1970-01-01T00:00:00.000Z"}'],
    [new Range(1, 5), '["1","5")'],
    [new Range(null, 'a"b', '(]'), '(,"a\\"b"]'],
    [new Range(new Date(0), null, '()'), '("1970-01-01T00:00:00.000Z",)'],
    [[new Range(1, 2), 'empty'], '{"[\\"1\\",\\"2\\")","empty"}'],
  ])('%s -> %s', (value, text) => {
    expect(encodeParameter(value)).toEqual(text);
  });

  it.each([
    [json([1, 'a']), 0, '[1,"a"]'],
    [json('a'), 0, '"a"'],
    [json(null), 0, 'null'],
    [[json([1])], 0, '{"[1]"}'],
    [typed(1, 'int8'), 20, '1'],
    [typed(null, 'int8'), 20, null],
    [typed([1, 2], 'int4[]'), 1007, '{1,2}'],
    [typed([1, 2], 'jsonb'), 3802, '[1,2]'],
    [typed('{"a":1}', 'jsonb'), 3802, '{"a":1}'],
    [typed([{ a: [1] }], 'jsonb[]'), 3807, '{"{\\"a\\":[1]}"}'],
    [typed(['(1,1),(0,0)', '(2,2),(0,0)'], 'box[]'), 1020, '{"(1,1),(0,0)";"(2,2),(0,0)"}'],
    [typed([new Range(1, 3), new Range(5, null)], 'int4multirange'), 4451, '{["1","3"),["5",)}'],
    [typed('-000043-03-15', 'date'), 1082, '0044-03-15 BC'],
    [typed(['+010000-01-01T00:00:00'], 'timestamp[]'), 1115, '{"10000-01-01T00:00:00"}'],
    [typed('+5874897-12-31', 'date'), 1082, '5874897-12-31'],
    [typed('-004713-11-24T00:00:00Z', 'timestamptz'), 1184, '4714-11-24T00:00:00Z BC'],
    [typed('0044-03-15 BC', 'date'), 1082, '0044-03-15 BC'],
    [typed(new Range('0000-01-01', null), 'daterange'), 3912, '["0001-01-01 BC",)'],
    [typed('sad', 16400), 16400, 'sad'],
    [typed(Uint8Array.of(1), 'uuid'), 2950, Uint8Array.of(1)],
    [Uint8Array.of(1), 17, Uint8Array.of(1)],
    ['text', 0, 'text'],
  ])('%o is of OID %i and travels as %s', (value, oid, wire) => {
    expect(parameterOid(value)).toBe(oid);
    expect(encodeParameter(value)).toEqual(wire);
  });

  const circle: unknown[] = [];
  circle.push(circle);
  const ring: Record<string, unknown> = {};
  ring.self = ring;

  it.each([
    ['undefined', undefined],
    ['undefined within an array', [1, undefined]],
    ['a hole in an array', Array(1)],
    ['a function', () => 1],
    ['a symbol', Symbol('x')],
    ['an invalid Date', new Date(Number.NaN)],
    ['an object within itself', ring],
    ['an array within itself', circle],
    ['seven dimensions', [[[[[[[1]]]]]]]],
    ['a Map', new Map([[1, 2]])],
    ['a Set', new Set([1])],
    ['a Promise', Promise.resolve(1)],
    ['an ArrayBuffer', new ArrayBuffer(1)],
    ['numbers of another kind', new Float64Array(1)],
    ['what turns into nothing', { toJSON: () => undefined }],
    ['bounds that are none', new Range(1, 2, '{}' as '[]')],
    ['a bound that is none', new Range(undefined, 2)],
  ])('refuses %s', (_what, value) => {
    expect(() => encodeParameter(value)).toThrow(refused);
  });

  it('refuses a name that no type has, and JSON that is none', () => {
    expect(() => typed(1, 'integer')).toThrow(refused);
    expect(() => json(undefined)).toThrow(refused);
  });

  it('shows nothing of a value', () => {
    expect(() => encodeParameter({ secret: 'hunter2', big: 2 ** 53 })).toThrow(
      expect.not.stringContaining('hunter2') as never,
    );
  });

  it('reads back what it writes', () => {
    const registry = new TypeRegistry({ json: 'parsed' });
    const read = (oid: number, value: unknown): unknown =>
      decode(registry, oid, 0, utf8(encodeParameter(value) as string));
    const texts = ['', 'NULL', '{}', '"', '\\', 'a b', 'ü', '\n', ',', '(', 'empty'];
    expect(read(1009, texts)).toEqual(texts);
    for (const lower of texts) expect(read(99998, lower)).toBe(lower);
    registry.add([{ oid: 99999, name: 'textrange', kind: 'range', element: 25, delimiter: ',' }]);
    for (const lower of texts) expect(read(99999, new Range(lower, null))).toEqual(new Range(lower, null));
    const multirange = [new Range('1', '3'), new Range(null, null, '()')];
    expect(read(4536, typed(multirange, 'int8multirange'))).toEqual(multirange);
  });
});

describe('integers that JavaScript has rounded', () => {
  const id = 2 ** 53;
  it.each([
    ['a number', id],
    ['a negative one', -id],
    ['the last that is written in digits', 999_999_999_999_999_900_000],
    ['in an array', [1, [id]]],
    ['in a range', new Range(1, id)],
    ['in JSON', { rows: [{ id }] }],
    ['in JSON that comes from toJSON', { toJSON: () => ({ id }) }],
    ['of a type that has all its digits', typed(id, 'int8')],
    ['of numeric', typed(id, 'numeric')],
    ['as JSON', typed(id, 'jsonb')],
    ['in an array of int8', typed([id], 'int8[]')],
  ])('are refused: %s', (_what, value) => {
    expect(() => encodeParameter(value)).toThrow(refused);
  });

  it('are refused where json() is called', () => {
    expect(() => json({ id })).toThrow(refused);
  });

  it.each([
    [9007199254740991, '9007199254740991'],
    [9007199254740993n, '9007199254740993'],
    [[9007199254740993n], '{"9007199254740993"}'],
    // Floats: JavaScript writes an exponent, or the type is one.
    [1.5e300, '1.5e+300'],
    [{ n: 1.5e300 }, '{"n":1.5e+300}'],
    [typed(1e18, 'float8'), '1000000000000000000'],
    [typed([1e18], 'float4[]'), '{1000000000000000000}'],
    [
      { id: '9007199254740993', text: '12345678901234567890' },
      '{"id":"9007199254740993","text":"12345678901234567890"}',
    ],
    [{ id: 9007199254740993n, n: [1] }, '{"id":9007199254740993,"n":[1]}'],
    [json(9007199254740993n), '9007199254740993'],
  ])('are not %o', (value, text) => {
    expect(encodeParameter(value)).toBe(text);
  });
});

describe('types that were looked up', () => {
  const types = new TypeRegistry({ json: 'parsed' });
  const base = { element: 0, delimiter: ',' };
  types.add([
    { ...base, oid: 20001, name: 'year', kind: 'domain', element: 1082 },
    {
      ...base,
      oid: 20002,
      name: 'berth',
      kind: 'composite',
      attributes: [
        { name: 'n', oid: 23 },
        { name: 'since', oid: 20001 },
        { name: 'tags', oid: 1009 },
        { name: 'more', oid: 3802 },
        { name: '__proto__', oid: 17 },
      ],
    },
    { ...base, oid: 20003, name: 'berth[]', kind: 'array', element: 20002 },
    { ...base, oid: 20004, name: 'years', kind: 'range', element: 20001 },
    { ...base, oid: 20005, name: 'loop', kind: 'domain', element: 20005 },
    { ...base, oid: 20006, name: 'loops', kind: 'composite', attributes: [{ name: 'a', oid: 20006 }] },
    { ...base, oid: 20007, name: 'hstore', kind: 'base' },
    { ...base, oid: 20008, name: 'hstore[]', kind: 'array', element: 20007 },
  ]);
  const write = (value: unknown, oid: number): unknown => encodeParameter(typed(value, oid), types);
  const berth = Object.fromEntries<unknown>([
    ['n', 1],
    ['since', '-000043-03-15'],
    ['tags', ['a "b"', null]],
    ['more', { a: [1] }],
    ['__proto__', Uint8Array.of(1)],
  ]);

  it('are written as they are read', () => {
    const written = write(berth, 20002);
    expect(written).toBe('("1","0044-03-15 BC","{\\"a \\\\\\"b\\\\\\"\\",NULL}","{\\"a\\":[1]}","\\\\x01")');
    const back = decode(types, 20002, 0, utf8(String(written))) as Record<string, unknown>;
    expect(Object.entries(back)).toEqual(Object.entries({ ...berth, since: '0044-03-15 BC' }));
    const many = write([berth, null], 20003);
    expect(decode(types, 20003, 0, utf8(String(many)))).toEqual([back, null]);
    expect(write(new Range('+010000-01-01', null), 20004)).toBe('["10000-01-01",)');
  });

  const ring: Record<string, unknown> = {};
  ring.a = ring;
  it.each([
    ['a column too few', { n: 1 }, 20002],
    ['a column too many', { ...berth, x: 1 }, 20002],
    ['what lies within itself', ring, 20006],
    ['bytes in an array of another type', [Uint8Array.of(1)], 20008],
  ])('refuse %s', (_what, value, oid) => {
    expect(() => write(value, oid)).toThrow(refused);
  });

  it('are text where they are named so, and do not turn in circles', () => {
    expect(write('(1,,,,)', 20002)).toBe('(1,,,,)');
    expect(write('x', 20005)).toBe('x');
  });
});
