// What the table knows of itself: its scroll, its widths, where the keyboard is, and the cells in sight. One for each view.
import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { GridView } from '../order/grid-view.ts';
import { type Cursor, HEADER } from './cursor.ts';
import {
  bodyHeight,
  columnStarts,
  columnsInSight,
  leftFor,
  type Range,
  ROW_HEIGHT,
  rowsInSight,
  shiftOf,
  topFor,
  type Viewport,
} from './geometry.ts';
import { clampWidth, numberWidth, widthFor } from './widths.ts';

/** Of names and types, and of the fields below them. */
const HEAD_HEIGHT = 44;
const FILTERS_HEIGHT = 38;
const SAMPLE_ROWS = 60;
/** Rows whose cells are remembered. */
const MAX_CUT = 400;

/** The state of one table. */
export class TableState {
  readonly view: GridView;
  readonly top = signal(0);
  readonly left = signal(0);
  /** Of the whole place. */
  readonly size: Signal<{ readonly width: number; readonly height: number }> = signal({
    width: 600,
    height: 400,
  });
  readonly cursor: Signal<Cursor> = signal({ row: HEADER, column: 0, anchor: undefined });
  readonly hasFilters = signal(false);
  /** Widths that a person has chosen, by the column's number. */
  readonly #chosen = signal<ReadonlyMap<number, number>>(new Map());
  readonly #natural: ReadonlySignal<readonly number[]>;
  readonly #cut = new Map<number, readonly string[]>();
  #cutFor: unknown;

  /** Whether the keyboard is at a cell: a filter may leave it behind the last row. */
  readonly isAtCell: ReadonlySignal<boolean>;
  readonly headHeight: ReadonlySignal<number>;
  readonly numberWidth: ReadonlySignal<number>;
  /** Where each column begins, and all end. */
  readonly starts: ReadonlySignal<readonly number[]>;
  readonly rows: ReadonlySignal<Range>;
  readonly columns: ReadonlySignal<Range>;
  /** How far the drawn rows are moved down. */
  readonly shift: ReadonlySignal<number>;
  readonly bodyHeight: ReadonlySignal<number>;

  constructor(view: GridView) {
    this.view = view;
    this.isAtCell = computed(() => this.cursor.value.row >= 0 && this.cursor.value.row < view.count.value);
    this.headHeight = computed(() => HEAD_HEIGHT + (this.hasFilters.value ? FILTERS_HEIGHT : 0));
    this.numberWidth = computed(() => numberWidth(view.count.value));
    this.#natural = this.#naturalWidths();
    this.starts = computed(() =>
      columnStarts(this.#natural.value.map((width, i) => this.#chosen.value.get(i) ?? width)),
    );
    this.rows = stable(() => rowsInSight(this.#viewport()));
    this.columns = stable(() => {
      const { width } = this.size.value;
      return columnsInSight(this.starts.value, this.left.value, width - this.numberWidth.value);
    });
    this.shift = computed(() => shiftOf(this.#viewport(), this.rows.value.first));
    this.bodyHeight = computed(() => bodyHeight(view.count.value));
  }

  /** Rows of a page, for the keyboard. */
  get page(): number {
    return Math.max(1, Math.floor(this.#viewport().height / ROW_HEIGHT) - 1);
  }

  /** A column's width. */
  widthOf(column: number): number {
    const starts = this.starts.peek();
    return (starts[column + 1] ?? 0) - (starts[column] ?? 0);
  }

  /** Makes a column wider or narrower; undefined gives it its first width again. */
  setWidth(column: number, width: number | undefined): void {
    const chosen = new Map(this.#chosen.peek());
    if (width === undefined) chosen.delete(column);
    else chosen.set(column, clampWidth(width));
    this.#chosen.value = chosen;
  }

  /** Where to scroll so that the keyboard's cell is in sight. */
  scrollFor({ row, column }: Cursor): { readonly top: number; readonly left: number } {
    const viewport = this.#viewport();
    const width = this.size.peek().width - this.numberWidth.peek();
    return {
      top: row === HEADER ? viewport.top : topFor(viewport, row),
      left: leftFor(this.starts.peek(), column, this.left.peek(), width),
    };
  }

  /** The JSON texts of a row's cells, at a place that is seen. */
  cells(position: number): readonly string[] {
    const { store, order } = this.view;
    const madeFor = order.peek() ?? store.version.peek();
    if (madeFor !== this.#cutFor || this.#cut.size > MAX_CUT) this.#cut.clear();
    this.#cutFor = madeFor;
    const known = this.#cut.get(position);
    if (known !== undefined) return known;
    const cells = store.row(this.view.rowAt(position));
    if (cells.length > 0) this.#cut.set(position, cells);
    return cells;
  }

  /** A new result begins at its first cell, with widths of its own. */
  reset(): void {
    this.#chosen.value = new Map();
    this.cursor.value = { row: HEADER, column: 0, anchor: undefined };
  }

  #viewport(): Viewport {
    const height = Math.max(ROW_HEIGHT, this.size.value.height - this.headHeight.value);
    return { top: this.top.value, height, count: this.view.count.value };
  }

  /** By the first rows; once those are there, they stay. */
  #naturalWidths(): ReadonlySignal<readonly number[]> {
    const { store } = this.view;
    const sampled = computed(() => Math.min(SAMPLE_ROWS, store.count.value));
    return computed(() => {
      const columns = store.columns.value;
      void store.version.value;
      const rows = Array.from({ length: sampled.value }, (_, i) => store.row(i));
      return columns.map((column, i) =>
        widthFor(
          column,
          rows.map((row) => row[i]),
        ),
      );
    });
  }
}

/** A range that is told only when it changes. */
function stable(compute: () => Range): ReadonlySignal<Range> {
  let last: Range = { first: 0, last: 0 };
  return computed(() => {
    const next = compute();
    if (next.first !== last.first || next.last !== last.last) last = next;
    return last;
  });
}
