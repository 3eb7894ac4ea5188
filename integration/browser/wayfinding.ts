// How somebody who has never seen the console gets about in it: by what is written on it alone.
import type { Browser, Locator, Page } from 'playwright-core';

/** Signs in by the words on the page. @returns The console, in a browser's context that is closed with it. */
export async function arrive(browser: Browser, gateway: URL, token: string): Promise<Visit> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    acceptDownloads: true,
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const page = await context.newPage();
  await page.goto(new URL('/console/', gateway).href);
  await page.getByLabel('Token').fill(token);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'What would you like to look at?' }).waitFor();
  return { page, [Symbol.asyncDispose]: () => context.close() };
}

/** A person at the console. */
export interface Visit extends AsyncDisposable {
  readonly page: Page;
}

/**
 * Opens the first page that the palette finds for some words.
 * @param words What a person would type: `ttl`.
 * @param title What the person reads there: `cache: Keys`.
 * @returns The page's panel.
 */
export async function search({ page }: Visit, words: string, title: string): Promise<Locator> {
  await page.getByRole('button', { name: 'Commands' }).click();
  await page.getByLabel('Find a page or a command').fill(words);
  await page.getByRole('option', { name: title }).first().click();
  return page.getByRole('tabpanel', { name: title, exact: true });
}

/**
 * Opens a page by the list on the left.
 * @param name What the person reads there: `main pg`, `Files of ssh`.
 * @param title What its tab is called then: `main: SQL`.
 * @returns The page's panel.
 */
export async function choose({ page }: Visit, name: string, title: string): Promise<Locator> {
  const list = page.getByRole('navigation', { name: 'Connections and tools' });
  await list.getByRole('button', { name: new RegExp(`^${name}`) }).click();
  return page.getByRole('tabpanel', { name: title, exact: true });
}

/** Types a statement into the editor of SQL, in place of what stands there. */
export async function write(panel: Locator, sql: string): Promise<void> {
  const editor = panel.getByRole('textbox', { name: 'SQL', exact: true });
  await editor.click();
  await editor.press('Control+a');
  await panel.page().keyboard.insertText(sql);
}
