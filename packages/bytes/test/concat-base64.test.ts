// Joined arrays, and base64 in both directions.
import { describe, expect, it } from 'vitest';
import { concat, equalBytes, fromBase64, toBase64 } from '../src/index.ts';

describe('concat', () => {
  it('copies all parts, in order', () => {
    const part = Uint8Array.of(1, 2);
    const whole = concat([part, new Uint8Array(0), Uint8Array.of(3)]);
    expect(whole).toEqual(Uint8Array.of(1, 2, 3));
    part[0] = 9;
    expect(whole[0]).toBe(1);
    expect(concat([])).toEqual(new Uint8Array(0));
  });

  it('copies a single part too, so that its owner may reuse it', () => {
    const part = Uint8Array.of(1);
    expect(concat([part])).not.toBe(part);
  });
});

describe('base64', () => {
  it.each([
    [[], ''],
    [[0], 'AA=='],
    [[1, 2], 'AQI='],
    [[251, 255, 191], '+/+/'],
  ])('%j is %s', (bytes, text) => {
    expect(toBase64(Uint8Array.from(bytes))).toBe(text);
    expect(fromBase64(text)).toEqual(Uint8Array.from(bytes));
  });

  it('comes back whole where it takes several pieces', () => {
    const bytes = Uint8Array.from({ length: 100_000 }, (_, n) => (n * 7) & 255);
    expect(equalBytes(fromBase64(toBase64(bytes)) ?? bytes.subarray(1), bytes)).toBe(true);
  });

  it.each([
    'A',
    'AA',
    'AAA',
    'AA==AA==',
    'AA=',
    'A===',
    '====',
    '=',
    'AA A',
    'AAAA\n',
    '-_-_',
    'AÄ==',
    'AAAAA===',
  ])('%j is none', (text) => {
    expect(fromBase64(text)).toBeUndefined();
  });
});
