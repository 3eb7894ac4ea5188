// Sort and filter of what is loaded.
import { describe, expect, it } from 'vitest';
import type { GridColumn } from '../../src/ui/grid/column.ts';
import { readCondition } from '../../src/ui/grid/order/condition.ts';
import { compareDecimals } from '../../src/ui/grid/order/decimals.ts';
import { filterRows } from '../../src/ui/grid/order/filter-rows.ts';
import { GridView } from '../../src/ui/grid/order/grid-view.ts';
import { Slices } from '../../src/ui/grid/order/slices.ts';
import { sortRows } from '../../src/ui/grid/order/sort-rows.ts';
import { RowStore } from '../../src/ui/grid/rows/row-store.ts';

function storeOf(columns: readonly GridColumn[], rows: readonly (readonly unknown[])[]): RowStore {
  const store = new RowStore();
  store.begin(columns);
  store.append(rows);
  store.end(true);
  return store;
}

const slices = () => new Slices(new AbortController().signal);

/** The first column's values, sorted by it. */
async function sorted(type: string, values: readonly unknown[], isDescending = false): Promise<unknown[]> {
  const store = storeOf(
    [{ name: 'v', type }],
    values.map((value) => [value]),
  );
  const rows = Uint32Array.from(values.keys());
  const order = await sortRows(store, rows, values.length, { column: 0, isDescending }, slices());
  return Array.from(order, (row) => values[row]);
}

async function filtered(
  type: string,
  values: readonly unknown[],
  text: string,
  condition = '',
): Promise<unknown[]> {
  const store = storeOf(
    [{ name: 'v', type }],
    values.map((value) => [value]),
  );
  const filter = { text, conditions: new Map([[0, condition]]) };
  const rows = await filterRows(store, values.length, filter, slices());
  return Array.from(rows, (row) => values[row]);
}

