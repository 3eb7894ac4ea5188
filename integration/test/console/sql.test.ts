// The SQL page in a browser, against a real Postgres: from the first click to rows, errors, plans, writes and what is cancelled.
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../../browser/chromium.ts';
import { openConsole } from '../../browser/console.ts';
import { goodLooks, WIDTHS } from '../../browser/looks.ts';
import { type Gateway, startGateway } from '../gateway/support.ts';
import { rowsOf, typeStatement } from './sql.ts';

/** A name, a text and a key that nobody wants to see as anything else than themselves. */
const HOSTILE = '<img src=x onerror=alert(1)>';
const SETUP = [
  'drop schema if exists console_sql cascade',
  'create schema console_sql',
  'create table console_sql.customers (id int primary key, name text not null)',
  `create table console_sql.orders (id bigint primary key, customer int not null references console_sql.customers,
     total numeric(10, 2) default 0 check (total >= 0), note jsonb)`,
  'create index orders_customer on console_sql.orders (customer)',
  "insert into console_sql.customers select i, 'Customer ' || i from generate_series(1, 100) i",
  `insert into console_sql.orders select i, 1 + i % 100, i / 3.0, '{"javascript": "<script>alert(1)</script>"}'
     from generate_series(1, 5000) i`,
  'analyze console_sql.orders',
  `create table console_sql."${HOSTILE}" (a text)`,
  `insert into console_sql."${HOSTILE}" values ('javascript:alert(1)'), (e'\\x1b[31m\\u202Eevil'), (repeat('x', 100000))`,
];

let gateway: Gateway;
let browser: Browser;
beforeAll(async () => {
  [gateway, browser] = await Promise.all([startGateway(), launchBrowser()]);
  for (const sql of SETUP) {
    const { status, body } = await gateway.ask('/pg/query', { json: { sql, connection: 'main' } });
    expect(status, JSON.stringify(body)).toBe(200);
  }
});
afterAll(async () => {
  await gateway?.ask('/pg/query', { json: { sql: 'drop schema console_sql cascade', connection: 'main' } });
  await browser?.close();
  await gateway?.close();
});

/** How many statements with these words the server runs. */
async function running(words: string): Promise<number> {
  const sql = `select count(*)::int as n from pg_stat_activity where state = 'active' and query like $1 and pid <> pg_backend_pid()`;
  const { body } = await gateway.ask('/pg/query', {
    json: { sql, params: [`%${words}%`], connection: 'main', rowMode: 'array' },
  });
  return rowsOf(body)[0]?.[0] as number;
}

/** The label of what has the focus. */
const focused = (page: Page): Promise<unknown> =>
  page.evaluate('document.activeElement?.getAttribute("aria-label")');

const button = (page: Page | Locator, name: string) => page.getByRole('button', { name, exact: true });

