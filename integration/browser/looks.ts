// A page as it is looked at: on a desk and on a telephone, and each of its views by day and by night.
import type { Browser, Page } from 'playwright-core';
import { expect } from 'vitest';
import { overflowOf, seriousFindings } from './accessible.ts';
import { type Console, openConsole } from './console.ts';

/** In pixels: a desk, and a telephone. */
export const WIDTHS = [1280, 360] as const;

/** A console of which each view is to be checked. */
export interface Looker extends Pick<Console, 'page' | 'open'> {
  readonly width: number;
  /** Checks what is seen now. @param view Names it where something is wrong: `a key`. */
  check(view: string): Promise<void>;
}

/** Opens a console of this width, lets the journey check its views, and expects that nothing went wrong unseen. */
export async function goodLooks(
  browser: Browser,
  gateway: URL,
  width: number,
  journey: (looker: Looker) => Promise<void>,
): Promise<void> {
  await using person = await openConsole(browser, gateway, { width });
  const { page, open, mishaps } = person;
  await journey({ page, open, width, check: (view) => checkView(page, view) });
  expect(mishaps).toEqual([]);
}

/**
 * Expects that axe finds nothing serious at a view, and that nothing has to be scrolled sideways. The view is looked at in the light,
 * and its colours in the dark too: they are all that a theme changes. Light is left behind.
 */
export async function checkView(page: Page, view: string): Promise<void> {
  expect([view, 'light', await seriousFindings(page)]).toEqual([view, 'light', []]);
  expect([view, await overflowOf(page)]).toEqual([view, 0]);
  await turn(page, 'dark');
  expect([view, 'dark', await seriousFindings(page, 'contrast')]).toEqual([view, 'dark', []]);
  await turn(page, 'light');
}

/** Changes the system's theme, and waits until what draws by itself, such as a terminal, has followed. */
async function turn(page: Page, theme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme: theme });
  await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))');
}
