// The sidebar of narrow screens as a drawer: it takes the keyboard when it opens, and gives it back when it closes.
import type { Signal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

/** Closes the drawer by Escape and by a press beside it. @returns For the drawer's element. */
export function useDrawer(isOpen: Signal<boolean>): RefObject<HTMLElement | null> {
  const drawer = useRef<HTMLElement>(null);
  const isShown = isOpen.value;
  // Before it is seen: a press may follow at once.
  useLayoutEffect(() => {
    if (!isShown) return;
    const before = document.activeElement;
    const has = (place: unknown): boolean =>
      place instanceof Node && drawer.current?.contains(place) === true;
    const close = () => {
      isOpen.value = false;
    };
    const onKeyDown = (event: KeyboardEvent) => event.key === 'Escape' && close();
    const onPointerDown = (event: PointerEvent) => !has(event.target) && close();
    drawer.current?.querySelector('button')?.focus();
    window.addEventListener('keydown', onKeyDown);
    window.addEventListener('pointerdown', onPointerDown);
    return () => {
      window.removeEventListener('keydown', onKeyDown);
      window.removeEventListener('pointerdown', onPointerDown);
      // What was hidden with the focus in it has none any more.
      const isLost = has(document.activeElement) || document.activeElement === document.body;
      if (isLost && before instanceof HTMLElement) before.focus();
    };
  }, [isShown, isOpen]);
  return drawer;
}
