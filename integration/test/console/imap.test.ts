// Reading mail in the console, against Dovecot, Cyrus and Courier.
import { readFile } from 'node:fs/promises';
import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { launchBrowser } from '../../browser/chromium.ts';
import { type Console, openConsole } from '../../browser/console.ts';
import { tabTo } from '../../browser/keyboard.ts';
import { goodLooks, WIDTHS } from '../../browser/looks.ts';
import { type Stranger, startStranger } from '../../browser/stranger.ts';
import { DEAD_PORT, type Gateway, startGateway } from '../gateway/support.ts';
import { type ImapServerName, mailbox } from '../modules/imap.ts';
import { theirs } from '../modules/imap-oracle.ts';
import { ROD, trickyMail } from '../modules/tricky-mail.ts';

const { imap: servers } = inject('servers');
const NAMES = ['Dovecot 2.4', 'Cyrus 3.12', 'Courier 5'] as const satisfies readonly ImapServerName[];
const connectionOf = { 'Dovecot 2.4': 'dovecot', 'Cyrus 3.12': 'cyrus', 'Courier 5': 'courier' } as const;
const url = (port: number, login = 'app:app-password') => `imaps://${login}@localhost:${port}`;
const connections = {
  dovecot: { url: url(servers['Dovecot 2.4'].implicit) },
  cyrus: { url: url(servers['Cyrus 3.12'].implicit) },
  courier: { url: url(servers['Courier 5'].implicit) },
  imapWrongPassword: { url: url(servers['Dovecot 2.4'].implicit, 'app:wrong-password') },
  imapDead: { url: url(DEAD_PORT) },
};
const tokens = [{ name: 'imapReader', token: 'token-imap-reader', scopes: ['imap:read:dovecot'] }];

let gateway: Gateway;
let browser: Browser;
let stranger: Stranger;
beforeAll(async () => {
  [gateway, browser, stranger] = await Promise.all([
    startGateway({ connections, tokens }),
    launchBrowser(),
    startStranger(),
  ]);
});
afterAll(async () => {
  await browser?.close();
  await gateway?.close();
  stranger?.close();
});

/** Mailboxes of a test's own, which go when it ends. */
async function ownBoxes(server: ImapServerName, ...names: readonly string[]) {
  const { implicit: port } = servers[server];
  const boxes = names.map((one) => mailbox(server, `${one}-${crypto.randomUUID().slice(0, 8)}`));
  const all = async (step: 'create' | 'delete') => {
    await theirs({ port, steps: boxes.map((name) => ({ do: step, mailbox: name })) });
  };
  await all('create');
  return {
    boxes,
    recreate: () => all('delete').then(() => all('create')),
    [Symbol.asyncDispose]: () => all('delete'),
  };
}

async function append(connection: string, box: string, subject: string): Promise<void> {
  const place = new URLSearchParams({ connection, mailbox: box });
  const response = await gateway.fetch(`/imap/append?${place}`, {
    method: 'POST',
    body: trickyMail(subject, stranger.url),
  });
  expect(response.status).toBe(200);
}

const lastLevel = (name = '') => name.replace(/^INBOX\./, '');
const boxButton = (panel: Locator, name = '') =>
  panel
    .getByRole('navigation', { name: 'Mailboxes' })
    .getByRole('button', { name: new RegExp(`^${lastLevel(name)}`) });
const row = (panel: Locator, subject: string) =>
  panel.getByRole('list', { name: 'Messages' }).getByRole('button', { name: new RegExp(subject) });
const message = (panel: Locator) => panel.getByRole('article', { name: 'Message' });
const isWatching = (panel: Locator) => panel.getByText('watching', { exact: true }).waitFor();

async function opened({ open }: Console, connection: string, box: string | undefined): Promise<Locator> {
  const panel = await open(`${connection}: Mailboxes`);
  await boxButton(panel, box).click();
  return panel;
}