describe('the SQL page', () => {
  it('goes from the first click to rows, structure, plan and history', async () => {
    await using console = await openConsole(browser, gateway.url);
    const { page, mishaps } = console;
    await page.getByRole('button', { name: /^SQL/ }).filter({ hasText: 'main' }).click();
    await page.getByLabel('Filter tables').fill('console_sql ord');
    await page.getByRole('button', { name: /^orders/ }).click();
    await page.getByText(/^100 rows in/).waitFor();
    expect(await page.getByRole('columnheader', { name: 'total' }).textContent()).toContain('numeric');
    await button(page, 'Structure of orders').click();
    await page.getByText('REFERENCES console_sql.customers(id)').waitFor();
    expect(await page.getByRole('group', { name: 'Indexes' }).textContent()).toContain('orders_customer');
    await page.getByRole('tab', { name: 'Query', exact: true }).click();
    await typeStatement(
      page,
      'select c.name, count(*) from console_sql.orders o join console_sql.customers c on c.id = o.customer group by 1',
    );
    await button(page, 'Explain and run').click();
    const plan = page.getByRole('region', { name: 'Plan' });
    await plan.getByText('slowest').waitFor();
    expect(await plan.textContent()).toContain('Seq Scan on orders as o');
    await page.getByRole('tab', { name: 'History' }).click();
    await page.getByLabel('Search the history').fill('console_sql limit');
    await expect
      .poll(() => page.getByRole('list', { name: 'Statements' }).getByRole('listitem').count())
      .toBe(1);
    await button(page, 'Use again').click();
    await button(page, 'Run statement').click();
    await page.getByText(/^100 rows in/).waitFor();
    expect(mishaps).toEqual([]);
  });

  it('works by keyboard alone, and keeps what was typed over a reload', async () => {
    await using console = await openConsole(browser, gateway.url);
    const { page, mishaps } = console;
    await page.keyboard.press('Control+k');
    await page.keyboard.type('main: SQL');
    await page.keyboard.press('Enter');
    const editor = page.getByRole('textbox', { name: 'SQL', exact: true });
    await editor.waitFor();
    await expect.poll(() => focused(page)).toBe('SQL');
    await page.keyboard.insertText('select 1 as one;\n\nselect $1::int * 2 as double;\n\nselect 3 as three');
    // Of the list of completions.
    await page.keyboard.press('Escape');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Tab');
    await expect.poll(() => focused(page)).toBe('Value of $1');
    await page.keyboard.type('21');
    await page.keyboard.press('Enter');
    await page.getByText(/^1 row in/).waitFor();
    await page.getByRole('gridcell', { name: '42' }).waitFor();
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Control+Shift+Enter');
    await page.getByRole('region', { name: 'Plan' }).waitFor();
    await page.reload();
    await page.getByLabel('Value of $1').waitFor({ state: 'detached' });
    await expect.poll(() => editor.textContent()).toContain('as double');
    expect(mishaps).toEqual([]);
  });

  it('marks the exact place of an error, with what the server says of it', async () => {
    await using console = await openConsole(browser, gateway.url);
    const { page } = console;
    await console.open('main: SQL');
    await typeStatement(page, "select '🚢';\n\nselect id,\n  '🚢' || nam\n  from console_sql.customers");
    await page.keyboard.press('Control+Enter');
    await page.getByText('Perhaps you meant to reference the column').waitFor();
    expect(await page.locator('.sql-error-place').textContent()).toBe('nam');
    await button(page, 'Show line 4, column 10').click();
    await page.keyboard.insertText('name as ');
    await expect.poll(() => page.locator('.sql-error-place').count()).toBe(0);
    expect(await page.getByRole('textbox', { name: 'SQL', exact: true }).textContent()).toContain(
      'name as nam',
    );
  });

  it('completes schemas, tables, and the columns of an alias', async () => {
    await using console = await openConsole(browser, gateway.url);
    const { page } = console;
    await console.open('main: SQL');
    await page.getByRole('group', { name: 'Schemas' }).getByText('console_sql').waitFor();
    await typeStatement(page, 'select o. from console_sql. o');
    await page.keyboard.press('Escape');
    for (let i = 0; i < 2; i++) await page.keyboard.press('ArrowLeft');
    await page.keyboard.type('or');
    await page.getByRole('option', { name: 'orders' }).click();
    await page.keyboard.press('Home');
    for (let i = 0; i < 'select o.'.length; i++) await page.keyboard.press('ArrowRight');
    await page.keyboard.type('cus');
    await page.getByRole('option', { name: /^customer/ }).click();
    const text = await page.getByRole('textbox', { name: 'SQL', exact: true }).textContent();
    expect(text).toBe('select o.customer from console_sql.orders o');
  });

  it('writes only when it was allowed to, and asks once', async () => {
    await using console = await openConsole(browser, gateway.url);
    const { page } = console;
    await console.open('main: SQL');
    await typeStatement(page, "update console_sql.customers set name = 'Ann' where id = 1");
    await button(page, 'Run statement').click();
    await button(page, 'Run it as a write').click();
    await button(page.getByRole('dialog'), 'Cancel').click();
    await button(page, 'Run it as a write').click();
    await button(page.getByRole('dialog'), 'Allow writes').click();
    await page.getByText('UPDATE: 1 row affected').waitFor();
    await button(page, 'Explain and run').click();
    await button(page.getByRole('dialog'), 'Explain and run').click();
    await page.getByRole('region', { name: 'Plan' }).getByText('Update').first().waitFor();
    await typeStatement(page, "select nextval('public.harbours_id_seq')");
    await button(page, 'Run statement').click();
    await page.getByText(/^1 row in/).waitFor();
    await button(page, 'Allow writes').click();
    await button(page, 'Run statement').click();
    await button(page, 'Run it as a write').click();
    await page.getByText(/^1 row in/).waitFor();
    expect(await page.getByRole('dialog').count()).toBe(0);
  });

  it('offers no writes to a token that may only read, whose plans work', async () => {
    await using console = await openConsole(browser, gateway.url, { token: 'token-reader' });
    const { page } = console;
    await console.open('main: SQL');
    await page.getByText('Read only').waitFor();
    await typeStatement(page, 'delete from console_sql.orders');
    await button(page, 'Run statement').click();
    await page.getByText('The statement was not run.', { exact: true }).waitFor();
    expect(await page.getByRole('button', { name: /write/i }).count()).toBe(0);
    await typeStatement(page, 'select * from console_sql.orders where id = 7');
    await button(page, 'Explain and run').click();
    await page.getByRole('region', { name: 'Plan' }).getByText('Index Scan').waitFor();
    await page.getByRole('tab', { name: 'Activity' }).click();
    await page.getByText('Nothing else runs').waitFor();
  });

  it('ends on the server what is stopped, before its first row and behind it', async () => {
    await using console = await openConsole(browser, gateway.url);
    const { page } = console;
    await console.open('main: SQL');
    for (const sql of [
      "select pg_sleep(60), 'console-stop'",
      "select i, repeat('x', 2000), pg_sleep(0.01), 'console-stop' from generate_series(1, 100000) i",
    ]) {
      await typeStatement(page, sql);
      await button(page, 'Run statement').click();
      await expect.poll(() => running('console-stop')).toBe(1);
      if (sql.includes('generate_series')) await page.getByText(/^Running: .*, [1-9][\d,]* rows?$/).waitFor();
      await button(page, 'Stop').click();
      await page.getByText(/^Stopped/).waitFor();
      await expect.poll(() => running('console-stop'), { timeout: 15_000 }).toBe(0);
    }
  });

  it('cancels what others run, and explains it', async () => {
    await using console = await openConsole(browser, gateway.url);
    const { page } = console;
    const sleeping = gateway.ask('/pg/query', {
      json: { sql: "select pg_sleep(60), 'console-cancel'", connection: 'main' },
    });
    await console.open('main: SQL');
    await page.getByRole('tab', { name: 'Activity' }).click();
    const item = page.getByRole('listitem').filter({ hasText: 'console-cancel' });
    await item.getByRole('button', { name: /^Explain/ }).click();
    await page.getByRole('region', { name: 'Plan' }).getByText('Result').waitFor();
    await page.getByRole('tab', { name: 'Activity' }).click();
    await item.getByRole('button', { name: /^Cancel/ }).click();
    await button(page.getByRole('dialog'), 'Cancel the statement').click();
    expect((await sleeping).body).toMatchObject({ server: { code: '57014' } });
  });

  it('shows what is hostile as text', async () => {
    await using console = await openConsole(browser, gateway.url);
    const { page, mishaps } = console;
    await console.open('main: SQL');
    await page.getByLabel('Filter tables').fill('img');
    await page.getByRole('button', { name: HOSTILE }).first().click();
    await page.getByText(/^3 rows in/).waitFor();
    await button(page, `Structure of ${HOSTILE}`).click();
    await page.getByRole('heading', { name: HOSTILE }).waitFor();
    await page.getByRole('tab', { name: 'Query', exact: true }).click();
    await typeStatement(page, `select 1 as "${HOSTILE}", nope`);
    await page.keyboard.press('Control+Enter');
    await page.getByRole('alert').getByText('nope').first().waitFor();
    expect(await page.locator('main img, main script, main a[href^="javascript"]').count()).toBe(0);
    expect(mishaps).toEqual([]);
  });

  it.each(WIDTHS)('is readable at %i px', async (width) => {
    await goodLooks(browser, gateway.url, width, async ({ page, open, check }) => {
      await open('main: SQL');
      await typeStatement(page, 'select 1;\nselect * from console_sql.orders where id > $1::int limit 50');
      await page.getByLabel('Value of $1').fill('7');
      await button(page, 'Run statement').click();
      await page.getByText(/^50 rows in/).waitFor();
      await check('rows');
      await button(page, 'Explain and run').click();
      await page.getByRole('region', { name: 'Plan' }).waitFor();
      await page.getByText('Limit').first().click();
      await check('a plan');
      await typeStatement(
        page,
        'select 1;\nselect nope from console_sql.orders;\ndelete from console_sql.orders',
      );
      await page.keyboard.press('Control+Enter');
      await button(page, 'Run it as a write').waitFor();
      await page.getByRole('textbox', { name: 'SQL', exact: true }).focus();
      await page.keyboard.press('Escape');
      await page.keyboard.press('ArrowUp');
      await page.keyboard.press('Control+Enter');
      await page.getByRole('alert').getByText('42703').waitFor();
      await check('an error');
      if (width < 1000) await page.getByRole('tab', { name: 'Tables' }).click();
      await page.getByLabel('Filter tables').fill('console_sql');
      await button(page, 'Structure of orders').click();
      await page.getByText('orders_customer').first().waitFor();
      await check('a table');
      await page.getByRole('tab', { name: 'History' }).click();
      await page.getByText('Kept in this browser only').waitFor();
      await check('the history');
      await page.getByRole('tab', { name: 'Activity' }).click();
      await page.getByText('The server has no statistics of statements').waitFor();
      await check('activity');
    });
  });
});
