// Light and dark: the system's choice until the person makes one.
import { effect } from '@preact/signals';
import { keptSignal } from './storage.ts';

/** The themes to choose from. */
export const THEMES = ['system', 'light', 'dark'] as const;

/** `system` follows the browser. */
export type Theme = (typeof THEMES)[number];

const isTheme = (value: unknown): value is Theme => (THEMES as readonly unknown[]).includes(value);

/** The theme that was chosen. */
export const theme = keptSignal<Theme>('theme', 'system', 'browser', isTheme);

/** Puts the theme on the page, now and whenever another one is chosen. */
export function applyTheme(): void {
  effect(() => {
    document.documentElement.dataset.theme = theme.value;
  });
}
