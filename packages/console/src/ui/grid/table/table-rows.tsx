// The rows in sight, of the columns in sight.
import { visibleText } from '../../../browser/visible-text.ts';
import { type ColumnKind, kindOf } from '../column.ts';
import { cellPreview } from '../rows/cell-text.ts';
import { selectedRows } from './cursor.ts';
import { ROW_HEIGHT } from './geometry.ts';
import type { TableState } from './table-state.ts';

/** More of a cell is not drawn, in UTF-16 units. */
const MOST_SHOWN = 300;

interface TableRowsProps {
  readonly state: TableState;
  /** Begins the cells' ids. */
  readonly id: string;
}

/** The rows. A click goes to a cell, on a row's number selects the row, with Shift all rows up to there. */
export function TableRows({ state, id }: TableRowsProps) {
  return (
    <div
      class="grid-rows"
      role="rowgroup"
      style={{ transform: `translateY(${state.shift.value}px)` }}
      onPointerDown={(event) => pick(event, state)}
    >
      <RowsInSight state={state} id={id} />
    </div>
  );
}

function RowsInSight({ state, id }: TableRowsProps) {
  const { view, cursor } = state;
  void view.order.value;
  void view.store.version.value;
  const { first, last } = state.rows.value;
  const selected = selectedRows(cursor.value);
  return (
    <>
      {Array.from({ length: Math.max(0, last - first) }, (_, i) => first + i).map((position) => (
        <Row
          key={position}
          state={state}
          id={id}
          position={position}
          cells={state.cells(position)}
          isSelected={selected !== undefined && position >= selected.first && position < selected.last}
          current={cursor.value.row === position ? cursor.value.column : -1}
        />
      ))}
    </>
  );
}

interface RowProps extends TableRowsProps {
  readonly position: number;
  /** Their JSON texts. */
  readonly cells: readonly string[];
  readonly isSelected: boolean;
  /** The column of the keyboard's cell; -1 where it is in another row. */
  readonly current: number;
}

function Row({ state, id, position, cells, isSelected, current }: RowProps) {
  const { first, last } = state.columns.value;
  const starts = state.starts.value;
  const columns = state.view.store.columns.value;
  return (
    <div
      class={`grid-row ${isSelected ? 'selected' : ''} ${position % 2 === 1 ? 'odd' : ''}`}
      role="row"
      aria-rowindex={position + 2}
      aria-selected={isSelected}
      data-row={position}
      style={{ height: `${ROW_HEIGHT}px` }}
    >
      <div
        class="grid-number"
        role="rowheader"
        aria-colindex={1}
        style={{ width: `${state.numberWidth.value}px` }}
      >
        {position + 1}
      </div>
      {columns.slice(first, last).map((column, i) => (
        <Cell
          key={first + i}
          id={`${id}-${position}-${first + i}`}
          column={first + i}
          raw={cells[first + i]}
          kind={kindOf(column)}
          isCurrent={current === first + i}
          width={(starts[first + i + 1] ?? 0) - (starts[first + i] ?? 0)}
          gap={i === 0 ? (starts[first] ?? 0) : 0}
        />
      ))}
    </div>
  );
}

interface CellProps {
  readonly id: string;
  readonly column: number;
  readonly raw: string | undefined;
  readonly kind: ColumnKind;
  readonly isCurrent: boolean;
  readonly width: number;
  readonly gap: number;
}

/** A cell. NULL and the empty text are signs, which no text looks like. */
function Cell({ id, column, raw, kind, isCurrent, width, gap }: CellProps) {
  const text = cellPreview(raw, kind, MOST_SHOWN);
  const sign = text === undefined ? 'NULL' : text === '' ? 'empty' : undefined;
  return (
    <div
      id={id}
      class={`grid-cell ${kind} ${isCurrent ? 'current' : ''}`}
      role="gridcell"
      aria-colindex={column + 2}
      aria-selected={isCurrent}
      data-column={column}
      style={gap === 0 ? { width: `${width}px` } : { width: `${width}px`, marginLeft: `${gap}px` }}
    >
      {sign === undefined ? visibleText(text ?? '') : <span class="grid-sign">{sign}</span>}
    </div>
  );
}

/** Goes where the pointer is. */
function pick(event: PointerEvent, { cursor }: TableState): void {
  if (event.button !== 0 || !(event.target instanceof Element)) return;
  const row = Number(event.target.closest<HTMLElement>('[data-row]')?.dataset.row ?? Number.NaN);
  if (Number.isNaN(row)) return;
  const before = cursor.peek();
  const place = event.target.closest<HTMLElement>('[data-column]')?.dataset.column;
  const column = place === undefined ? before.column : Number(place);
  const isRow = place === undefined;
  if (event.shiftKey) cursor.value = { row, column, anchor: before.anchor ?? Math.max(0, before.row) };
  else cursor.value = { row, column, anchor: isRow ? row : undefined };
}
