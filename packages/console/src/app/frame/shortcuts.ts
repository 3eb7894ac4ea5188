// The frame's keys, and what they open. Pages have their own keys inside themselves.
import { signal } from '@preact/signals';
import { closeByHand, stepByKey } from '../tabs/focus.ts';
import { currentTab } from '../tabs/tabs.ts';

/** Whether the command palette is seen. */
export const isPaletteOpen = signal(false);

/** A key of the frame. */
export interface Shortcut {
  /** As people read it. */
  readonly keys: string;
  readonly does: string;
  readonly matches: (event: KeyboardEvent) => boolean;
  readonly run: () => void;
}

const isPlainAlt = (event: KeyboardEvent): boolean => event.altKey && !event.ctrlKey && !event.metaKey;

/** All keys of the frame. */
export const SHORTCUTS: readonly Shortcut[] = [
  {
    keys: 'Ctrl K or ⌘ K',
    does: 'Command palette',
    matches: (event) => (event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 'k',
    run: () => {
      isPaletteOpen.value = !isPaletteOpen.value;
    },
  },
  {
    keys: 'Alt Page down',
    does: 'Next tab',
    matches: (event) => isPlainAlt(event) && event.key === 'PageDown',
    run: () => stepByKey(1),
  },
  {
    keys: 'Alt Page up',
    does: 'Tab before',
    matches: (event) => isPlainAlt(event) && event.key === 'PageUp',
    run: () => stepByKey(-1),
  },
  {
    keys: 'Alt W',
    does: 'Close the tab',
    matches: (event) => isPlainAlt(event) && event.code === 'KeyW',
    run: () => {
      const tab = currentTab.peek();
      if (tab !== undefined) closeByHand(tab.id);
    },
  },
];
