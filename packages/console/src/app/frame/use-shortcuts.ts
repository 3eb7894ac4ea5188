// Listens for the frame's keys.
import { useEffect } from 'preact/hooks';
import { SHORTCUTS } from './shortcuts.ts';

/** Listens while the frame is seen, before any field and editor. */
export function useShortcuts(): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const shortcut = SHORTCUTS.find(({ matches }) => matches(event));
      if (shortcut === undefined || hasOwnKeys(event.target)) return;
      event.preventDefault();
      event.stopPropagation();
      shortcut.run();
    };
    window.addEventListener('keydown', listen, true);
    return () => window.removeEventListener('keydown', listen, true);
  }, []);
}

/** Whether all keys belong to what has the focus: a terminal's program wants Ctrl K, too. */
function hasOwnKeys(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('[data-keys="own"]') !== null;
}
