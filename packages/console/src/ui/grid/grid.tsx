// The data grid: a result's rows, a million of them, looked at, sorted, filtered, opened, copied and exported.
import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { copyText } from '../../browser/files.ts';
import { formatCount, plural } from '../../browser/format.ts';
import { announce } from '../feedback/announce.tsx';
import { GridBar } from './bar/grid-bar.tsx';
import { CellDialog } from './cell/cell-dialog.tsx';
import { copiedCell, copiedRows, MAX_COPIED_ROWS } from './export/copy-rows.ts';
import { ExportDialog } from './export/export-dialog.tsx';
import { GridView } from './order/grid-view.ts';
import type { RowStore } from './rows/row-store.ts';
import { selectedRows } from './table/cursor.ts';
import { Table } from './table/table.tsx';
import { TableState } from './table/table-state.ts';
import './grid.css';

/** What a page says of its grid. */
export interface GridProps {
  /** The rows; the page fills it. Another result in it begins without sort and filter. */
  readonly store: RowStore;
  /** For those who hear it: `Rows of the result`. */
  readonly label: string;
  /** Of exported files, without ending: `main-2026-11-29`. Default `rows`. */
  readonly fileName?: string;
}

/** The grid; it takes the height of its place, and scrolls within it both ways. */
export function Grid({ store, label, fileName = 'rows' }: GridProps) {
  const view = useMemo(() => new GridView(store), [store]);
  const state = useMemo(() => new TableState(view), [view]);
  useEffect(() => () => view.dispose(), [view]);
  /** What is open over the table. */
  const opened = useSignal<'cell' | 'export' | undefined>(undefined);
  const show = (what: 'cell' | 'export' | undefined) => {
    opened.value = what;
  };
  const open = () => state.isAtCell.peek() && show('cell');
  const copy = () => void copyFrom(state);
  return (
    <div class="grid">
      <GridBar state={state} onOpen={open} onCopy={copy} onExport={() => show('export')} />
      <Table
        state={state}
        label={label}
        onOpen={open}
        onCopy={copy}
        onSort={(column) => sortNext(view, column)}
      />
      {opened.value === 'cell' && <OpenedCell state={state} onClose={() => show(undefined)} />}
      {opened.value === 'export' && (
        <ExportDialog view={view} fileName={fileName} onClose={() => show(undefined)} />
      )}
    </div>
  );
}

function OpenedCell({ state, onClose }: { readonly state: TableState; readonly onClose: () => void }) {
  const { row, column } = state.cursor.value;
  const shown = state.view.store.columns.value[column];
  if (shown === undefined) return null;
  return <CellDialog column={shown} raw={state.cells(row)[column]} row={row + 1} onClose={onClose} />;
}

/** Ascending, descending, as they came. */
function sortNext(view: GridView, column: number): void {
  const { sort } = view.wanted.peek();
  if (sort?.column !== column) view.sortBy({ column, isDescending: false });
  else view.sortBy(sort.isDescending ? undefined : { column, isDescending: true });
}

/** Copies the selected rows, or the cell. */
async function copyFrom({ view, cursor, isAtCell }: TableState): Promise<void> {
  const { row, column } = cursor.peek();
  const rows = selectedRows(cursor.peek());
  const last = Math.min(rows?.last ?? 0, view.count.peek());
  const count = rows === undefined ? 0 : Math.max(0, last - rows.first);
  if (count > MAX_COPIED_ROWS) {
    announce(`More than ${formatCount(MAX_COPIED_ROWS)} rows are not copied: export them.`);
    return;
  }
  if (!isAtCell.peek()) return;
  const text = rows === undefined ? copiedCell(view, row, column) : copiedRows(view, rows.first, last);
  const isDone = await copyText(text);
  const what = rows === undefined ? 'cell' : plural(count, 'row');
  announce(isDone ? `Copied: ${what}` : 'The browser did not allow it. Open the cell and copy it there.');
}
