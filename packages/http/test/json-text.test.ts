// JSON text: what JSON cannot hold, and that nothing is lost on the way.
import { describe, expect, it } from 'vitest';
import { jsonText } from '../src/json/text.ts';

const TABLE: [value: unknown, text: string][] = [
  [null, 'null'],
  [undefined, 'null'],
  ['a"\n\u2028', '"a\\"\\n\u2028"'],
  ['\ud800', '"\\ud800"'],
  [1.5, '1.5'],
  [Number.NaN, '"NaN"'],
  [-Infinity, '"-Infinity"'],
  [9007199254740993n, '"9007199254740993"'],
  [new Uint8Array([0, 255, 128]), '"AP+A"'],
  [new Uint8Array(), '""'],
  [new Date(0), '"1970-01-01T00:00:00.000Z"'],
  [[1, 'x', true, null], '[1,"x",true,null]'],
  [[1n, undefined, [Number.NaN]], '["1",null,["NaN"]]'],
  [{ a: undefined, b: { c: 2n }, d: [new Uint8Array([1])] }, '{"b":{"c":"2"},"d":["AQ=="]}'],
  [
    new Map<unknown, unknown>([
      ['k', 1n],
      [2, new Map([['x', 'y']])],
    ]),
    '{"k":"1","2":{"x":"y"}}',
  ],
  [new Set([1, 2n]), '[1,"2"]'],
  [() => 1, 'null'],
];

describe('jsonText', () => {
  it.each(TABLE)('of row %#', (value, text) => {
    expect(jsonText(value)).toBe(text);
    expect(() => JSON.parse(text)).not.toThrow();
  });

  it('refuses nesting that would exhaust the stack', () => {
    let value: unknown = 1n;
    for (let i = 0; i < 5000; i++) value = [value];
    expect(() => jsonText(value)).toThrow(RangeError);
  });
});
