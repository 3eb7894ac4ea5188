// A caller's parameters as they travel, and those that are refused before anything does.
import { describe, expect, it } from 'vitest';
import { TypeRegistry } from '../src/values/registry.ts';
import { encodeParameter, json, parameterOid, Range, typed } from '../src/values.ts';
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
    ['an object that is not JSON', { a: 1n }],
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
    expect(() => json(1n)).toThrow(refused);
  });

  it('shows nothing of a value', () => {
    expect(() => encodeParameter({ secret: 'hunter2', big: 1n })).toThrow(
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
