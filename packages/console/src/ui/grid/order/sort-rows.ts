// Rows sorted by a column: merge sort in pieces, stable, NULL last whichever way. The rows stay where they are.
import type { RowStore } from '../rows/row-store.ts';
import type { Slices } from './slices.ts';
import { SortKeys } from './sort-keys.ts';

/** So many rows are sorted in one go. */
const RUN = 2_048;
const STEP = 256;
/** Of the time that it takes: reading the keys, and the first runs. */
const SHARE_OF_KEYS = 0.3;
const SHARE_OF_RUNS = 0.2;

/** By which column, from 0, and which way. */
export interface Sort {
  readonly column: number;
  readonly isDescending: boolean;
}

type Compare = (a: number, b: number) => number;

/**
 * Sorts rows.
 * @param rows Numbers of rows, in the order they came; they are sorted in place as far as that goes: use what is returned.
 * @param count How many rows there are from the first on.
 * @throws The reason of the slices' signal.
 */
export async function sortRows(
  store: RowStore,
  rows: Uint32Array<ArrayBuffer>,
  count: number,
  { column, isDescending }: Sort,
  slices: Slices,
): Promise<Uint32Array<ArrayBuffer>> {
  const keys = new SortKeys(store, column, count);
  const valued = await nullsLast(rows, keys, slices);
  const compare: Compare = isDescending ? (a, b) => keys.compare(b, a) : (a, b) => keys.compare(a, b);
  const sorted = await mergeSort(rows.subarray(0, valued), compare, slices);
  if (sorted.buffer !== rows.buffer) rows.set(sorted);
  return rows;
}

/** Reads the keys, and moves rows without one behind the others. @returns How many have one. */
async function nullsLast(rows: Uint32Array, keys: SortKeys, slices: Slices): Promise<number> {
  const nulls: number[] = [];
  let valued = 0;
  for (let i = 0; i < rows.length; i += 1) {
    if (i % STEP === 0 && slices.isOver) await slices.rest((SHARE_OF_KEYS * i) / rows.length);
    const row = rows[i] ?? 0;
    if (keys.read(row)) rows[valued++] = row;
    else nulls.push(row);
  }
  for (const [i, row] of nulls.entries()) rows[valued + i] = row;
  return valued;
}

async function mergeSort(
  rows: Uint32Array<ArrayBuffer>,
  compare: Compare,
  slices: Slices,
): Promise<Uint32Array<ArrayBuffer>> {
  for (let start = 0; start < rows.length; start += RUN) {
    if (slices.isOver) await slices.rest(SHARE_OF_KEYS + (SHARE_OF_RUNS * start) / rows.length);
    rows.subarray(start, start + RUN).sort(compare);
  }
  const before = SHARE_OF_KEYS + SHARE_OF_RUNS;
  const passes = Math.ceil(Math.log2(Math.max(1, rows.length / RUN)));
  let from = rows;
  let to = new Uint32Array(rows.length);
  for (let size = RUN, pass = 0; size < rows.length; size *= 2, pass += 1) {
    for (let start = 0; start < rows.length; start += 2 * size)
      await merge({ from, to, start, size }, compare, slices, before + ((1 - before) * pass) / passes);
    [from, to] = [to, from];
  }
  return from;
}

interface Halves {
  readonly from: Uint32Array;
  readonly to: Uint32Array;
  readonly start: number;
  readonly size: number;
}

async function merge(
  { from, to, start, size }: Halves,
  compare: Compare,
  slices: Slices,
  share: number,
): Promise<void> {
  const middle = Math.min(start + size, from.length);
  const end = Math.min(start + 2 * size, from.length);
  let left = start;
  let right = middle;
  for (let at = start; at < end; at += 1) {
    if (at % STEP === 0 && slices.isOver) await slices.rest(share);
    const isLeft = left < middle && (right >= end || compare(from[left] ?? 0, from[right] ?? 0) <= 0);
    to[at] = from[isLeft ? left++ : right++] ?? 0;
  }
}
