// The colours of a terminal: the page's own, light or dark.
import type { ITheme } from '@xterm/xterm';

const NAMES: Readonly<Record<keyof Omit<ITheme, 'extendedAnsi'> & string, string>> = {
  background: '--field',
  foreground: '--text',
  cursor: '--accent',
  cursorAccent: '--field',
  selectionBackground: '--accent',
  selectionForeground: '--on-accent',
  selectionInactiveBackground: '--border',
  scrollbarSliderBackground: '--border',
  scrollbarSliderHoverBackground: '--muted',
  scrollbarSliderActiveBackground: '--muted',
  overviewRulerBorder: '--border',
  black: '--text',
  red: '--danger',
  green: '--ok',
  yellow: '--warn',
  blue: '--line-1',
  magenta: '--line-4',
  cyan: '--line-6',
  white: '--muted',
  brightBlack: '--muted',
  brightRed: '--danger',
  brightGreen: '--ok',
  brightYellow: '--line-5',
  brightBlue: '--accent',
  brightMagenta: '--code-keyword',
  brightCyan: '--line-6',
  brightWhite: '--text',
};

/** Reads the page's colours as they are now. */
export function readPalette(): ITheme {
  const style = getComputedStyle(document.documentElement);
  return Object.fromEntries(
    Object.entries(NAMES).map(([name, property]) => [name, style.getPropertyValue(property).trim()]),
  );
}
