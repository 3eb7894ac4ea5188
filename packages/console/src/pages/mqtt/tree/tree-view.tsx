// The tree as rows of one height, of which those in sight are drawn. Arrow keys move, open and close, as in every tree.
import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useId, useRef } from 'preact/hooks';
import { TreeItem } from './tree-item.tsx';
import { moveIn } from './tree-keys.ts';
import type { TreeRow } from './tree-rows.ts';

/** Of a row, in pixels; as in the page's style sheet. */
const ROW = 30;
const BEYOND = 5;

interface TreeViewProps {
  readonly rows: readonly TreeRow[];
  /** The topic of the row that is chosen. */
  readonly selected: Signal<string>;
  /** In milliseconds: ages and rates are told for it. */
  readonly now: number;
  readonly onOpen: (topic: string, isOpen: boolean) => void;
  /** A row was chosen, to be looked at. */
  readonly onShow: () => void;
}

/** The tree. */
export function TreeView({ rows, selected, now, onOpen, onShow }: TreeViewProps) {
  const box = useRef<HTMLDivElement>(null);
  const id = useId();
  const top = useSignal(0);
  const height = useHeight(box);
  const at = rows.findIndex(({ node }) => node.topic === selected.value);
  const onKeyDown = (event: KeyboardEvent) => {
    const move = moveIn(rows, at, event.key);
    if (event.key === 'Enter') onShow();
    if (move === undefined) return;
    event.preventDefault();
    if (move.open !== undefined) onOpen(rows[at]?.node.topic ?? '', move.open);
    const next = rows[move.to];
    if (next === undefined) return;
    selected.value = next.node.topic;
    reveal(box.current, move.to * ROW);
  };
  const first = Math.max(0, Math.floor(top.value / ROW) - BEYOND);
  const last = Math.min(rows.length, Math.ceil((top.value + height.value) / ROW) + BEYOND);
  const isSeen = at >= first && at < last;
  return (
    <div
      ref={box}
      class="mqtt-tree"
      role="tree"
      aria-label="Topics"
      tabIndex={0}
      aria-activedescendant={isSeen ? `${id}-${at}` : undefined}
      onKeyDown={onKeyDown}
      onScroll={(event) => {
        top.value = event.currentTarget.scrollTop;
      }}
    >
      <div style={{ height: `${rows.length * ROW}px` }}>
        <div style={{ transform: `translateY(${first * ROW}px)` }}>
          {rows.slice(first, last).map((row, i) => (
            <TreeItem
              key={row.node.topic}
              id={`${id}-${first + i}`}
              row={row}
              now={now}
              isSelected={first + i === at}
              onOpen={onOpen}
              onSelect={() => {
                selected.value = row.node.topic;
                onShow();
              }}
            />
          ))}
        </div>
      </div>
    </div>
  );
}

function useHeight(box: { readonly current: HTMLDivElement | null }): Signal<number> {
  const height = useSignal(400);
  useEffect(() => {
    if (box.current === null) return;
    const observer = new ResizeObserver(() => {
      height.value = box.current?.clientHeight ?? 0;
    });
    observer.observe(box.current);
    return () => observer.disconnect();
  }, [box, height]);
  return height;
}

function reveal(box: HTMLDivElement | null, top: number): void {
  if (box === null) return;
  if (top < box.scrollTop) box.scrollTop = top;
  else if (top + ROW > box.scrollTop + box.clientHeight) box.scrollTop = top + ROW - box.clientHeight;
}
