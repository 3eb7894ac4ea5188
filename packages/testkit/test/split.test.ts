// Every split gives the input back, and a decoder that keeps a view is found out.
import { describe, expect, it } from 'vitest';
import { allSplits, concatBytes, feedAllWays, seededRandom, splitBytes, toText } from '../src/index.ts';

const INPUT = 'the quick brown fox jumps over the lazy dog';

describe('splitBytes', () => {
  it('cuts by size, at an offset and at random, repeatably', () => {
    expect(splitBytes('abcde', { mode: 'every', size: 2 }).map(toText)).toEqual(['ab', 'cd', 'e']);
    expect(splitBytes('abcde', { mode: 'at', offset: 0 }).map(toText)).toEqual(['abcde']);
    expect(splitBytes('abcde', { mode: 'at', offset: 3 }).map(toText)).toEqual(['abc', 'de']);
    expect(splitBytes('abc', { mode: 'bytes' })).toHaveLength(3);
    expect(splitBytes('', { mode: 'whole' })).toEqual([]);
    const random = (seed: number) => splitBytes(INPUT, { mode: 'random', seed }).map(toText);
    expect(random(7)).toEqual(random(7));
    expect(random(7)).not.toEqual(random(8));
  });

  it('refuses sizes and offsets that cannot be', () => {
    expect(() => splitBytes('abc', { mode: 'every', size: 0 })).toThrow(RangeError);
    expect(() => splitBytes('abc', { mode: 'at', offset: 4 })).toThrow(RangeError);
  });
});

describe('allSplits', () => {
  it('cuts at every boundary, and every way joins to the input', () => {
    const splits = [...allSplits(INPUT)];
    for (const split of splits) expect(toText(concatBytes(split.chunks)), split.name).toBe(INPUT);
    const cuts = splits.filter((split) => split.name.startsWith('cut at'));
    expect(cuts).toHaveLength(INPUT.length - 1);
  });

  it('keeps to the boundaries at both ends of a long input', () => {
    const cuts = [...allSplits('x'.repeat(1000), { maxBoundaries: 20 })].filter((s) =>
      s.name.startsWith('cut'),
    );
    expect(cuts.map((s) => s.name)).toContain('cut at 1');
    expect(cuts.map((s) => s.name)).toContain('cut at 999');
    expect(cuts).toHaveLength(20);
  });
});

describe('feedAllWays', () => {
  it('accepts a decoder that copies', () => {
    const decode = (chunks: Iterable<Uint8Array>) => {
      let text = '';
      for (const chunk of chunks) text += toText(chunk);
      return text;
    };
    feedAllWays(INPUT, decode, (text) => expect(text).toBe(INPUT));
  });

  it('finds a decoder that keeps views of its input, and names the split', () => {
    const keeping = (chunks: Iterable<Uint8Array>) => toText(concatBytes([...chunks]));
    expect(() => feedAllWays(INPUT, keeping, (text) => expect(text).toBe(INPUT))).toThrow(/^split "whole"/);
  });
});

it('seededRandom stays in [0, 1)', () => {
  const next = seededRandom(42);
  const values = Array.from({ length: 1000 }, next);
  expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...values)).toBeLessThan(1);
  expect(new Set(values).size).toBeGreaterThan(990);
});
