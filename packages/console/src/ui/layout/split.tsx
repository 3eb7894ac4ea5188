// Two parts side by side, or one above the other where the screen is narrow; the border between them can be moved.
import { type Signal, useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';

const LEAST = 15;
const MOST = 85;
const STEP = 5;

interface SplitProps {
  readonly first: ComponentChildren;
  readonly second: ComponentChildren;
  /** `columns`: side by side, one above the other below 700 px. `rows`: one above the other. */
  readonly direction: 'columns' | 'rows';
  /** Of the border, for those who hear: `Size of the key list`. */
  readonly label: string;
  /** The first part's share in percent. Default: 30, kept while the page is. */
  readonly share?: Signal<number>;
}

/** The two parts. */
export function Split({ first, second, direction, label, share: given }: SplitProps) {
  const own = useSignal(30);
  const share = given ?? own;
  const box = useRef<HTMLDivElement>(null);
  const set = (percent: number) => {
    share.value = Math.max(LEAST, Math.min(MOST, Math.round(percent)));
  };
  const onPointerMove = (event: PointerEvent) => {
    const area = box.current?.getBoundingClientRect();
    if (area === undefined || event.buttons === 0) return;
    const isColumns = direction === 'columns';
    set(
      100 * (isColumns ? (event.clientX - area.left) / area.width : (event.clientY - area.top) / area.height),
    );
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -STEP, ArrowUp: -STEP, ArrowRight: STEP, ArrowDown: STEP }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    set(share.value + by);
  };
  return (
    <div ref={box} class={`split ${direction}`} style={{ '--share': `${share.value}%` }}>
      <div class="part">{first}</div>
      <div
        class="border"
        role="separator"
        tabIndex={0}
        aria-label={label}
        aria-orientation={direction === 'columns' ? 'vertical' : 'horizontal'}
        aria-valuenow={share.value}
        aria-valuemin={LEAST}
        aria-valuemax={MOST}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={onPointerMove}
        onKeyDown={onKeyDown}
      />
      <div class="part">{second}</div>
    </div>
  );
}
