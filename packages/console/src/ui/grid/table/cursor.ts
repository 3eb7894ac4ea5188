// The cell that the keyboard is at, and the rows that are selected; which keys move them. Nothing is drawn.

/** The row of the columns' names. */
export const HEADER = -1;

/** Where the keyboard is. Rows and columns count from 0 as they are seen; row -1 is the header. */
export interface Cursor {
  readonly row: number;
  readonly column: number;
  /** Where a selection of rows began, which ends at `row`; undefined where the cell alone is meant. */
  readonly anchor: number | undefined;
}

/** How far there is to go. */
export interface Extent {
  readonly rows: number;
  readonly columns: number;
  /** Rows of a page. */
  readonly page: number;
}

/** A key with what was held. `isCommand`: Ctrl, or ⌘. */
export interface Key {
  readonly key: string;
  readonly isCommand: boolean;
  readonly isShift: boolean;
}

type Move = (cursor: Cursor, extent: Extent) => readonly [row: number, column: number];

const MOVES: Readonly<Record<string, Move>> = {
  ArrowUp: ({ row, column }) => [row - 1, column],
  ArrowDown: ({ row, column }) => [row + 1, column],
  ArrowLeft: ({ row, column }) => [row, column - 1],
  ArrowRight: ({ row, column }) => [row, column + 1],
  PageUp: ({ row, column }, { page }) => [row === HEADER ? HEADER : Math.max(0, row - page), column],
  PageDown: ({ row, column }, { page }) => [row + page, column],
  Home: ({ row }) => [row, 0],
  End: ({ row }, { columns }) => [row, columns - 1],
};

const COMMAND_MOVES: Readonly<Record<string, Move>> = {
  Home: () => [0, 0],
  End: (_, { rows, columns }) => [rows - 1, columns - 1],
  ArrowUp: ({ column }) => [0, column],
  ArrowDown: ({ column }, { rows }) => [rows - 1, column],
  ArrowLeft: ({ row }) => [row, 0],
  ArrowRight: ({ row }, { columns }) => [row, columns - 1],
};

/** Keys that select rows where Shift is held. */
const SELECTS = /^(?:ArrowUp|ArrowDown|PageUp|PageDown)$/;

/** Where a key leads; undefined for one that does not move. */
export function moved(cursor: Cursor, extent: Extent, key: Key): Cursor | undefined {
  if (key.isCommand && key.key.toLowerCase() === 'a')
    return extent.rows === 0 ? undefined : { row: extent.rows - 1, column: cursor.column, anchor: 0 };
  if (key.key === 'Escape') return cursor.anchor === undefined ? undefined : { ...cursor, anchor: undefined };
  const move = (key.isCommand ? COMMAND_MOVES : MOVES)[key.key];
  if (move === undefined) return undefined;
  const [row, column] = move(cursor, extent);
  const isSelecting = key.isShift && SELECTS.test(key.key) && cursor.row !== HEADER;
  return {
    row: clamp(row, isSelecting ? 0 : HEADER, extent.rows - 1),
    column: clamp(column, 0, extent.columns - 1),
    anchor: isSelecting ? (cursor.anchor ?? cursor.row) : undefined,
  };
}

/** The rows that are selected, in the order they are seen; undefined where the cell alone is meant. */
export function selectedRows({
  row,
  anchor,
}: Cursor): { readonly first: number; readonly last: number } | undefined {
  if (anchor === undefined || row === HEADER) return undefined;
  return { first: Math.min(row, anchor), last: Math.max(row, anchor) + 1 };
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(Math.max(least, most), value));
}
