// The console's frame in a browser: signing in, tabs, the palette, what it loads and from where.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { overflowOf, seriousFindings } from '../../browser/accessible.ts';
import { launchBrowser } from '../../browser/chromium.ts';
import { openConsole } from '../../browser/console.ts';
import { goodLooks, WIDTHS } from '../../browser/looks.ts';
import { type Gateway, startGateway } from '../gateway/support.ts';

/** In the page: where the part right of the list ends. */
const WIDTH_OF_PAGE = "document.querySelector('#page').getBoundingClientRect().right";

const PINGER = { name: 'pinger', token: 'token-pinger', scopes: ['tcp:ping:main'] };

let gateway: Gateway;
let browser: Browser;
beforeAll(async () => {
  [gateway, browser] = await Promise.all([startGateway({ tokens: [PINGER] }), launchBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await gateway?.close();
});

describe('the frame', () => {
  it.each(WIDTHS)('is readable at %i px', async (width) => {
    await goodLooks(browser, gateway.url, width, async ({ page, check }) => {
      await page.getByRole('heading', { name: 'What would you like to look at?' }).waitFor();
      await check('the welcome');
    });
  });

  it.each([1280, 360])('is no wider than %i px with a tab of each page', async (width) => {
    await using console = await openConsole(browser, gateway.url, { width });
    const { page, open } = console;
    for (const title of ['main: SQL', 'default: Keys']) await open(title);
    for (const title of ['Operations', 'Pools', 'Network']) {
      await open(title);
      expect(await overflowOf(page)).toBe(0);
      expect(await page.evaluate(WIDTH_OF_PAGE)).toBeLessThanOrEqual(width);
    }
  });

  it('says why a token is refused', async () => {
    await using console = await openConsole(browser, gateway.url);
    const { page } = console;
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Token').fill('not-a-token');
    await page.getByRole('button', { name: 'Sign in' }).click();
    expect(await page.getByRole('alert').textContent()).toContain('Unknown token');
  });

  it('shows another token neither the tabs of the one before nor what was typed there', async () => {
    await using console = await openConsole(browser, gateway.url);
    const { page, open } = console;
    const panel = await open('main: SQL');
    await panel.getByRole('textbox', { name: 'SQL' }).fill('select secret_of_the_first');
    await expect.poll(() => page.evaluate('JSON.stringify(sessionStorage)')).toContain('secret_of_the_first');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Token').fill(PINGER.token);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'What would you like to look at?' }).waitFor();
    expect(await page.getByRole('tab').count()).toBe(0);
    expect(await page.evaluate('JSON.stringify(sessionStorage)')).not.toContain('secret_of_the_first');
    await open('Network');
  });

  it('says in the tab of a connection that is gone that the token may not look at it', async () => {
    await using console = await openConsole(browser, gateway.url);
    const { page, open } = console;
    await open('main: SQL');
    await page.evaluate(
      `sessionStorage.setItem('fairlead:tabs', sessionStorage.getItem('fairlead:tabs').replace('main', 'gone'))`,
    );
    await page.reload();
    await page.getByText('This token may not look at it').waitFor();
  });

  it('keeps the token and the tabs over a reload, and the token never in a URL', async () => {
    await using console = await openConsole(browser, gateway.url);
    const { page, open } = console;
    await open('main: SQL');
    await page.reload();
    await page.getByRole('tab', { name: 'main: SQL' }).waitFor();
    expect(page.url()).toBe(new URL('/console/', gateway.url).href);
    expect(await page.evaluate('JSON.stringify(localStorage)')).not.toContain('token-all');
  });

  it('keeps the keyboard at the tabs when one closes, and the marked command in sight', async () => {
    await using console = await openConsole(browser, gateway.url);
    const { page, open } = console;
    await open('main: SQL');
    await open('Network');
    await page.getByRole('tab', { name: 'Network', exact: true }).focus();
    await page.keyboard.press('Delete');
    const left = page.getByRole('tab', { name: 'main: SQL', exact: true });
    await expect.poll(() => left.evaluate((tab) => tab.matches(':focus'))).toBe(true);
    await page.keyboard.press('Alt+w');
    await page.getByRole('heading', { name: 'What would you like to look at?' }).waitFor();
    await page.keyboard.press('Control+k');
    for (let i = 0; i < 25; i++) await page.keyboard.press('ArrowDown');
    const marked = page.getByRole('option', { selected: true });
    const list = page.getByRole('listbox', { name: 'Commands' });
    const [line, box] = [await marked.boundingBox(), await list.boundingBox()];
    expect(line?.y).toBeGreaterThanOrEqual(box?.y ?? 0);
    expect((line?.y ?? 0) + (line?.height ?? 0)).toBeLessThanOrEqual((box?.y ?? 0) + (box?.height ?? 0) + 1);
  });

  it('leaves a dialog open when a selection ends beside it, and closes it by a click there', async () => {
    await using console = await openConsole(browser, gateway.url);
    const { page } = console;
    await page.keyboard.press('Control+k');
    const field = page.getByRole('combobox', { name: 'Find a page or a command' });
    const box = await field.boundingBox();
    await page.mouse.move((box?.x ?? 0) + 40, (box?.y ?? 0) + 10);
    await page.mouse.down();
    await page.mouse.move(5, 5);
    await page.mouse.up();
    expect(await field.isVisible()).toBe(true);
    await page.mouse.click(5, 5);
    await field.waitFor({ state: 'detached' });
  });

  it('gives the drawer of a telephone the keyboard, and takes it back', async () => {
    await using console = await openConsole(browser, gateway.url, { width: 360 });
    const { page } = console;
    const menu = page.getByRole('button', { name: 'Menu' });
    const isFocused = (place: typeof menu) => place.evaluate((element) => element.matches(':focus'));
    await menu.focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => isFocused(page.getByRole('button', { name: 'Close the menu' }))).toBe(true);
    expect(await seriousFindings(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await expect.poll(() => isFocused(menu)).toBe(true);
    const drawer = page.getByRole('navigation', { name: 'Connections and tools' });
    expect(await drawer.isVisible()).toBe(false);
    await menu.click();
    await expect.poll(() => isFocused(page.getByRole('button', { name: 'Close the menu' }))).toBe(true);
    await page.mouse.click(350, 400);
    await drawer.waitFor({ state: 'hidden' });
  });
});
