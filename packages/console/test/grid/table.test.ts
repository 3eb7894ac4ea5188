// What of the table is in sight, where keys lead, and the words above it.
import { describe, expect, it } from 'vitest';
import { rowsInWords } from '../../src/ui/grid/bar/words.ts';
import { readJsonTree } from '../../src/ui/grid/cell/json-value.ts';
import { kindOf } from '../../src/ui/grid/column.ts';
import { HEADER, moved, selectedRows } from '../../src/ui/grid/table/cursor.ts';
import {
  bodyHeight,
  columnStarts,
  columnsInSight,
  leftFor,
  offsetOf,
  ROW_HEIGHT,
  rowsInSight,
  topFor,
} from '../../src/ui/grid/table/geometry.ts';

describe('geometry', () => {
  const height = 20 * ROW_HEIGHT;

  it('draws what is in sight, and a little more', () => {
    expect(rowsInSight({ top: 0, height, count: 1_000 })).toEqual({ first: 0, last: 24 });
    expect(rowsInSight({ top: 100 * ROW_HEIGHT, height, count: 1_000 })).toEqual({ first: 96, last: 124 });
    expect(rowsInSight({ top: 0, height, count: 3 })).toEqual({ first: 0, last: 3 });
    expect(rowsInSight({ top: 0, height, count: 0 })).toEqual({ first: 0, last: 0 });
  });

  it.each([1_000, 1_000_000, 20_000_000])('reaches the first and the last of %d rows', (count) => {
    const end = bodyHeight(count) - height;
    expect(bodyHeight(count)).toBeLessThan(16_000_000);
    expect(rowsInSight({ top: 0, height, count }).first).toBe(0);
    expect(rowsInSight({ top: end, height, count }).last).toBe(count);
    const viewport = { top: 0, height, count };
    for (const row of [count - 1, count >> 1, 30]) {
      const offset = offsetOf({ ...viewport, top: topFor(viewport, row) });
      expect(offset).toBeLessThanOrEqual(row * ROW_HEIGHT + 1);
      expect(offset + height).toBeGreaterThanOrEqual((row + 1) * ROW_HEIGHT - 1);
    }
  });

  it('draws the columns in sight of hundreds', () => {
    const starts = columnStarts(Array.from({ length: 300 }, () => 100));
    expect(columnsInSight(starts, 0, 500)).toEqual({ first: 0, last: 7 });
    expect(columnsInSight(starts, 15_000, 500)).toEqual({ first: 149, last: 157 });
    expect(columnsInSight(starts, 29_500, 500)).toEqual({ first: 294, last: 300 });
    expect(columnsInSight([0], 0, 500)).toEqual({ first: 0, last: 0 });
    expect([leftFor(starts, 10, 0, 500), leftFor(starts, 2, 0, 500), leftFor(starts, 2, 900, 500)]).toEqual([
      600, 0, 200,
    ]);
  });
});

describe('the keyboard', () => {
  const extent = { rows: 100, columns: 5, page: 20 };
  const at = (row: number, column: number, anchor?: number) => ({ row, column, anchor });
  const key = (name: string, isCommand = false, isShift = false) => ({ key: name, isCommand, isShift });

  it.each([
    ['ArrowDown', false, at(4, 2), [5, 2]],
    ['ArrowUp', false, at(0, 2), [HEADER, 2]],
    ['ArrowUp', false, at(HEADER, 2), [HEADER, 2]],
    ['ArrowLeft', false, at(4, 0), [4, 0]],
    ['ArrowRight', false, at(4, 4), [4, 4]],
    ['PageDown', false, at(90, 1), [99, 1]],
    ['PageUp', false, at(10, 1), [0, 1]],
    ['Home', false, at(10, 3), [10, 0]],
    ['End', false, at(10, 3), [10, 4]],
    ['Home', true, at(10, 3), [0, 0]],
    ['End', true, at(10, 3), [99, 4]],
  ] as const)('%s, with Ctrl %s', (name, isCommand, from, [row, column]) => {
    expect(moved(from, extent, key(name, isCommand))).toEqual({ row, column, anchor: undefined });
  });

  it('selects rows with Shift, all with Ctrl A, and none with Escape', () => {
    const once = moved(at(4, 2), extent, key('ArrowDown', false, true));
    expect(once).toEqual(at(5, 2, 4));
    expect(selectedRows(once ?? at(0, 0))).toEqual({ first: 4, last: 6 });
    expect(moved(at(4, 2, 8), extent, key('ArrowUp', false, true))).toEqual(at(3, 2, 8));
    expect(moved(at(0, 2, 3), extent, key('ArrowUp', false, true))).toEqual(at(0, 2, 3));
    expect(selectedRows(moved(at(4, 2), extent, key('a', true)) ?? at(0, 0))).toEqual({
      first: 0,
      last: 100,
    });
    expect(moved(at(4, 2, 8), extent, key('Escape'))).toEqual(at(4, 2));
    expect(selectedRows(at(4, 2))).toBeUndefined();
  });

  it('leaves other keys, and stays where there are no rows', () => {
    expect(moved(at(4, 2), extent, key('Tab'))).toBeUndefined();
    expect(moved(at(HEADER, 0), { ...extent, rows: 0 }, key('ArrowDown'))).toEqual(at(HEADER, 0));
    expect(moved(at(HEADER, 0), { ...extent, rows: 0 }, key('End', true))).toEqual(at(HEADER, 4));
  });
});

describe('rowsInWords', () => {
  const counts = {
    seen: 37,
    loaded: 1_000,
    state: 'whole',
    isFiltered: false,
    isSorted: false,
  } as const;

  it.each([
    [counts, '1,000 rows'],
    [{ ...counts, isFiltered: true }, '37 of 1,000 rows'],
    [{ ...counts, state: 'loading' as const }, '1,000 rows loaded; more are coming'],
    [
      { ...counts, state: 'cut' as const, isFiltered: true },
      '37 of the 1,000 rows loaded; the result has more',
    ],
    [
      { ...counts, state: 'cut' as const, isSorted: true },
      '1,000 rows loaded; the result has more, sorted is what is loaded',
    ],
  ])('%#', (given, words) => {
    expect(rowsInWords(given)).toBe(words);
  });
});

describe('kinds and JSON', () => {
  it.each([
    ['int8', 'number'],
    ['bigint unsigned', 'number'],
    ['numeric', 'number'],
    ['double', 'number'],
    ['bool', 'boolean'],
    ['jsonb', 'json'],
    ['text[]', 'json'],
    ['bytea', 'bytes'],
    ['varbinary', 'bytes'],
    ['interval', 'text'],
    ['point', 'text'],
    ['money', 'text'],
    ['', 'text'],
    ['constructor', 'text'],
  ])('%s is %s', (type, kind) => {
    expect(kindOf({ name: 'c', type })).toBe(kind);
  });

  it('keep the digits of whole numbers', () => {
    expect(readJsonTree('{"n":9007199254740993,"m":1.5}')).toEqual({ n: 9007199254740993n, m: 1.5 });
    expect(readJsonTree('{')).toBeUndefined();
    expect(readJsonTree('"text"')).toBeUndefined();
    expect(readJsonTree(' [1]')).toEqual([1]);
  });
});
