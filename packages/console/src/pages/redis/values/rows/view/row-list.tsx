// The loaded parts of a value, one a line.
import type { Signal } from '@preact/signals';
import { VirtualList } from '../../../../../ui/list/virtual-list.tsx';
import { ArrowList } from '../../../keys/arrow-list.tsx';
import { show } from '../../../wire/show.ts';
import { cell, type Row, type RowKind } from '../kind.ts';

const ROW_HEIGHT = 34;
/** More of a cell is not drawn. */
const SHOWN = 300;

interface RowListProps {
  readonly kind: RowKind;
  readonly rows: readonly Row[];
  /** The identifier of the row that is looked at. */
  readonly opened: Signal<string>;
}

/** The list. Arrow keys move within it. */
export function RowList({ kind, rows, opened }: RowListProps) {
  return (
    <ArrowList class="redis-rows">
      <div class={`redis-row-head cells-${kind.columns.length}`} aria-hidden="true">
        {kind.columns.map((column) => (
          <span key={column}>{column}</span>
        ))}
      </div>
      <VirtualList
        label={`Loaded ${kind.plural}`}
        count={rows.length}
        rowHeight={ROW_HEIGHT}
        row={(index) => {
          const row = rows[index];
          if (row === undefined) return null;
          return (
            <button
              type="button"
              class={`redis-row cells-${kind.columns.length}`}
              aria-expanded={row.id === opened.value}
              onClick={() => {
                opened.value = row.id === opened.value ? '' : row.id;
              }}
            >
              {cellsOf(kind, row).map((text, i) => (
                <span key={kind.columns[i]} class="mono">
                  {text}
                </span>
              ))}
            </button>
          );
        }}
      />
    </ArrowList>
  );
}

/** What the line shows: an entry of a stream has all its fields in one cell. */
function cellsOf(kind: RowKind, row: Row): readonly string[] {
  if (kind.noun !== 'entry') return kind.columns.map((_, i) => show(cell(row, i), SHOWN));
  const fields: string[] = [];
  for (let i = 1; i < row.cells.length && fields.length < 12; i += 2)
    fields.push(`${show(cell(row, i), 60)}=${show(cell(row, i + 1), 100)}`);
  return [row.id, fields.join('  ')];
}
