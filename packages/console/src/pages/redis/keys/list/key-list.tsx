// The keys that were found, one below the other or as a tree.
import { useMemo } from 'preact/hooks';
import { draft } from '../../../../app/tabs/tab.ts';
import { Empty } from '../../../../ui/feedback/empty.tsx';
import { VirtualList } from '../../../../ui/list/virtual-list.tsx';
import type { RedisModel } from '../../model.ts';
import { Forms } from '../../values/bytes/forms.tsx';
import { ArrowList } from '../arrow-list.tsx';
import type { TreeRow } from '../key-tree.ts';
import { FolderRow, KeyRow } from './key-row.tsx';

const ROW_HEIGHT = 34;

const VIEWS = [
  ['tree', 'Tree'],
  ['list', 'List'],
] as const;

/** The list. Arrow keys move within it. */
export function KeyList({ model }: { readonly model: RedisModel }) {
  const { scan, tab } = model;
  const view = draft<'tree' | 'list'>(tab, 'view', 'tree');
  const open = draft<readonly string[]>(tab, 'open', []);
  const version = scan.version.value;
  const rows = useMemo(
    () => (view.value === 'tree' ? scan.tree.rows(new Set(open.value)) : undefined),
    [version, view.value, open.value],
  );
  const rowAt = (index: number): TreeRow | undefined => {
    if (rows !== undefined) return rows[index];
    const key = scan.keys[index];
    return key === undefined ? undefined : { kind: 'key', key, label: key, depth: 0 };
  };
  const toggle = (path: string) => {
    open.value = open.value.includes(path)
      ? open.value.filter((each) => each !== path)
      : [...open.value, path];
  };
  const count = rows?.length ?? scan.keys.length;
  if (count === 0 && scan.isDone)
    return (
      <Empty title="No keys">
        {scan.filter.pattern === '' && scan.filter.type === ''
          ? 'The database is empty.'
          : 'Nothing fits the pattern and the type. In patterns, * stands for anything and ? for one character.'}
      </Empty>
    );
  return (
    <>
      <Forms
        label="Show the keys as"
        options={VIEWS}
        value={view.value}
        onChange={(next) => {
          view.value = next;
        }}
      />
      <ArrowList class="redis-keys">
        <VirtualList
          label="Keys"
          count={count}
          rowHeight={ROW_HEIGHT}
          row={(index) => {
            const row = rowAt(index);
            if (row === undefined) return null;
            return row.kind === 'folder' ? (
              <FolderRow row={row} onToggle={() => toggle(row.path)} />
            ) : (
              <KeyRow model={model} row={row} />
            );
          }}
        />
      </ArrowList>
    </>
  );
}
