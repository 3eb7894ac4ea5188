// A long list of rows of one height, of which those in sight are drawn.
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/** Browsers cut elements off beyond some 16 million pixels: longer lists are scrolled in proportion. */
const MAX_HEIGHT = 8_000_000;
/** Rows drawn beyond each edge. */
const BEYOND = 6;

interface VirtualListProps {
  readonly count: number;
  /** Of every row, in pixels. */
  readonly rowHeight: number;
  readonly row: (index: number) => ComponentChildren;
  readonly label: string;
  /** Stays at the end while the list grows, until somebody scrolls up. */
  readonly followsEnd?: boolean;
  readonly class?: string;
}

/** The list; it takes the height of its place. */
export function VirtualList({ count, rowHeight, row, label, followsEnd, ...props }: VirtualListProps) {
  const element = useRef<HTMLDivElement>(null);
  const top = useSignal(0);
  const seen = useSignal(400);
  const isAtEnd = useRef(true);
  const height = Math.min(count * rowHeight, MAX_HEIGHT);
  useEffect(() => {
    const box = element.current;
    if (box === null) return;
    const observer = new ResizeObserver(() => {
      seen.value = box.clientHeight;
    });
    observer.observe(box);
    return () => observer.disconnect();
  }, [seen]);
  useEffect(() => {
    const box = element.current;
    if (followsEnd && isAtEnd.current && box !== null) box.scrollTop = box.scrollHeight;
  }, [count, followsEnd]);
  const onScroll = (event: { currentTarget: HTMLDivElement }) => {
    const box = event.currentTarget;
    top.value = box.scrollTop;
    isAtEnd.current = box.scrollTop + box.clientHeight >= box.scrollHeight - rowHeight;
  };
  const ratio = height > seen.value ? Math.min(1, top.value / (height - seen.value)) : 0;
  const offset = ratio * Math.max(0, count * rowHeight - seen.value);
  const first = Math.max(0, Math.floor(offset / rowHeight) - BEYOND);
  const last = Math.min(count, Math.ceil((offset + seen.value) / rowHeight) + BEYOND);
  const shift = top.value + first * rowHeight - offset;
  return (
    <div
      ref={element}
      class={`virtual ${props.class ?? ''}`}
      role="list"
      aria-label={label}
      tabIndex={0}
      onScroll={onScroll}
    >
      <div style={{ height: `${height}px` }}>
        <div style={{ transform: `translateY(${shift}px)` }}>
          {Array.from({ length: Math.max(0, last - first) }, (_, i) => (
            <div
              key={first + i}
              role="listitem"
              aria-setsize={count}
              aria-posinset={first + i + 1}
              style={{ height: `${rowHeight}px` }}
            >
              {row(first + i)}
            </div>
          ))}
        </div>
      </div>
    </div>
  );
}
