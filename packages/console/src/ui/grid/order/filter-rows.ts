// The rows that pass: a text that any cell contains, and conditions on columns. In pieces; it changes nothing.
import { type ColumnKind, type GridColumn, kindOf } from '../column.ts';
import { cellText } from '../rows/cell-text.ts';
import { findCell, rawCells } from '../rows/raw-cells.ts';
import type { RowStore } from '../rows/row-store.ts';
import { type Condition, readCondition } from './condition.ts';
import type { Slices } from './slices.ts';

/** Rows between two looks at the clock; so many are looked through at once for a text that few have. */
const STEP = 64;

/** What rows have to pass. */
export interface RowFilter {
  /** A text that any cell contains, whatever its capitals; empty: none. */
  readonly text: string;
  /** What was typed above columns, by their number from 0. */
  readonly conditions: ReadonlyMap<number, string>;
}

/** Whether it lets every row pass. */
export function isOpen({ text, conditions }: RowFilter): boolean {
  return text === '' && [...conditions.values()].every((typed) => typed === '');
}

/** The first `count` rows that pass, in the order they came. @throws The reason of the slices' signal. */
export async function filterRows(
  store: RowStore,
  count: number,
  filter: RowFilter,
  slices: Slices,
): Promise<Uint32Array<ArrayBuffer>> {
  const text = textTest(filter.text, store.columns.peek().map(kindOf));
  const hasCells = cellTest(filter.conditions, store.columns.peek());
  const found = new Uint32Array(count);
  let at = 0;
  for (let row = 0; row < count; row += 1) {
    if (row % STEP === 0) {
      if (slices.isOver) await slices.rest(row / count);
      const next = Math.min(row + STEP, count);
      if (!text.mayBeIn(store, row, next)) {
        row = next - 1;
        continue;
      }
    }
    if (hasCells(store, row) && text.isIn(store, row)) found[at++] = row;
  }
  return found.slice(0, at);
}

type RowTest = (store: RowStore, row: number) => boolean;

const always: RowTest = () => true;

interface TextTest {
  /** False where none of the rows before `last` has the text. */
  readonly mayBeIn: (store: RowStore, first: number, last: number) => boolean;
  readonly isIn: RowTest;
}

function textTest(text: string, kinds: readonly ColumnKind[]): TextTest {
  const needle = text.toLowerCase();
  if (needle === '') return { mayBeIn: always, isIn: always };
  const escaped = JSON.stringify(needle).slice(1, -1);
  const has = (line: string) => line.includes(needle) || (escaped !== needle && line.includes(escaped));
  // Bytes are looked for as the hexadecimal digits that are shown, which their base64 does not contain.
  if (kinds.includes('bytes') && /^[0-9a-f]+$/.test(needle))
    return { mayBeIn: always, isIn: (store, row) => anyCellHas(store.text(row), kinds, needle) };
  // What stands in a row's own brackets, commas, escapes, or in the word null, is in no cell.
  const isPlain = !/[,[\]"\\]/.test(needle) && !'null'.includes(needle) && !kinds.includes('bytes');
  return {
    mayBeIn: (store, first, last) => has(store.texts(first, last).toLowerCase()),
    isIn: (store, row) => {
      const line = store.text(row);
      if (!has(line.toLowerCase())) return false;
      return (isPlain && !line.includes('\\')) || anyCellHas(line, kinds, needle);
    },
  };
}

function anyCellHas(line: string, kinds: readonly ColumnKind[], needle: string): boolean {
  return rawCells(line).some((raw, i) =>
    cellText(raw, kinds[i] ?? 'text')
      ?.toLowerCase()
      .includes(needle),
  );
}

function cellTest(typed: ReadonlyMap<number, string>, columns: readonly GridColumn[]): RowTest {
  const tests = [...typed].flatMap(([column, text]) => {
    const kind = kindOf(columns[column] ?? { name: '', type: '' });
    const condition = readCondition(text, kind);
    return condition === undefined ? [] : [{ column, kind, condition }];
  });
  if (tests.length === 0) return always;
  const place = { start: 0, end: 0 };
  const decoder = new TextDecoder();
  const passes = (
    store: RowStore,
    row: number,
    test: { column: number; kind: ColumnKind; condition: Condition },
  ): boolean => {
    const { bytes, start, end } = store.find(row);
    const isThere = findCell(bytes, start, end, test.column, place);
    const raw = isThere ? decoder.decode(bytes.subarray(place.start, place.end)) : undefined;
    return test.condition(cellText(raw, test.kind));
  };
  return (store, row) => tests.every((test) => passes(store, row, test));
}
