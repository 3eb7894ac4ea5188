// The console's data grid in a browser, with rows of a real Postgres: what a person sees and does, by pointer and by keyboard.
import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../../browser/chromium.ts';
import { checkView, WIDTHS } from '../../browser/looks.ts';
import { buildStage, openStage, type Stage } from '../../browser/stage.ts';
import { type Gateway, startGateway } from '../gateway/support.ts';

const SHIPS = `
  select i as id, 'ship ' || i as name, (i * 1.5)::numeric(8,2) as price, i % 2 = 0 as afloat,
         case i % 3 when 0 then null when 1 then '' else 'NULL' end as note,
         jsonb_build_object('n', 9007199254740993, 'flags', array['a', 'b']) as doc, '\\x00ff'::bytea as raw
    from generate_series(1, 500) i`;

let gateway: Gateway;
let browser: Browser;
let stage: Stage;
beforeAll(async () => {
  [gateway, browser, stage] = await Promise.all([
    startGateway(),
    launchBrowser(),
    buildStage('grid/stage.tsx'),
  ]);
});
afterAll(async () => {
  await browser?.close();
  await gateway?.close();
});

async function run(page: Page, sql: string, outcome = 'Done in'): Promise<void> {
  await page.getByLabel('Statement').fill(sql);
  await page.getByRole('button', { name: 'Run' }).click();
  await page.getByText(outcome).waitFor();
}

const cellAt = (page: Page, row: number, column: number) =>
  page.locator(`[role="row"][aria-rowindex="${row + 1}"] [aria-colindex="${column + 1}"]`);

/** The texts of a column's first cells. */
async function columnTexts(page: Page, column: number, rows: number): Promise<(string | null)[]> {
  const places = Array.from({ length: rows }, (_, i) => cellAt(page, i + 1, column));
  return Promise.all(places.map((place) => place.textContent()));
}

const clipboard = (page: Page): Promise<string> => page.evaluate('navigator.clipboard.readText()');

async function saved(page: Page, format: string, isGuarded: boolean): Promise<string> {
  await page.getByRole('button', { name: 'Export…' }).click();
  await page.getByLabel('Format').selectOption({ label: format });
  if (!isGuarded) await page.getByLabel('Formulas as text').uncheck();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save' }).click(),
  ]);
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  return readFile(await download.path(), 'utf8');
}

