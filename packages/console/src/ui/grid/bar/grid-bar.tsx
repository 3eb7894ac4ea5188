// Above the table: how many rows, the filter, and what can be done with them.
import { Button } from '../../controls/button.tsx';
import { Progress } from '../../feedback/progress.tsx';
import { isOpen } from '../order/filter-rows.ts';
import type { GridView } from '../order/grid-view.ts';
import type { TableState } from '../table/table-state.ts';
import { rowsInWords } from './words.ts';

interface GridBarProps {
  readonly state: TableState;
  readonly onOpen: () => void;
  readonly onCopy: () => void;
  readonly onExport: () => void;
}

/** The bar. */
export function GridBar({ state, onOpen, onCopy, onExport }: GridBarProps) {
  const { view, hasFilters } = state;
  const { filter, sort } = view.wanted.value;
  const isArranged = sort !== undefined || !isOpen(filter);
  const isAtCell = state.isAtCell.value;
  return (
    <div class="grid-bar">
      <input
        type="search"
        class="grid-search"
        aria-label="Filter rows"
        placeholder="Filter rows"
        title="Rows in which any cell contains this text, of what is loaded"
        autocomplete="off"
        spellcheck={false}
        value={filter.text}
        onInput={(event) => view.filterBy({ text: event.currentTarget.value })}
      />
      <span class="grid-count" role="status">
        <RowCount view={view} />
      </span>
      <span class="row grid-buttons">
        {isArranged && (
          <Button kind="quiet" onClick={() => reset(view)} title="Without sort and filter">
            Clear
          </Button>
        )}
        <Button
          kind="quiet"
          isPressed={hasFilters.value}
          onClick={() => {
            hasFilters.value = !hasFilters.peek();
          }}
        >
          <span class="visually-hidden">Column </span>Filters
        </Button>
        <Button kind="quiet" onClick={onOpen} isDisabled={!isAtCell} title="Enter">
          Open<span class="visually-hidden"> cell</span>
        </Button>
        <Button kind="quiet" onClick={onCopy} isDisabled={!isAtCell} title="Ctrl C">
          Copy
        </Button>
        <Button kind="quiet" onClick={onExport} isDisabled={view.store.columns.value.length === 0}>
          Export…
        </Button>
      </span>
      <Working view={view} />
    </div>
  );
}

function reset(view: GridView): void {
  view.filterBy({ text: '', conditions: new Map() });
  view.sortBy(undefined);
}

function RowCount({ view }: { readonly view: GridView }) {
  const { sort, filter } = view.applied.value;
  const words = rowsInWords({
    seen: view.count.value,
    loaded: view.covered.value,
    state: view.state.value,
    isFiltered: !isOpen(filter),
    isSorted: sort !== undefined,
  });
  return <>{words}</>;
}

function Working({ view }: { readonly view: GridView }) {
  const work = view.work.value;
  if (work === undefined) return null;
  return <Progress label={work.label} value={work.done} onStop={() => view.stop()} />;
}
