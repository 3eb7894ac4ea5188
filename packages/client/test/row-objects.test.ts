// Rows as objects, for every name that a column can have.
import { describe, expect, it } from 'vitest';
import { rowObjectMaker } from '../src/index.ts';

describe('rowObjectMaker', () => {
  it('names the values; the last of one name wins, and what is missing is null', () => {
    const make = rowObjectMaker<number>(['a', 'b', 'a', 'c']);
    expect(make([1, 2, 3])).toEqual({ a: 3, b: 2, c: null });
    expect(make([4, 5, 6, 7])).toEqual({ a: 6, b: 5, c: 7 });
  });

  it('makes a property of a column named __proto__', () => {
    const object = rowObjectMaker<string>(['__proto__', 'a'])(['x', 'y']);
    expect(Object.entries(object)).toEqual([
      ['__proto__', 'x'],
      ['a', 'y'],
    ]);
    expect(Object.getPrototypeOf(object)).toBe(Object.prototype);
  });
});
