// A person at the console: signed in, with an eye on everything that a page must not do.
import type { Browser, Locator, Page } from 'playwright-core';

const HEIGHT = 800;

/** A console that somebody is signed in to. */
export interface Console extends AsyncDisposable {
  readonly page: Page;
  /** What went wrong unseen: exceptions, words in the browser's console, requests elsewhere, breaches of the page's policy. */
  readonly mishaps: string[];
  /** Opens a page by the command palette: `open('main: SQL')`, `open('Network')`. @returns The tab's panel. */
  open(title: string): Promise<Locator>;
  close(): Promise<void>;
}

/** What a test says of its console. */
export interface ConsoleOptions {
  /** Default `token-all`. */
  readonly token?: string;
  /** In pixels. Default 1280. */
  readonly width?: number;
  /** Of the system. Default `light`. */
  readonly theme?: 'light' | 'dark';
}

/** Opens the console of a gateway in a context of its own, and signs in. */
export async function openConsole(
  browser: Browser,
  gateway: URL,
  { token = 'token-all', width = 1280, theme = 'light' }: ConsoleOptions = {},
): Promise<Console> {
  const context = await browser.newContext({
    viewport: { width, height: HEIGHT },
    colorScheme: theme,
    acceptDownloads: true,
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const page = await context.newPage();
  const mishaps: string[] = [];
  watch(page, gateway, mishaps);
  await page.goto(new URL('/console/', gateway).href);
  await page.getByLabel('Token').fill(token);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: 'Commands' }).waitFor();
  const close = () => context.close();
  const open = async (title: string): Promise<Locator> => {
    // Its key is heard a moment after the page is seen.
    await page.getByRole('button', { name: 'Commands' }).click();
    await page.getByRole('combobox', { name: 'Find a page or a command' }).fill(title);
    await page.getByRole('option', { name: title, exact: true }).click();
    await page.getByRole('tab', { name: title, exact: true }).waitFor();
    return page.getByRole('tabpanel', { name: title, exact: true });
  };
  return { page, mishaps, open, close, [Symbol.asyncDispose]: close };
}

/** Notes what nobody sees. Answers of the gateway that are problems are the page's to show, and no mishap. */
export function watch(page: Page, gateway: URL, mishaps: string[]): void {
  page.on('pageerror', (error) => mishaps.push(`exception: ${error.message}`));
  page.on('console', (message) => {
    const text = message.text();
    if (message.type() === 'error' && !text.startsWith('Failed to load resource'))
      mishaps.push(`console: ${text}`);
  });
  page.on('request', (request) => {
    const url = new URL(request.url());
    const isOwn = url.host === gateway.host || url.protocol === 'blob:' || url.protocol === 'data:';
    if (!isOwn) mishaps.push(`request: ${request.url()}`);
  });
}
