// One level of a topic, with what came last, how much and when.
import { formatCount } from '../../../browser/format.ts';
import { visibleText } from '../../../browser/visible-text.ts';
import { previewOf } from '../feed/message.ts';
import type { TreeRow } from './tree-rows.ts';

interface TreeItemProps {
  readonly id: string;
  readonly row: TreeRow;
  readonly now: number;
  readonly isSelected: boolean;
  readonly onOpen: (topic: string, isOpen: boolean) => void;
  readonly onSelect: () => void;
}

/** A row of the tree. */
export function TreeItem({ id, row, now, isSelected, onOpen, onSelect }: TreeItemProps) {
  const { node, depth, isOpen } = row;
  const rate = node.rate.at(now);
  return (
    <div
      id={id}
      class="mqtt-item"
      role="treeitem"
      aria-level={depth}
      aria-expanded={isOpen}
      aria-selected={isSelected}
      style={{ paddingLeft: `${(depth - 1) * 0.9 + 0.2}rem` }}
      onClick={onSelect}
    >
      <span
        class="mqtt-toggle"
        aria-hidden="true"
        onClick={(event) => {
          if (isOpen === undefined) return;
          event.stopPropagation();
          onOpen(node.topic, !isOpen);
        }}
      >
        {isOpen === undefined ? '' : isOpen ? '▾' : '▸'}
      </span>
      <bdi class="mqtt-name">{node.name === '' ? '(empty)' : visibleText(node.name)}</bdi>
      {node.last?.isRetained && <span class="badge">retained</span>}
      <bdi class="mqtt-last">{node.last === undefined ? '' : visibleText(previewOf(node.last))}</bdi>
      <span class="mqtt-numbers muted">
        {rate >= 0.5 && <span>{formatCount(Math.round(rate))}/s</span>}
        <span title="Messages">{formatCount(node.total)}</span>
        <span title="Since the last one">{ageOf(now - node.lastAt)}</span>
      </span>
    </div>
  );
}

/** A short age: `now`, `12 s`, `3 min`, `2 h`. */
function ageOf(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 1) return 'now';
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  return `${Math.floor(seconds / 3600)} h`;
}
