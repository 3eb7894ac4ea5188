// The entries of a folder: a long list with a head by which it is sorted, its rows to open and to choose.
import type { Signal } from '@preact/signals';
import { VirtualList } from '../../../ui/list/virtual-list.tsx';
import type { Entry } from '../store/contract.ts';
import { EntryRow } from './entry-row.tsx';
import { nextOrder, type Order, type SortKey } from './order.ts';

const ROW_HEIGHT = 44;

const COLUMNS: readonly (readonly [key: SortKey, title: string])[] = [
  ['name', 'Name'],
  ['size', 'Size'],
  ['modified', 'Changed'],
];

interface EntriesProps {
  readonly entries: readonly Entry[];
  readonly order: Signal<Order>;
  /** The names that are chosen. */
  readonly chosen: Signal<ReadonlySet<string>>;
  /** Why an entry cannot be used; undefined where it can. */
  readonly unusable: (entry: Entry) => string | undefined;
  readonly onOpen: (entry: Entry) => void;
  /** Delete, F2 and Backspace on a row. */
  readonly onKey: (key: 'delete' | 'rename' | 'up', entry: Entry) => void;
}

const KEYS: Readonly<Record<string, 'delete' | 'rename' | 'up'>> = {
  Delete: 'delete',
  F2: 'rename',
  Backspace: 'up',
};

/** The list. */
export function Entries({ entries, order, chosen, unusable, onOpen, onKey }: EntriesProps) {
  const toggle = (name: string) => {
    const next = new Set(chosen.peek());
    if (!next.delete(name)) next.add(name);
    chosen.value = next;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (!(event.target instanceof HTMLButtonElement)) return;
    const row = event.target.closest('[role="listitem"]');
    const step = { ArrowDown: row?.nextElementSibling, ArrowUp: row?.previousElementSibling }[event.key];
    if (step instanceof HTMLElement) {
      event.preventDefault();
      const next = step.querySelector<HTMLElement>('.files-name');
      next?.focus({ preventScroll: true });
      next?.scrollIntoView({ block: 'nearest' });
    }
    const entry = entries[Number(row?.getAttribute('aria-posinset')) - 1];
    const key = KEYS[event.key];
    if (key === undefined || entry === undefined) return;
    event.preventDefault();
    onKey(key, entry);
  };
  return (
    <div class="files-list" role="group" aria-label="Entries" onKeyDown={onKeyDown}>
      <Heads order={order} />
      <VirtualList
        label="Files and folders"
        count={entries.length}
        rowHeight={ROW_HEIGHT}
        row={(index) => {
          const entry = entries[index];
          if (entry === undefined) return null;
          return (
            <EntryRow
              entry={entry}
              isChosen={chosen.value.has(entry.name)}
              fault={unusable(entry)}
              onOpen={() => onOpen(entry)}
              onToggle={() => toggle(entry.name)}
            />
          );
        }}
      />
    </div>
  );
}

/** The columns' names: each sorts by its own. */
function Heads({ order }: Pick<EntriesProps, 'order'>) {
  return (
    <div class="files-head" role="group" aria-label="Sort by">
      {COLUMNS.map(([key, title]) => (
        <button
          key={key}
          type="button"
          class={`files-sort ${key}`}
          aria-pressed={order.value.key === key}
          onClick={() => {
            order.value = nextOrder(order.value, key);
          }}
        >
          {title}
          {order.value.key === key && (
            <span>
              <span aria-hidden="true">{order.value.isDescending ? ' ↓' : ' ↑'}</span>
              <span class="visually-hidden">{order.value.isDescending ? ' descending' : ' ascending'}</span>
            </span>
          )}
        </button>
      ))}
      <span class="files-mode muted">Mode</span>
    </div>
  );
}
