// The SQL page in a browser, against real MySQL and MariaDB: tables, rows, parameters, errors, plans and what is stopped.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../../browser/chromium.ts';
import { openConsole } from '../../browser/console.ts';
import { mysqlConnections, SERVERS } from '../gateway/mysql.ts';
import { type Gateway, startGateway } from '../gateway/support.ts';
import { rowsOf, typeStatement } from './sql.ts';

const JOIN =
  'select h.name, g.name from harbours h join harbours g on h.country = g.country where h.id > 1 order by h.name';

let gateway: Gateway;
let browser: Browser;
beforeAll(async () => {
  [gateway, browser] = await Promise.all([startGateway({ connections: mysqlConnections }), launchBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await gateway?.close();
});

/** How many statements with these words the server runs. */
async function running(connection: string, words: string): Promise<number> {
  const sql =
    'select count(*) from information_schema.processlist where info like ? and id <> connection_id()';
  const json = { sql, params: [`%${words}%`], connection, rowMode: 'array' };
  const { body } = await gateway.ask('/mysql/query', { json });
  return Number(rowsOf(body)[0]?.[0]);
}

describe.each(SERVERS)('the SQL page of %s', (server) => {
  it('shows tables, rows, errors and plans', async () => {
    await using console = await openConsole(browser, gateway.url);
    const { page, mishaps } = console;
    await console.open(`${server}: SQL`);
    await page.getByLabel('Filter tables').fill('harbours');
    await page
      .getByRole('button', { name: /^harbours/ })
      .first()
      .click();
    await page.getByText(/^\d+ rows in/).waitFor();
    await page.getByRole('button', { name: 'Structure of harbours' }).first().click();
    await page.getByText('auto_increment').waitFor();
    await page.getByText('UNIQUE BTREE (id)').waitFor();
    await page.getByRole('tab', { name: 'Query', exact: true }).click();
    await typeStatement(page, 'select name from harbours where id = ? and name <> ? limit ?');
    await page.getByLabel('Value of ? 1').fill('1');
    await page.getByLabel('Value of ? 2').fill('Nowhere');
    await page.getByLabel('Value of ? 3').fill('5');
    await page.getByLabel('Type of ? 3').selectOption({ label: 'Number' });
    await page.getByRole('button', { name: 'Run statement' }).click();
    await page.getByRole('gridcell', { name: 'Rotterdam' }).waitFor();
    await typeStatement(page, 'select 1;\nselect *\n  frm harbours');
    await page.keyboard.press('Control+Enter');
    await page.getByRole('button', { name: 'Show line 3, column 3' }).waitFor();
    expect(await page.locator('.sql-error-place').textContent()).toBe('frm');
    await typeStatement(page, JOIN);
    await page.getByRole('button', { name: 'Explain', exact: true }).click();
    const plan = page.getByRole('region', { name: 'Plan' });
    await plan.getByText('Expected, not measured').waitFor();
    await page.getByRole('button', { name: 'Explain and run' }).click();
    if (server === 'mariadb')
      await page.getByRole('dialog').getByRole('button', { name: 'Allow writes' }).click();
    await plan.getByText('Measured').waitFor();
    await plan.getByText('slowest').waitFor();
    expect(mishaps).toEqual([]);
  });

  it('ends on the server what is stopped', async () => {
    await using console = await openConsole(browser, gateway.url);
    const { page } = console;
    await console.open(`${server}: SQL`);
    const mark = `console-stop-${server}`;
    await typeStatement(page, `select sleep(60), '${mark}'`);
    await page.getByRole('button', { name: 'Run statement' }).click();
    await expect.poll(() => running(server, mark)).toBe(1);
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await page.getByText(/^Stopped/).waitFor();
    await expect.poll(() => running(server, mark), { timeout: 15_000 }).toBe(0);
  });
});
