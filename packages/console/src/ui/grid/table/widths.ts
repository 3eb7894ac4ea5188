// How wide columns are at first: as wide as their names and first cells are, within reason. In pixels.
import { type GridColumn, kindOf } from '../column.ts';
import { cellPreview } from '../rows/cell-text.ts';

/** No column is narrower. */
const LEAST_WIDTH = 48;
/** No column is wider. */
const MOST_WIDTH = 2_000;
const LEAST_AT_FIRST = 76;
const MOST_AT_FIRST = 340;
const PADDING = 22;
/** Of a letter in the cells' face, about. */
const LETTER_WIDTH = 7.9;
/** For the sign of the sort. */
const SORT_LETTERS = 2;
const SAMPLE_LENGTH = 60;
/** As wide as the signs of NULL and of the empty text. */
const SIGN = 'empty';

/** A column's width. @param raw Some of its cells' JSON texts. */
export function widthFor(column: GridColumn, raw: readonly (string | undefined)[]): number {
  const kind = kindOf(column);
  const lengths = raw.map((cell) => (cellPreview(cell, kind, SAMPLE_LENGTH) || SIGN).length);
  const letters = Math.max(column.name.length + SORT_LETTERS, column.type.length, ...lengths);
  const width = Math.ceil(letters * LETTER_WIDTH) + PADDING;
  return Math.max(LEAST_AT_FIRST, Math.min(MOST_AT_FIRST, width));
}

/** A width within what is allowed. */
export function clampWidth(width: number): number {
  return Math.max(LEAST_WIDTH, Math.min(MOST_WIDTH, Math.round(width)));
}

/** The width of the rows' numbers. @param count How many rows there are. */
export function numberWidth(count: number): number {
  return Math.max(3, String(count).length) * LETTER_WIDTH + 16;
}
