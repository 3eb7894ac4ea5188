// Which value makes room in a full cache.
import { describe, expect, it } from 'vitest';
import { LruCache } from '../src/index.ts';

describe('LruCache', () => {
  it('gives up what was used least recently', () => {
    const cache = new LruCache<number>(2);
    expect([cache.add('a', 1), cache.add('b', 2)]).toEqual([undefined, undefined]);
    expect(cache.get('a')).toBe(1);
    expect(cache.add('c', 3)).toBe(2);
    expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([1, undefined, 3]);
  });

  it('does not count a peek as use', () => {
    const cache = new LruCache<number>(2);
    cache.add('a', 1);
    cache.add('b', 2);
    expect(cache.peek('a')).toBe(1);
    expect(cache.add('c', 3)).toBe(1);
  });

  it('knows that what was forgotten and added again is the newest', () => {
    const cache = new LruCache<number>(2);
    cache.add('a', 1);
    cache.add('b', 2);
    expect(cache.delete('b')).toBe(2);
    expect(cache.delete('b')).toBeUndefined();
    cache.add('b', 4);
    cache.get('b');
    expect(cache.add('c', 3)).toBe(1);
    expect(cache.clear()).toEqual([4, 3]);
    expect(cache.get('c')).toBeUndefined();
  });
});