describe.each(NAMES)('%s', (server) => {
  const connection = connectionOf[server];

  it('one message’s way: read, searched, flagged, copied, moved, deleted', async () => {
    await using own = await ownBoxes(server, 'in', 'other');
    const [box = '', other = ''] = own.boxes;
    await append(connection, box, 'High water');
    await append(connection, box, 'Low water');
    await using person = await openConsole(browser, gateway.url);
    const { page } = person;
    const panel = await opened(person, connection, box);
    await panel.getByLabel('Search for').fill('Low');
    await panel.getByLabel('Search in').selectOption('Subject');
    await panel.getByRole('button', { name: 'Search', exact: true }).click();
    await panel.getByText('1 message found').waitFor();
    expect(await row(panel, 'High').count()).toBe(0);
    await panel.getByRole('button', { name: 'Show all messages again' }).click();
    await row(panel, 'Low').waitFor();
    expect(await row(panel, 'High').textContent()).toMatch(/^UnreadAnn ·gnp.exe.*High waterwith attachments/);

    await row(panel, 'High').click();
    const text = 'Grüße, <script>alert(1)</script> see https://example.com/tides javascript:alert(1)';
    await message(panel).getByText(text).waitFor();
    expect(await message(panel).getByRole('link').count()).toBe(1);
    await panel.getByRole('button', { name: 'Mark as read' }).click();
    await panel.getByRole('button', { name: 'Flag' }).click();
    await expect.poll(() => row(panel, 'High').textContent()).toMatch(/^Ann .*flagged/);

    const choice = panel.getByLabel('Other mailbox');
    await choice.selectOption(other);
    await panel.getByRole('button', { name: 'Copy' }).click();
    await page.getByText(`Copied to ${other}`).waitFor();
    await row(panel, 'Low').click();
    await choice.selectOption(other);
    await panel.getByRole('button', { name: 'Move' }).click();
    await expect.poll(() => row(panel, 'Low').count()).toBe(0);
    await boxButton(panel, other).click();
    await row(panel, 'High').waitFor();
    await row(panel, 'Low').click();
    await panel.getByRole('button', { name: 'Delete' }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^Delete/ })
      .click();
    await expect.poll(() => row(panel, 'Low').count()).toBe(0);
    expect(person.mishaps).toEqual([]);
  });

  // Courier's IDLE asks its files once a minute.
  if (server === 'Courier 5') return;
  it('shows new mail as it comes', async () => {
    await using own = await ownBoxes(server, 'live');
    const [box = ''] = own.boxes;
    await using person = await openConsole(browser, gateway.url);
    const panel = await opened(person, connection, box);
    await panel.getByText('This mailbox is empty').waitFor();
    await isWatching(panel);
    await append(connection, box, 'Just in');
    await row(panel, 'Just in').waitFor();
    await person.page.getByText('New mail from Ann ·gnp.exe: Just in').waitFor();
    // Told without its structure, which is asked for when it is opened.
    await row(panel, 'Just in').click();
    await message(panel)
      .getByRole('button', { name: /rod.html/ })
      .waitFor();
    expect(person.mishaps).toEqual([]);
  });
});

describe('a message', () => {
  it('as HTML, in a frame that does nothing; its files are saved', async () => {
    await using own = await ownBoxes('Dovecot 2.4', 'html');
    const [box = ''] = own.boxes;
    await append('dovecot', box, 'HTML');
    await using person = await openConsole(browser, gateway.url);
    const { page } = person;
    const panel = await opened(person, 'dovecot', box);
    await row(panel, 'HTML').click();
    await panel.getByRole('button', { name: 'HTML', exact: true }).click();
    const frame = panel.frameLocator('iframe');
    await frame.getByRole('heading', { name: 'High water' }).click();
    await frame.getByText('Tides').click();
    await panel.getByText('1 remote image or style blocked').waitFor();
    expect(await panel.locator('iframe').getAttribute('sandbox')).toBe('');
    expect(await page.evaluate('globalThis.hacked')).toBeUndefined();
    const saving = page.waitForEvent('download');
    await message(panel)
      .getByRole('button', { name: /rod.html/ })
      .click();
    const saved = await saving;
    expect(saved.suggestedFilename()).toMatch(/^[\w.]*rod\.html$/);
    expect(await readFile(await saved.path(), 'utf8')).toBe(ROD);
    expect(stranger.connections).toBe(0);
    expect(person.mishaps).toEqual([]);
  });

  it('by the keyboard alone', async () => {
    await using own = await ownBoxes('Dovecot 2.4', 'keys');
    const [box = ''] = own.boxes;
    for (const subject of ['First', 'Second']) await append('dovecot', box, subject);
    await using person = await openConsole(browser, gateway.url);
    const { page } = person;
    await page.keyboard.press('Control+k');
    await page.keyboard.type('dovecot: Mailboxes');
    await page.keyboard.press('Enter');
    const panel = page.getByRole('tabpanel', { name: 'dovecot: Mailboxes', exact: true });
    await boxButton(panel, box).waitFor();
    await tabTo(page, boxButton(panel, box));
    await page.keyboard.press('Enter');
    await row(panel, 'Second').waitFor();
    await tabTo(page, row(panel, 'Second'));
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await message(panel).getByRole('heading', { name: 'First' }).waitFor();
    await tabTo(page, panel.getByRole('button', { name: 'Text', exact: true }));
  });

  it('is not changed where the mailbox was made anew', async () => {
    await using own = await ownBoxes('Dovecot 2.4', 'anew');
    const [box = ''] = own.boxes;
    await append('dovecot', box, 'Before');
    await using person = await openConsole(browser, gateway.url);
    const panel = await opened(person, 'dovecot', box);
    await panel.getByLabel('Watch for new mail').uncheck();
    await row(panel, 'Before').click();
    await message(panel).getByText('Grüße').waitFor();
    await own.recreate();
    await append('dovecot', box, 'Behind');
    await panel.getByRole('button', { name: 'Mark as read' }).click();
    await panel.getByText('The server has made this mailbox anew.').waitFor();
    await panel.getByRole('button', { name: 'Load the mailbox anew' }).click();
    expect(await row(panel, 'Behind').textContent()).toMatch(/^Unread/);
  });
});

