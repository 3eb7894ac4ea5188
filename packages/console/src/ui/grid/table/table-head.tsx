// The columns' names and types, which stay in sight; a click sorts, the right edge makes a column wider.
import { visibleText } from '../../../browser/visible-text.ts';
import { HEADER } from './cursor.ts';
import type { TableState } from './table-state.ts';

interface TableHeadProps {
  readonly state: TableState;
  /** Begins the cells' ids. */
  readonly id: string;
  readonly onSort: (column: number) => void;
  /** Gives the keyboard back to the table. */
  readonly onLeave: () => void;
}

/** The head, of the columns in sight. */
export function TableHead({ state, id, onSort, onLeave }: TableHeadProps) {
  const { first, last } = state.columns.value;
  const numbers = Array.from({ length: Math.max(0, last - first) }, (_, i) => first + i);
  const gap = `${state.starts.value[first] ?? 0}px`;
  const number = <NumberHead width={state.numberWidth.value} />;
  return (
    <div class="grid-head" role="rowgroup" style={{ height: `${state.headHeight.value}px` }}>
      <div class="grid-row grid-names" role="row" aria-rowindex={1}>
        {number}
        {numbers.map((column, i) => (
          <ColumnHead
            key={column}
            state={state}
            id={`${id}-${HEADER}-${column}`}
            column={column}
            gap={i === 0 ? gap : '0'}
            onSort={onSort}
          />
        ))}
      </div>
      {state.hasFilters.value && (
        <div class="grid-filters" role="row">
          <div class="grid-number" role="gridcell" style={{ width: `${state.numberWidth.value}px` }} />
          {numbers.map((column, i) => (
            <ColumnFilter
              key={column}
              state={state}
              column={column}
              gap={i === 0 ? gap : '0'}
              onLeave={onLeave}
            />
          ))}
        </div>
      )}
    </div>
  );
}

function NumberHead({ width }: { readonly width: number }) {
  return (
    <div class="grid-number" role="columnheader" aria-colindex={1} style={{ width: `${width}px` }}>
      <span class="visually-hidden">Row</span>
      <span aria-hidden="true">#</span>
    </div>
  );
}

interface ColumnProps {
  readonly state: TableState;
  readonly column: number;
  /** Before the first one in sight. */
  readonly gap: string;
}

const SORT_SIGNS = { ascending: '▲', descending: '▼', none: '' } as const;

function ColumnHead({
  state,
  id,
  column,
  gap,
  onSort,
}: ColumnProps & { readonly id: string; readonly onSort: (column: number) => void }) {
  const { name, type } = state.view.store.columns.value[column] ?? { name: '', type: '' };
  const { sort } = state.view.applied.value;
  const sorted = sort?.column !== column ? 'none' : sort.isDescending ? 'descending' : 'ascending';
  const { cursor } = state;
  const isCurrent = cursor.value.row === HEADER && cursor.value.column === column;
  void state.starts.value;
  return (
    <div
      id={id}
      class={`grid-name ${isCurrent ? 'current' : ''}`}
      role="columnheader"
      aria-colindex={column + 2}
      aria-sort={sorted}
      title={visibleText(`${name} ${type}`)}
      style={{ width: `${state.widthOf(column)}px`, marginLeft: gap }}
      onClick={() => {
        cursor.value = { row: HEADER, column, anchor: undefined };
        onSort(column);
      }}
    >
      <span class="grid-name-line">
        <strong>{visibleText(name)}</strong> <span aria-hidden="true">{SORT_SIGNS[sorted]}</span>
      </span>
      <span class="grid-type">{visibleText(type)}</span>
      <Edge state={state} column={column} />
    </div>
  );
}

/** The right edge of a column, for the pointer; the keyboard has Shift and the arrows. */
function Edge({ state, column }: { readonly state: TableState; readonly column: number }) {
  return (
    <span
      class="grid-edge"
      aria-hidden="true"
      onClick={(event) => event.stopPropagation()}
      onDblClick={() => state.setWidth(column, undefined)}
      onPointerDown={(event) => {
        const edge = event.currentTarget;
        const before = state.widthOf(column) - event.clientX;
        edge.setPointerCapture(event.pointerId);
        edge.onpointermove = (move) => state.setWidth(column, before + move.clientX);
        edge.onlostpointercapture = () => {
          edge.onpointermove = null;
        };
      }}
    />
  );
}

function ColumnFilter({ state, column, gap, onLeave }: ColumnProps & { readonly onLeave: () => void }) {
  const { view } = state;
  const { name } = view.store.columns.value[column] ?? { name: '' };
  void state.starts.value;
  const set = (typed: string) => {
    const conditions = new Map(view.wanted.peek().filter.conditions);
    conditions.set(column, typed);
    view.filterBy({ conditions });
  };
  return (
    <div
      class="grid-filter"
      role="gridcell"
      aria-colindex={column + 2}
      style={{ width: `${state.widthOf(column)}px`, marginLeft: gap }}
    >
      <input
        type="text"
        data-column={column}
        aria-label={`Filter ${visibleText(name)}`}
        title="A text that cells contain, or a comparison: = 5, < 2026, != done, is null, not null"
        placeholder="Filter"
        autocomplete="off"
        spellcheck={false}
        value={view.wanted.value.filter.conditions.get(column) ?? ''}
        onInput={(event) => set(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowDown' && event.key !== 'Escape') return;
          event.preventDefault();
          onLeave();
        }}
      />
    </div>
  );
}
