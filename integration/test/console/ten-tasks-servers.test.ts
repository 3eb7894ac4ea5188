// A stranger's tasks in the console that need servers which `npm start` has not: by what is written on the page alone.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { launchBrowser } from '../../browser/chromium.ts';
import { arrive, choose, search, write } from '../../browser/wayfinding.ts';
import { type Gateway, startGateway } from '../gateway/support.ts';
import { rowsOf } from './sql.ts';

const { imap } = inject('servers');
const connections = {
  letters: { url: `imaps://app:app-password@localhost:${imap['Dovecot 2.4'].implicit}` },
};
/** Its slow part is known: each row of the inner query waits. */
const SLOW = `select count(*) from generate_series(1, 2000) as fast (n)
  where n in (select i from generate_series(1, 20) as slow (i) where pg_sleep(0.01) is not null)`;

let gateway: Gateway;
let browser: Browser;
beforeAll(async () => {
  [gateway, browser] = await Promise.all([startGateway({ connections }), launchBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await gateway?.close();
});

const visit = () => arrive(browser, gateway.url, 'token-all');

/** How many statements with these words the server runs. */
async function running(words: string): Promise<unknown> {
  const sql = `select count(*)::int from pg_stat_activity where state = 'active' and query like $1 and pid <> pg_backend_pid()`;
  const json = { sql, params: [`%${words}%`], connection: 'main', rowMode: 'array' };
  const { body } = await gateway.ask('/pg/query', { json });
  return rowsOf(body)[0]?.[0];
}

async function append(subject: string, text: string): Promise<void> {
  const body = `From: Ann <ann@mail.test>\r\nSubject: ${subject}\r\n\r\n${text}\r\n`;
  const path = '/imap/append?connection=letters&mailbox=INBOX';
  const response = await gateway.fetch(path, { method: 'POST', body });
  expect(response.status, await response.text()).toBe(200);
}

describe('a stranger, without documents,', () => {
  it('finds which step of a slow query is slow', async () => {
    await using person = await visit();
    const panel = await search(person, 'explain', 'main: SQL');
    await write(panel, SLOW);
    await panel.getByRole('button', { name: 'Explain and run' }).click();
    const plan = panel.getByRole('region', { name: 'Plan' });
    const slowest = plan.getByRole('listitem').filter({ hasText: 'slowest' }).last();
    await slowest.waitFor();
    expect(await slowest.textContent()).toContain('Function Scan on generate_series as slow');
  });

  it('stops a query that runs too long', async () => {
    await using person = await visit();
    const panel = await choose(person, 'main', 'main: SQL');
    await write(panel, "select pg_sleep(60), 'ten-tasks-stop'");
    await panel.getByRole('button', { name: 'Run statement' }).click();
    await expect.poll(() => running('ten-tasks-stop')).toBe(1);
    await panel.getByRole('button', { name: 'Stop' }).first().click();
    await panel.getByText(/^Stopped/).waitFor();
    await expect.poll(() => running('ten-tasks-stop'), { timeout: 15_000 }).toBe(0);
  });

  it('finds a mail in a mailbox, and reads it', async () => {
    const mark = crypto.randomUUID().slice(0, 8);
    await append(`Tides of ${mark}`, `High water at noon, ${mark}.`);
    await append(`Other ${mark}`, 'Nothing of interest.');
    await using person = await visit();
    const panel = await choose(person, 'letters', 'letters: Mailboxes');
    const boxes = panel.getByRole('navigation', { name: 'Mailboxes' });
    await boxes
      .getByRole('button', { name: /^INBOX/i })
      .first()
      .click();
    await panel.getByLabel('Search for').fill(`Tides of ${mark}`);
    await panel.getByRole('button', { name: 'Search', exact: true }).click();
    await panel.getByText('1 message found').waitFor();
    await panel.getByRole('button', { name: new RegExp(`Tides of ${mark}`) }).click();
    await panel.getByText(`High water at noon, ${mark}.`).waitFor();
  });

  it('sees whether a server’s TLS is all right, and how fast it is', async () => {
    await using person = await visit();
    const panel = await search(person, 'ping', 'Network');
    await panel.getByLabel('redisTls', { exact: true }).check();
    await panel.getByLabel('redisUntrusted', { exact: true }).check();
    await panel.getByLabel('TLS too, from the first byte').check();
    await panel.getByRole('button', { name: 'Start' }).click();
    const handshakes = panel.getByRole('region', { name: 'TLS handshake: figures' });
    await handshakes.getByRole('row', { name: /^redisTls \d+ 0 % .*ms/ }).waitFor();
    await handshakes.getByRole('row', { name: /^redisUntrusted \d+ 100 % No safe connection/ }).waitFor();
    await panel.getByRole('button', { name: 'Stop' }).click();
  });
});