describe('sortRows', () => {
  it('sorts numbers as numbers, to the last digit, NULL last whichever way', async () => {
    const values = [
      10,
      null,
      '9',
      '-1.5',
      '9007199254740993',
      '9007199254740992',
      'NaN',
      '0.10000000000000000002',
      '0.1',
    ];
    const up = [
      '-1.5',
      '0.1',
      '0.10000000000000000002',
      '9',
      10,
      '9007199254740992',
      '9007199254740993',
      'NaN',
      null,
    ];
    expect(await sorted('numeric', values)).toEqual(up);
    expect(await sorted('numeric', values, true)).toEqual([...up.slice(0, -1).reverse(), null]);
  });

  it('sorts texts, whatever their capitals and escapes', async () => {
    const values = [
      'banana',
      'Apple',
      'a\nb',
      '',
      'same beginning 2',
      'same beginning 1',
      null,
      'a"b',
      'Ж',
      'apple',
    ];
    expect(await sorted('text', values)).toEqual([
      '',
      'a\nb',
      'a"b',
      'Apple',
      'apple',
      'banana',
      'same beginning 1',
      'same beginning 2',
      'Ж',
      null,
    ]);
  });

  it('sorts truth, and bytes as bytes', async () => {
    expect(await sorted('bool', [true, null, false])).toEqual([false, true, null]);
    const bytes = [0xff, 0x00, 0x7f, 0x80].map((byte) => btoa(String.fromCharCode(byte)));
    expect(await sorted('bytea', bytes)).toEqual([bytes[1], bytes[2], bytes[3], bytes[0]]);
  });

  it('is stable over many runs, and gives the same as the engine', async () => {
    const values = Array.from({ length: 20_000 }, (_, i) => (i * 7_919) % 101);
    const store = storeOf(
      [{ name: 'v', type: 'int4' }],
      values.map((value) => [value]),
    );
    const rows = Uint32Array.from(values.keys());
    const order = await sortRows(store, rows, values.length, { column: 0, isDescending: true }, slices());
    const expected = [...values.keys()].sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0));
    expect(Array.from(order)).toEqual(expected);
  });

  it('ends when it is stopped', async () => {
    const values = Array.from({ length: 200_000 }, (_, i) => [`${i}`]);
    const abort = new AbortController();
    const stopped = new Slices(abort.signal, () => abort.abort());
    const rows = Uint32Array.from(values.keys());
    const sorting = sortRows(
      storeOf([{ name: 'v', type: 'text' }], values),
      rows,
      values.length,
      { column: 0, isDescending: true },
      stopped,
    );
    await expect(sorting).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('compareDecimals', () => {
  it.each([
    ['1', '2', -1],
    ['10', '9', 1],
    ['-10', '-9', -1],
    ['-1', '1', -1],
    ['1.50', '1.5', 0],
    ['007', '7', 0],
    ['0.1', '0.09', 1],
  ])('%s and %s', (a, b, order) => {
    expect(Math.sign(compareDecimals(a, b))).toBe(order);
  });
});

describe('filterRows', () => {
  it('finds a text in any cell, whatever its capitals', async () => {
    expect(await filtered('text', ['Aurora', 'Boreas', null], 'AUR')).toEqual(['Aurora']);
    expect(await filtered('text', ['a"b', 'ab'], '"')).toEqual(['a"b']);
    expect(await filtered('text', ['a\\b', 'a\nb'], '\\')).toEqual(['a\\b']);
    expect(await filtered('text', ['a\nb', 'anb'], 'n')).toEqual(['anb']);
    expect(await filtered('jsonb', [{ a: 'x' }, { b: 1 }], '"a":')).toEqual([{ a: 'x' }]);
  });

  it('finds nothing in what stands between cells', async () => {
    const store = storeOf(
      [
        { name: 'a', type: 'int4' },
        { name: 'b', type: 'text' },
      ],
      [
        [1, 'x'],
        [2, null],
        [3, '1,"'],
      ],
    );
    const find = async (text: string) =>
      Array.from(await filterRows(store, 3, { text, conditions: new Map() }, slices()));
    expect(await find(',')).toEqual([2]);
    expect(await find('1,"')).toEqual([2]);
    expect(await find('null')).toEqual([]);
    expect(await find('[')).toEqual([]);
  });

  it('finds bytes by their hexadecimal digits', async () => {
    const hello = btoa('hello');
    expect(await filtered('bytea', [hello, btoa('world')], '6865')).toEqual([hello]);
    expect(await filtered('bytea', [hello], hello.slice(0, 4))).toEqual([]);
  });

  it('passes rows by what is typed above a column', async () => {
    expect(await filtered('int4', [1, 2, 30, null], '', '> 1')).toEqual([2, 30]);
    expect(await filtered('text', ['a', '', null], '', 'is null')).toEqual([null]);
    expect(await filtered('text', ['a', '', null], '', 'not null')).toEqual(['a', '']);
    expect(await filtered('text', ['NULL', 'a'], '', '= null')).toEqual(['NULL']);
  });
});

describe('readCondition', () => {
  it.each([
    ['ab', 'text', 'xABy', true],
    ['= ab', 'text', 'Ab', true],
    ['= ab', 'text', 'abc', false],
    ['!= ab', 'text', 'abc', true],
    ['<> 5', 'number', '5.0', false],
    ['<= 9', 'number', '10', false],
    ['<= 9', 'text', '10', true],
    ['>= 2026-02', 'text', '2026-03-01', true],
    ['< 5', 'number', undefined, false],
    ['=', 'text', '', true],
  ] as const)('%s of %s: %s', (typed, kind, cell, passes) => {
    expect(readCondition(typed, kind)?.(cell)).toBe(passes);
  });

  it('is none where nothing is typed', () => {
    expect(readCondition('', 'text')).toBeUndefined();
  });
});

describe('GridView', () => {
  const settle = (ms = 300) => new Promise((resolve) => setTimeout(resolve, ms));
  const columns = [{ name: 'v', type: 'int4' }];
  const seen = (view: GridView) => Array.from({ length: view.count.value }, (_, i) => view.rowAt(i));

  it('shows rows as they come, sorted, filtered, and as they came again', async () => {
    const view = new GridView(storeOf(columns, [[3], [1], [2], [null]]));
    expect(seen(view)).toEqual([0, 1, 2, 3]);
    view.sortBy({ column: 0, isDescending: false });
    await settle();
    expect(seen(view)).toEqual([1, 2, 0, 3]);
    view.filterBy({ conditions: new Map([[0, '> 1']]) });
    await settle();
    expect(seen(view)).toEqual([2, 0]);
    const before = view.wanted.value;
    expect(view.applied.value).toBe(before);
    view.filterBy({ conditions: new Map() });
    view.sortBy(undefined);
    expect([view.applied.value, seen(view)]).toEqual([before, [2, 0]]);
    await settle();
    expect(view.applied.value).toBe(view.wanted.value);
    expect(seen(view)).toEqual([0, 1, 2, 3]);
    view.dispose();
  });

  it('stays as it was where sorting is stopped', async () => {
    const view = new GridView(storeOf(columns, [[3], [1], [2]]));
    view.sortBy({ column: 0, isDescending: false });
    await settle();
    view.filterBy({ text: '2' });
    expect(view.wanted.value.filter.text).toBe('2');
    view.stop();
    await settle();
    expect(view.wanted.value.filter.text).toBe('');
    expect(view.applied.value).toBe(view.wanted.value);
    expect(seen(view)).toEqual([1, 2, 0]);
    view.dispose();
  });

  it('takes in further rows of the result, and begins another one without sort', async () => {
    const store = new RowStore();
    store.begin(columns);
    store.append([[3], [1]]);
    const view = new GridView(store);
    view.sortBy({ column: 0, isDescending: false });
    await settle();
    store.append([[2]]);
    store.end(true);
    await settle(900);
    expect(seen(view)).toEqual([1, 2, 0]);
    store.begin(columns);
    store.append([[9], [8]]);
    store.end(true);
    expect(seen(view)).toEqual([0, 1]);
    expect(view.wanted.value.sort).toBeUndefined();
    expect(view.applied.value).toBe(view.wanted.value);
    view.dispose();
  });

  it('is no whole result where rows were not looked through that came last', async () => {
    const store = new RowStore();
    store.begin(columns);
    store.append([[3], [1]]);
    await settle();
    const view = new GridView(store);
    view.sortBy({ column: 0, isDescending: false });
    await settle();
    expect([view.state.value, view.covered.value]).toEqual(['loading', 2]);
    store.append([[2]]);
    store.end(true);
    expect([store.state.value, view.state.value, view.covered.value]).toEqual(['whole', 'loading', 2]);
    view.stop();
    await settle(900);
    expect([view.state.value, seen(view)]).toEqual(['cut', [1, 0]]);
    view.sortBy({ column: 0, isDescending: true });
    await settle();
    expect([view.state.value, seen(view)]).toEqual(['whole', [0, 2, 1]]);
    view.dispose();
  });
});
