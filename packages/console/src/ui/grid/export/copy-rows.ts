// What goes to the clipboard: a cell's whole text, or the selected rows as a spreadsheet pastes them.
import { kindOf } from '../column.ts';
import type { GridView } from '../order/grid-view.ts';
import { cellText } from '../rows/cell-text.ts';
import { tsvLine } from './csv.ts';

/** More rows are exported, not copied. */
export const MAX_COPIED_ROWS = 50_000;

/** A cell's whole text; empty for NULL. @param position The row's place as it is seen. */
export function copiedCell(view: GridView, position: number, column: number): string {
  const { store } = view;
  const kind = kindOf(store.columns.peek()[column] ?? { name: '', type: '' });
  return cellText(store.row(view.rowAt(position))[column], kind) ?? '';
}

/** Rows with tabs between their cells; formulas become text, for a spreadsheet would run them. @param last Behind the last one. */
export function copiedRows(view: GridView, first: number, last: number): string {
  const kinds = view.store.columns.peek().map(kindOf);
  const lines: string[] = [];
  for (let position = first; position < last; position += 1) {
    const raw = view.store.row(view.rowAt(position));
    lines.push(
      tsvLine(
        kinds.map((kind, i) => cellText(raw[i], kind)),
        true,
      ),
    );
  }
  return lines.join('\n');
}