describe('the account', () => {
  it('of 10,000 messages is read page by page, and stays where it was over a reload', async () => {
    await using person = await openConsole(browser, gateway.url);
    const { page } = person;
    const panel = await opened(person, 'dovecot', 'Many');
    await panel.getByText('10,000 messages').waitFor();
    const list = panel.getByRole('list', { name: 'Messages' });
    const rows = () => list.getByRole('listitem').first().getAttribute('aria-setsize');
    expect(await rows()).toBe('101');
    await list.evaluate((list) => {
      list.scrollTop = list.scrollHeight;
    });
    await expect.poll(rows).toBe('201');
    await panel.getByLabel('Search for').fill('nothing like it');
    await page.reload();
    await panel.getByText('10,000 messages').waitFor();
    expect(await panel.getByLabel('Search for').inputValue()).toBe('nothing like it');
    await panel.getByRole('button', { name: 'Search', exact: true }).click();
    await panel.getByText('No message is like that').waitFor();
  });

  it('is only looked at by a token that may read alone', async () => {
    await using own = await ownBoxes('Dovecot 2.4', 'read');
    const [box = ''] = own.boxes;
    await append('dovecot', box, 'Untouched');
    await using person = await openConsole(browser, gateway.url, { token: 'token-imap-reader' });
    const panel = await opened(person, 'dovecot', box);
    await row(panel, 'Untouched').click();
    await message(panel).getByText('Grüße').waitFor();
    await panel.getByText('read only').waitFor();
    for (const name of ['Mark as read', 'Delete', 'Flag'])
      expect(await panel.getByRole('button', { name, exact: true }).count()).toBe(0);
    expect(await row(panel, 'Untouched').textContent()).toMatch(/^Unread/);
  });

  it.each([
    ['imapDead', 'Look whether the server runs'],
    ['imapWrongPassword', 'The server refuses the gateway’s login'],
  ])('says why it cannot be read, with a way out: %s', async (connection, words) => {
    await using person = await openConsole(browser, gateway.url);
    const panel = await person.open(`${connection}: Mailboxes`);
    await panel.getByRole('alert').filter({ hasText: words }).first().waitFor();
    await panel.getByRole('button', { name: 'Try again' }).first().waitFor();
    await panel.getByText('not watching').waitFor();
  });
});

it.each(WIDTHS)('is good to look at, %i px', async (width) => {
  await using own = await ownBoxes('Dovecot 2.4', 'looks');
  const [box = ''] = own.boxes;
  await append('dovecot', box, `Long ${'word'.repeat(200)}`);
  await goodLooks(browser, gateway.url, width, async ({ open, check }) => {
    const panel = await open('dovecot: Mailboxes');
    if (width < 800) await panel.getByLabel('Mailbox', { exact: true }).selectOption(box);
    else await boxButton(panel, box).click();
    await row(panel, 'Long').waitFor();
    await check('a mailbox');
    await row(panel, 'Long').click();
    await message(panel).getByText('Grüße').waitFor();
    await check('a message');
    await panel.getByRole('button', { name: 'HTML', exact: true }).click();
    await panel.locator('iframe').waitFor();
    await check('its HTML');
    if (width < 800) await panel.getByRole('button', { name: '← Messages' }).click();
    await row(panel, 'Long').waitFor();
  });
});
