// The pages of operators: pools, figures, failures, settings and their check.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../../browser/chromium.ts';
import { openConsole } from '../../browser/console.ts';
import { goodLooks, WIDTHS } from '../../browser/looks.ts';
import { type Gateway, startGateway } from '../gateway/support.ts';

let gateway: Gateway;
let browser: Browser;
beforeAll(async () => {
  [gateway, browser] = await Promise.all([
    startGateway({ tokens: [{ name: 'watcher', token: 'token-watcher', scopes: ['admin:metrics'] }] }),
    launchBrowser(),
  ]);
});
afterAll(async () => {
  await browser?.close();
  await gateway?.close();
});

const query = (connection: string, sql: string) => gateway.ask('/pg/query', { json: { connection, sql } });

describe('the operators’ pages', () => {
  it('show the pools, and drain one', async () => {
    await query('main', 'select 1');
    await using person = await openConsole(browser, gateway.url);
    const panel = await person.open('Pools');
    const row = panel.getByRole('row', { name: /^main pg/ });
    await expect.poll(async () => row.getByRole('cell').first().textContent()).toBe('1');
    await row.getByRole('button', { name: 'Drain main' }).click();
    await person.page.getByRole('dialog').getByRole('button', { name: 'Drain' }).click();
    await person.page.getByText('1 connection of main closed or closing').waitFor();
    await expect.poll(async () => row.getByRole('cell').first().textContent(), { timeout: 10_000 }).toBe('0');
    expect(person.mishaps).toEqual([]);
  });

  it('show figures, and a failure by its request', async () => {
    const { body } = await query('main', 'select * from nowhere');
    await using person = await openConsole(browser, gateway.url);
    const panel = await person.open('Operations');
    await panel.getByText('Errors by code').waitFor();
    await expect.poll(() => panel.locator('.operations-totals').textContent()).toContain('server 1');
    await panel.getByRole('tab', { name: 'Recent errors' }).click();
    await panel.getByText(String(body.requestId)).waitFor();
    await panel.getByLabel('Filter').fill('no such thing');
    await panel.getByText('No failure has these words').waitFor();
    expect(person.mishaps).toEqual([]);
  });

  it('show the settings without a secret, and what the check finds', async () => {
    await using person = await openConsole(browser, gateway.url);
    const panel = await person.open('Operations');
    await panel.getByRole('tab', { name: 'Settings' }).click();
    await panel.getByRole('heading', { name: 'connections' }).waitFor();
    expect(await panel.textContent()).not.toContain('scram-password');
    await panel.getByRole('tab', { name: 'Check' }).click();
    await panel.getByRole('button', { name: 'Check the configuration' }).click();
    await panel.getByText(/\d+ errors?, \d+ warnings?/).waitFor();
    await panel.getByText('FAIRLEAD_TOKENS').first().waitFor();
    expect(person.mishaps).toEqual([]);
  });

  it('show a token no more than its scopes', async () => {
    await using person = await openConsole(browser, gateway.url, { token: 'token-watcher' });
    const panel = await person.open('Operations');
    await panel.getByRole('tab', { name: 'Metrics' }).waitFor();
    expect(await panel.getByRole('tab').allTextContents()).toEqual(['Metrics', 'Recent errors']);
    expect(await person.page.getByRole('button', { name: 'Pools' }).count()).toBe(0);
  });

  it.each(WIDTHS)('are readable at %i px', async (width) => {
    await goodLooks(browser, gateway.url, width, async ({ open, check }) => {
      const pools = await open('Pools');
      await pools.getByRole('row', { name: /^main pg/ }).waitFor();
      await check('pools');
      const operations = await open('Operations');
      await operations.getByText('Errors by code', { exact: true }).waitFor();
      await check('figures');
      await operations.getByRole('tab', { name: 'Recent errors' }).click();
      await operations.getByRole('row').nth(1).waitFor();
      await check('failures');
      await operations.getByRole('tab', { name: 'Settings' }).click();
      await operations.getByRole('heading', { name: 'connections' }).waitFor();
      await check('settings');
      await operations.getByRole('tab', { name: 'Check' }).click();
      await operations.getByRole('button', { name: 'Check the configuration' }).click();
      await operations.getByText(/\d+ errors?, \d+ warnings?/).waitFor();
      await check('the check');
    });
  });
});
