// Where rows and columns stand, and which are in sight. Numbers only, in pixels.

/** Of every row. */
export const ROW_HEIGHT = 28;
/** Browsers cut elements off beyond some 17 million pixels: longer results are scrolled in proportion. */
const MAX_HEIGHT = 15_000_000;
/** Drawn beyond each edge. */
const ROWS_BEYOND = 4;
const COLUMNS_BEYOND = 1;

/** Numbers from `first` on, before `last`. */
export interface Range {
  readonly first: number;
  readonly last: number;
}

/** The place in which rows are seen. */
export interface Viewport {
  /** How far it is scrolled. */
  readonly top: number;
  /** What of its height rows may take. */
  readonly height: number;
  readonly count: number;
}

/** How high all rows are, as far as the browser allows. */
export function bodyHeight(count: number): number {
  return Math.min(count * ROW_HEIGHT, MAX_HEIGHT);
}

/** The distance from the first row's top to what is seen at the top, as if all rows had their height. */
export function offsetOf({ top, height, count }: Viewport): number {
  const scrolled = Math.max(1, bodyHeight(count) - height);
  const whole = Math.max(0, count * ROW_HEIGHT - height);
  return bodyHeight(count) < count * ROW_HEIGHT ? Math.min(1, top / scrolled) * whole : Math.min(top, whole);
}

/** The rows that are drawn. */
export function rowsInSight(viewport: Viewport): Range {
  const offset = offsetOf(viewport);
  return {
    first: Math.max(0, Math.floor(offset / ROW_HEIGHT) - ROWS_BEYOND),
    last: Math.min(viewport.count, Math.ceil((offset + viewport.height) / ROW_HEIGHT) + ROWS_BEYOND),
  };
}

/** How far rows are moved down that are drawn from `first` on. */
export function shiftOf(viewport: Viewport, first: number): number {
  if (bodyHeight(viewport.count) === viewport.count * ROW_HEIGHT) return first * ROW_HEIGHT;
  return viewport.top + first * ROW_HEIGHT - offsetOf(viewport);
}

/** How far to scroll so that a row is in sight: as little as possible. */
export function topFor(viewport: Viewport, row: number): number {
  const offset = offsetOf(viewport);
  const least = (row + 1) * ROW_HEIGHT - viewport.height;
  const most = row * ROW_HEIGHT;
  if (offset >= least && offset <= most) return viewport.top;
  const wanted = Math.max(0, offset > most ? most : least);
  const scrolled = Math.max(1, bodyHeight(viewport.count) - viewport.height);
  const whole = Math.max(1, viewport.count * ROW_HEIGHT - viewport.height);
  return bodyHeight(viewport.count) < viewport.count * ROW_HEIGHT ? (wanted / whole) * scrolled : wanted;
}

/** Where each column begins, and behind the last one where all end. */
export function columnStarts(widths: readonly number[]): readonly number[] {
  const starts = [0];
  for (const width of widths) starts.push((starts.at(-1) ?? 0) + width);
  return starts;
}

/** The columns that are drawn. @param width What of the place's width columns may take. */
export function columnsInSight(starts: readonly number[], left: number, width: number): Range {
  const count = starts.length - 1;
  const first = Math.max(0, behind(starts, left) - 1 - COLUMNS_BEYOND);
  return { first, last: Math.min(count, behind(starts, left + width) + COLUMNS_BEYOND) };
}

/** How far to scroll sideways so that a column is in sight. */
export function leftFor(starts: readonly number[], column: number, left: number, width: number): number {
  const start = starts[column] ?? 0;
  const end = starts[column + 1] ?? start;
  if (start < left || end - start > width) return start;
  return end > left + width ? end - width : left;
}

/** The number of the first start that lies behind `at`. */
function behind(starts: readonly number[], at: number): number {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) > at) high = middle;
    else low = middle + 1;
  }
  return low;
}
