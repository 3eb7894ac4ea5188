// Coverage by folder: what counts for which part, and what the floors refuse.
import { describe, expect, it } from 'vitest';
import { branchesByPart, breaches, percentage } from '../src/floors/branches.ts';

const file = (covered: number, total: number) => ({ branches: { covered, total, skipped: 0, pct: 0 } });
const SUMMARY = JSON.stringify({
  total: file(100, 100),
  '/house/protocols/redis/src/wire/decode.ts': file(9, 10),
  '/house/protocols/redis/src/wire/reply/array.ts': file(10, 10),
  '/house/protocols/redis/src/session/moves.ts': file(1, 4),
  '/house/protocols/redis/src/client.ts': file(0, 50),
});
const parts = branchesByPart(SUMMARY);

describe('branches by part', () => {
  it('adds up the files of each folder, and no others', () => {
    expect([...parts]).toEqual([
      ['wire', { covered: 19, total: 20 }],
      ['session', { covered: 1, total: 4 }],
    ]);
  });

  it('rounds down, and calls nothing to cover covered', () => {
    expect(percentage({ covered: 2, total: 3 })).toBe(66.6);
    expect(percentage({ covered: 0, total: 0 })).toBe(100);
  });
});

describe('the floors', () => {
  it('are kept', () => {
    expect(breaches('protocols/redis', parts, { 'protocols/redis': { wire: 95, session: 25 } })).toEqual([]);
  });

  it.each([
    [{ wire: 95.1, session: 25 }, 'wire: 95 %, which is below its floor of 95.1 %'],
    [{ wire: 95 }, 'session: has no floor in scripts/coverage-floors.json'],
  ])('are broken by %o', (floor, complaint) => {
    expect(breaches('protocols/redis', parts, { 'protocols/redis': floor })).toEqual([
      `protocols/redis ${complaint}`,
    ]);
  });

  it('are broken where a folder that has one is gone', () => {
    const floor = { 'protocols/gopher': { wire: 90, session: 90 } };
    const wire = new Map([['wire' as const, { covered: 1, total: 1 }]]);
    expect(breaches('protocols/gopher', wire, floor)).toEqual([
      'protocols/gopher session: has a floor, and no file is covered',
    ]);
  });
});