describe('the grid', () => {
  it('shows types, NULL apart from the text and from the empty one, and opens JSON and bytes', async () => {
    await using console = await openStage(browser, gateway.url, stage);
    const { page, mishaps } = console;
    await run(page, SHIPS);
    await expect
      .poll(() => page.getByRole('status').filter({ hasText: 'rows' }).textContent())
      .toBe('500 rows');
    expect(await page.getByRole('columnheader', { name: 'price' }).textContent()).toContain('numeric');
    expect(await columnTexts(page, 5, 3)).toEqual(['empty', 'NULL', 'NULL']);
    expect(await cellAt(page, 2, 5).locator('.grid-sign').count()).toBe(0);
    expect(await cellAt(page, 3, 5).locator('.grid-sign').count()).toBe(1);
    expect(
      await cellAt(page, 1, 3).evaluate('getComputedStyle(document.querySelector(".number")).textAlign'),
    ).toBe('right');
    await cellAt(page, 1, 6).dblclick();
    expect(await page.getByRole('dialog', { name: 'doc' }).textContent()).toContain('n: 9007199254740993');
    await page.getByRole('button', { name: 'Close' }).click();
    await cellAt(page, 1, 7).click();
    await page.getByRole('button', { name: 'Open cell' }).click();
    expect(await page.getByRole('dialog', { name: 'raw' }).textContent()).toContain('00000000  00 ff');
    expect(mishaps).toEqual([]);
  });

  it('sorts and filters, and says of how many', async () => {
    await using console = await openStage(browser, gateway.url, stage);
    const { page } = console;
    await run(page, SHIPS);
    const count = page.locator('.grid-count');
    const price = page.getByRole('columnheader', { name: 'price' });
    await price.click();
    await price.click();
    await expect.poll(() => columnTexts(page, 1, 3)).toEqual(['500', '499', '498']);
    expect(await price.getAttribute('aria-sort')).toBe('descending');
    await page.getByLabel('Filter rows').fill('SHIP 49');
    await expect.poll(() => count.textContent()).toBe('11 of 500 rows');
    await page.getByRole('button', { name: 'Column filters' }).click();
    await page.getByLabel('Filter id').fill('< 492');
    await expect.poll(() => columnTexts(page, 1, 3)).toEqual(['491', '490', '49']);
    await expect.poll(() => count.textContent()).toBe('3 of 500 rows');
    await page.getByRole('button', { name: 'Clear' }).click();
    await expect.poll(() => count.textContent()).toBe('500 rows');
    expect(await columnTexts(page, 1, 2)).toEqual(['1', '2']);
  });

  it('exports what is seen, with formulas as text unless that is not wanted', async () => {
    await using console = await openStage(browser, gateway.url, stage);
    const { page } = console;
    await run(
      page,
      `select * from (values (1, '=HYPERLINK("http://evil")'), (2, '-5'), (3, null), (4, E'a,"b"\\r\\n')) t (id, "@cell")`,
    );
    const guarded = `id,'@cell\r\n1,"'=HYPERLINK(""http://evil"")"\r\n2,-5\r\n3,\r\n4,"a,""b""\r\n"\r\n`;
    expect(await saved(page, 'CSV, for spreadsheets', true)).toBe(guarded);
    expect(await saved(page, 'CSV, for spreadsheets', false)).toBe(
      guarded.replace("'=", '=').replace("'@", '@'),
    );
    await page.getByLabel('Filter rows').fill('-5');
    await expect.poll(() => page.locator('.grid-count').textContent()).toBe('1 of 4 rows');
    expect(await saved(page, 'NDJSON, an object a line', true)).toBe('{"id":2,"@cell":"-5"}\n');
  });

  it('is worked by the keyboard alone', async () => {
    await using console = await openStage(browser, gateway.url, stage);
    const { page, mishaps } = console;
    const { keyboard } = page;
    const press = async (...keys: string[]) => {
      for (const key of keys) await keyboard.press(key);
    };
    const current = () =>
      page.locator('[role="grid"]').evaluate((grid) => {
        const id = (grid as unknown as { getAttribute(name: string): string }).getAttribute(
          'aria-activedescendant',
        );
        const { document } = globalThis as unknown as {
          document: { getElementById(id: string): { textContent: string } | null };
        };
        return document.getElementById(id)?.textContent ?? null;
      });
    await page.getByLabel('Statement').focus();
    await keyboard.insertText(SHIPS.replaceAll('\n', ' '));
    await press('Enter');
    await page.getByText('Done in').waitFor();
    for (let i = 0; i < 12 && !(await page.evaluate('document.activeElement.role === "grid"')); i += 1)
      await press('Tab');
    await press('ArrowRight', 'ArrowDown');
    expect(await current()).toBe('ship 1');
    await press('Control+End');
    await expect.poll(current).toBe('00ff');
    await press('Home');
    expect(await current()).toBe('500');
    await press('PageUp', 'ArrowRight');
    expect(await current()).not.toBe('ship 500');
    await press('Control+Home', 'ArrowRight', 'Control+c');
    await expect.poll(() => clipboard(page)).toBe('ship 1');
    await press('Shift+ArrowDown', 'Control+c');
    await expect
      .poll(() => clipboard(page))
      .toMatch(/^1\tship 1\t1\.50\tfalse\t\t.*\n2\tship 2\t3\.00\ttrue\tNULL\t/);
    await press('Enter');
    await page.getByRole('dialog', { name: 'name' }).waitFor();
    await press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await expect.poll(() => page.evaluate('document.activeElement.role')).toBe('grid');
    await press('Control+Home', 'ArrowUp', 'Enter', 'Enter');
    await expect.poll(() => columnTexts(page, 1, 1)).toEqual(['500']);
    const header = page.getByRole('columnheader', { name: 'id' });
    const before = (await header.boundingBox())?.width ?? 0;
    await press('Shift+ArrowRight', 'Shift+ArrowRight');
    await expect.poll(async () => (await header.boundingBox())?.width).toBe(before + 32);
    await press('Alt+ArrowDown');
    await page.getByLabel('Filter id').waitFor();
    await expect
      .poll(() => page.evaluate('document.activeElement.getAttribute("aria-label")'))
      .toBe('Filter id');
    await keyboard.insertText('= 7');
    await expect.poll(() => columnTexts(page, 1, 1)).toEqual(['7']);
    await press('Escape');
    await expect.poll(() => page.evaluate('document.activeElement.role')).toBe('grid');
    expect(mishaps).toEqual([]);
  });

  it('copies of a selection what a filter has left, and says how much', async () => {
    await using console = await openStage(browser, gateway.url, stage);
    const { page } = console;
    await run(page, SHIPS);
    await cellAt(page, 5, 1).click();
    for (let i = 0; i < 4; i += 1) await page.keyboard.press('Shift+ArrowUp');
    await page.getByLabel('Filter rows').fill('ship 500');
    await expect.poll(() => page.locator('.grid-count').textContent()).toBe('1 of 500 rows');
    await page.getByRole('grid').focus();
    await page.keyboard.press('Control+c');
    await expect.poll(() => page.getByText('Copied: 1 row', { exact: true }).count()).toBe(1);
    expect(await clipboard(page)).toMatch(/^500\tship 500\t[^\n]*$/);
  });

  it('hears keys that come before the next frame', async () => {
    await using console = await openStage(browser, gateway.url, stage);
    const { page, mishaps } = console;
    const { keyboard } = page;
    await page.clock.install();
    await run(page, SHIPS);
    await cellAt(page, 2, 2).waitFor();
    // The page gets no frame and no timer any more.
    await page.clock.pauseAt(Date.now() + 60_000);
    await cellAt(page, 2, 2).click();
    await keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'name' }).waitFor();
    await keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await keyboard.press('ArrowDown');
    await keyboard.press('Enter');
    expect(await page.getByRole('dialog', { name: 'name' }).textContent()).toContain('in row 3,');
    await keyboard.press('Escape');
    for (const key of ['Control+Home', 'ArrowUp', 'Alt+ArrowDown']) await keyboard.press(key);
    expect(await page.evaluate('document.activeElement.getAttribute("aria-label")')).toBe('Filter id');
    expect(mishaps).toEqual([]);
  });

  it('draws of hundreds of columns those in sight, and reaches all', async () => {
    await using console = await openStage(browser, gateway.url, stage);
    const { page } = console;
    const columns = Array.from({ length: 400 }, (_, i) => `i * ${i} as column_${i}`).join(', ');
    await run(page, `select ${columns} from generate_series(1, 200) i`);
    const grid = page.getByRole('grid');
    expect(await grid.getAttribute('aria-colcount')).toBe('401');
    expect(await page.getByRole('gridcell').count()).toBeLessThan(700);
    await grid.focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('End');
    await expect.poll(() => cellAt(page, 1, 400).textContent()).toBe('399');
    expect(
      await cellAt(page, 1, 400).evaluate(
        'document.querySelector(".grid-cell.current").getBoundingClientRect().right <= innerWidth',
      ),
    ).toBe(true);
    const edge = page.getByRole('columnheader', { name: 'column_399' }).locator('.grid-edge');
    const { x = 0, y = 0, width = 0 } = (await edge.boundingBox()) ?? {};
    await page.mouse.move(x + width / 2, y + 20);
    await page.mouse.down();
    await page.mouse.move(x - 30, y + 20);
    await page.mouse.up();
    const box = await page.getByRole('columnheader', { name: 'column_399' }).boundingBox();
    expect(box?.width).toBeLessThan(95);
  });

  it('shows what fails in words, and keeps the rows that came', async () => {
    await using console = await openStage(browser, gateway.url, stage);
    const { page } = console;
    await run(page, 'select * from nowhere', 'does not exist');
    expect(await page.getByRole('alert').textContent()).toContain('The server refused');
    await run(
      page,
      "select i, repeat('x', 1000), 1 / (2000 - i) from generate_series(1, 3000) i",
      'division by zero',
    );
    await expect.poll(() => page.locator('.grid-count').textContent()).toContain('the result has more');
    await page.getByRole('columnheader', { name: 'i' }).first().click();
    await expect.poll(() => page.locator('.grid-count').textContent()).toContain('sorted is what is loaded');
  });

  it('shows whatever servers send as text', async () => {
    await using console = await openStage(browser, gateway.url, stage);
    const { page, mishaps } = console;
    const html = '<img src=x onerror="document.title=1"><script>document.title=2</script>';
    await run(
      page,
      `select '${html}' as "<b>${'n'.repeat(20)}", 'javascript:alert(1)' as link, E'a\\x1b[31m\\u202Etxt.exe' as hidden,
              repeat('long ', 400000) as long, json_build_object('${html}', '${html}') as doc`,
    );
    expect(await cellAt(page, 1, 1).textContent()).toBe(html);
    expect(await cellAt(page, 1, 3).textContent()).toBe('a␛[31m⟨202E⟩txt.exe');
    expect((await cellAt(page, 1, 4).textContent())?.length).toBeLessThan(400);
    expect(await page.getByRole('grid').locator('img, script, a, b').count()).toBe(0);
    for (const column of [1, 2, 3, 4, 5]) {
      await cellAt(page, 1, column).click();
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').waitFor();
      expect(await page.getByRole('dialog').locator('img, script, a, b').count()).toBe(0);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    }
    expect(await page.title()).toBe('Stage');
    expect(mishaps).toEqual([]);
  });
});

describe.each(WIDTHS)('at %i px', (width) => {
  it('is readable, closed and opened', async () => {
    await using console = await openStage(browser, gateway.url, stage, { width });
    const { page, mishaps } = console;
    await run(page, SHIPS);
    await page.getByRole('columnheader', { name: 'id' }).click();
    await page.getByRole('button', { name: 'Column filters' }).click();
    await checkView(page, 'the grid');
    await cellAt(page, 2, 1).dblclick();
    await page.getByRole('dialog').waitFor();
    await checkView(page, 'a cell');
    await page.keyboard.press('Escape');
    await page.getByRole('grid').evaluate('document.querySelector("[role=grid]").scrollLeft = 5000');
    await cellAt(page, 2, 6).dblclick();
    await page.getByRole('dialog', { name: 'doc' }).waitFor();
    await checkView(page, 'a document');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Export…' }).click();
    await checkView(page, 'the export');
    expect(mishaps).toEqual([]);
  });
});
