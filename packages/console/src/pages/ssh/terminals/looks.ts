// How terminals look, on all pages of this browser: the size of the letters, and whether the screen is read aloud.
import { keptSignal } from '../../../browser/storage.ts';
import { readPalette } from '../screen/palette.ts';
import type { ScreenLook } from '../screen/screen.ts';

const LEAST_PX = 9;
const MOST_PX = 32;

const isSize = (value: unknown): value is number =>
  typeof value === 'number' && value >= LEAST_PX && value <= MOST_PX;

/** In pixels. */
export const fontSize = keptSignal('ssh:font-size', 14, 'browser', isSize);

/** Whether what comes is told to screen readers. */
export const isReadAloud = keptSignal(
  'ssh:read-aloud',
  false,
  'browser',
  (value): value is boolean => typeof value === 'boolean',
);

/** Larger or smaller letters. */
export function changeFontSize(by: 1 | -1): void {
  fontSize.value = Math.min(MOST_PX, Math.max(LEAST_PX, fontSize.peek() + by));
}

/** The look as it is now. */
export function currentLook(): ScreenLook {
  return { fontSize: fontSize.value, isReadAloud: isReadAloud.value, theme: readPalette() };
}
