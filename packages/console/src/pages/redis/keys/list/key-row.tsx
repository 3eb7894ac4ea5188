// A line of the list of keys.
import { formatCount, formatMs } from '../../../../browser/format.ts';
import type { RedisModel } from '../../model.ts';
import { idOf } from '../../wire/argument.ts';
import { show } from '../../wire/show.ts';
import type { TreeRow } from '../key-tree.ts';
import { KIND_NAMES } from '../kind-names.ts';

/** More of a name is not drawn. */
const SHOWN = 300;
const INDENT_REM = 1;

interface FolderRowProps {
  readonly row: Extract<TreeRow, { kind: 'folder' }>;
  readonly onToggle: () => void;
}

/** A folder: what the names in it have in common. */
export function FolderRow({ row, onToggle }: FolderRowProps) {
  return (
    <button
      type="button"
      class="redis-key folder"
      style={{ paddingLeft: `${row.depth * INDENT_REM + 0.4}rem` }}
      aria-expanded={row.isOpen}
      onClick={onToggle}
      title={show(row.path, SHOWN)}
    >
      <span aria-hidden="true" class="redis-twist">
        {row.isOpen ? '▾' : '▸'}
      </span>
      <span class="redis-label mono">{show(row.label, SHOWN)}:</span>
      <span class="muted">{formatCount(row.count)}</span>
    </button>
  );
}

interface KeyRowProps {
  readonly model: RedisModel;
  readonly row: Extract<TreeRow, { kind: 'key' }>;
}

/** A key with its kind and the time it has left. */
export function KeyRow({ model, row }: KeyRowProps) {
  const { value: _ } = model.facts.version;
  const facts = model.facts.of(row.key);
  const type = facts?.type ?? '';
  const left = facts?.expiresAt === undefined ? undefined : facts.expiresAt - Date.now();
  return (
    <button
      type="button"
      class="redis-key"
      style={{ paddingLeft: `${row.depth * INDENT_REM + 0.4}rem` }}
      aria-current={model.selected.value === idOf(row.key)}
      onClick={() => model.select(row.key)}
      title={show(row.key, SHOWN)}
    >
      <span class={`redis-kind kind-${type}`}>{facts === undefined ? '…' : (KIND_NAMES[type] ?? type)}</span>
      <span class="redis-label mono">{show(row.label, SHOWN) || '(empty)'}</span>
      {left !== undefined && (
        <span class="muted">{left <= 0 ? 'expired' : formatMs(Math.ceil(left / 1000) * 1000)}</span>
      )}
    </button>
  );
}
