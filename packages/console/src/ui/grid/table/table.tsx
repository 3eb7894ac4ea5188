// The table: it scrolls both ways within its place, and draws the cells in sight. The keyboard has one cell at a time.
import { useEffect, useId, useRef } from 'preact/hooks';
import { moved } from './cursor.ts';
import { TableHead } from './table-head.tsx';
import { TableRows } from './table-rows.tsx';
import type { TableState } from './table-state.ts';

/** A step of a column's width by the keyboard, in pixels. */
const WIDTH_STEP = 16;

/** For those who hear it. */
const KEYS =
  'Arrow keys move. Enter opens a cell, and sorts at a column’s name. Shift with up or down selects rows; at a column’s name, with left ' +
  'or right, it changes the width, and Alt with down goes to the column’s filter. Ctrl C copies.';

interface TableProps {
  readonly state: TableState;
  readonly label: string;
  /** Opens the cell at the cursor. */
  readonly onOpen: () => void;
  /** Copies the cell at the cursor, or the selected rows. */
  readonly onCopy: () => void;
  /** Sorts by a column: ascending, descending, not at all. */
  readonly onSort: (column: number) => void;
}

/** The table. */
export function Table({ state, label, onOpen, onCopy, onSort }: TableProps) {
  const box = useRef<HTMLDivElement>(null);
  const id = useId();
  usePlace(box, state);
  const { view, starts, cursor } = state;
  const columns = view.store.columns.value.length;
  const { row, column } = cursor.value;
  const onKeyDown = (event: KeyboardEvent) => {
    const table = box.current;
    if (table === null || event.target !== table) return;
    if (isHandled(event, state, { onOpen, onCopy, onSort }, table)) event.preventDefault();
  };
  return (
    <div
      ref={box}
      class="grid-table"
      role="grid"
      aria-label={label}
      aria-rowcount={view.count.value + 1}
      aria-colcount={columns + 1}
      aria-multiselectable={true}
      aria-description={KEYS}
      aria-activedescendant={columns === 0 ? undefined : `${id}-${row}-${column}`}
      tabIndex={0}
      onScroll={(event) => {
        state.top.value = event.currentTarget.scrollTop;
        state.left.value = event.currentTarget.scrollLeft;
      }}
      onKeyDown={onKeyDown}
      onDblClick={(event) => isCell(event) && onOpen()}
    >
      <div
        class="grid-canvas"
        role="presentation"
        style={{
          width: `${(starts.value.at(-1) ?? 0) + state.numberWidth.value}px`,
          height: `${state.bodyHeight.value + state.headHeight.value}px`,
        }}
      >
        <TableHead state={state} id={id} onSort={onSort} onLeave={() => box.current?.focus()} />
        <TableRows state={state} id={id} />
      </div>
    </div>
  );
}

const isCell = ({ target }: MouseEvent): boolean =>
  target instanceof Element && target.closest('[role="gridcell"]') !== null;

/** Follows the size of the place; another result is seen from its beginning. */
function usePlace(box: { readonly current: HTMLDivElement | null }, state: TableState): void {
  const version = state.view.store.version.value;
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => {
      state.size.value = { width: element.clientWidth, height: element.clientHeight };
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [box, state]);
  useEffect(() => {
    state.reset();
    box.current?.scrollTo(0, 0);
  }, [box, state, version]);
}

/** Does what a key says. @returns Whether it says anything here. */
function isHandled(
  event: KeyboardEvent,
  state: TableState,
  { onOpen, onCopy, onSort }: Pick<TableProps, 'onOpen' | 'onCopy' | 'onSort'>,
  box: HTMLElement,
): boolean {
  const { cursor, view } = state;
  const { row, column } = cursor.peek();
  const isCommand = event.ctrlKey || event.metaKey;
  const { key, shiftKey: isShift } = event;
  if (isCommand && key.toLowerCase() === 'c') {
    onCopy();
    return true;
  }
  if (row < 0 && isHeadKey(event, state, column, onSort, box)) return true;
  if (event.altKey) return false;
  if (row >= 0 && !isCommand && (key === 'Enter' || key === ' ' || key === 'F2')) {
    onOpen();
    return true;
  }
  const columns = view.store.columns.peek().length;
  const extent = { rows: view.count.peek(), columns, page: state.page };
  const next = moved(cursor.peek(), extent, { key, isCommand, isShift });
  if (next === undefined) return false;
  cursor.value = next;
  box.scrollTo(state.scrollFor(next));
  return true;
}

/** Keys at a column's name: Enter sorts, Shift with an arrow makes it wider or narrower, Alt and down goes to its filter. */
function isHeadKey(
  { key, shiftKey, altKey }: KeyboardEvent,
  state: TableState,
  column: number,
  onSort: (column: number) => void,
  box: HTMLElement,
): boolean {
  if (altKey && key === 'ArrowDown') {
    state.hasFilters.value = true;
    queueMicrotask(() => box.querySelector<HTMLInputElement>(`input[data-column="${column}"]`)?.focus());
    return true;
  }
  if (key === 'Enter' || key === ' ') {
    onSort(column);
    return true;
  }
  const step = { ArrowLeft: -WIDTH_STEP, ArrowRight: WIDTH_STEP }[key];
  if (!shiftKey || step === undefined) return false;
  state.setWidth(column, state.widthOf(column) + step);
  return true;
}
