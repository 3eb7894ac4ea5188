// The documents' pictures of the console's pages whose servers `npm start` has not: mailboxes, chat, documents.
import { connect } from '@fairlead/irc';
import { MongoClient } from 'mongodb';
import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { launchBrowser } from '../../browser/chromium.ts';
import { openPage, takePicture } from '../../browser/pictures.ts';
import { type Gateway, startGateway } from '../gateway/support.ts';
import { theirs } from '../modules/imap-oracle.ts';

const { imap, ergo, mongodb } = inject('servers');
const MONGO = `mongodb://app:app-password@localhost:${mongodb.plain}/`;
const DATABASE = 'harbours';
const MAILBOX = 'Harbour';
const CHANNEL = '#harbour';
const TOKEN = 'token-pictures';

const connections = {
  letters: { url: `imaps://app:app-password@localhost:${imap['Dovecot 2.4'].implicit}` },
  chat: { url: `irc://ann@localhost:${ergo.plainPort}`, flood: { intervalMs: 0 } },
  shop: { url: MONGO, tls: false },
};
/** It sees what the pictures show, and not the connections of other tests. */
const scopes = ['imap:*:letters', 'irc:*:chat', 'mongodb:write:shop'];
const tokens = [{ name: 'ann', token: TOKEN, scopes }];

let gateway: Gateway;
let browser: Browser;
let driver: MongoClient;
beforeAll(async () => {
  driver = new MongoClient(MONGO);
  const fill = async () => {
    await driver.db(DATABASE).dropDatabase();
    await driver.db(DATABASE).collection<{ _id: number }>('ships').insertMany(SHIPS);
  };
  [gateway, browser] = await Promise.all([startGateway({ connections, tokens }), launchBrowser(), fill()]);
});
afterAll(async () => {
  await browser?.close();
  await driver?.db(DATABASE).dropDatabase();
  await driver?.close();
  await gateway?.close();
});

const SHIPS = ['Aurora', 'Bonita', 'Cormorant', 'Dunlin', 'Eider', 'Fulmar'].map((name, n) => ({
  _id: n + 1,
  name,
  kind: ['tanker', 'ferry', 'tug'][n % 3],
  built: new Date(Date.UTC(1990 + 3 * n, n, 1)),
  home: { harbour: ['Rotterdam', 'Bergen'][n % 2], berth: 4 + n },
  crew: ['master', 'mate', 'cook'].slice(0, 1 + (n % 3)),
}));

const MAILS = [
  ['Ann Lee <ann@mail.test>', 'Berths for March', 'The list is attached.', 'Mon, 2 Mar 2026 09:12:00 +0000'],
  ['Harbour office <office@mail.test>', 'Dredging', 'From May on.', 'Tue, 3 Mar 2026 11:05:00 +0000'],
  [
    'Pilots <pilots@mail.test>',
    'High water at noon',
    'Dear all,\r\n\r\nhigh water is at 12:04 tomorrow, 2.1 m. The table is at https://example.com/tides.\r\n\r\nThe pilots',
    'Wed, 4 Mar 2026 16:40:00 +0000',
  ],
] as const;

const open = (title: string): Promise<Locator> =>
  openPage(browser, { gateway: gateway.url, token: TOKEN }, title);

/** Makes the mailbox anew, with its mails. */
async function fillMailbox(): Promise<void> {
  const box = { mailbox: MAILBOX };
  const { implicit: port } = imap['Dovecot 2.4'];
  await theirs({ port, steps: [{ do: 'create', ...box }] });
  const path = `/imap/append?${new URLSearchParams({ connection: 'letters', ...box })}`;
  for (const [from, subject, text, date] of MAILS) {
    const body = `From: ${from}\r\nTo: Ann <app@mail.test>\r\nSubject: ${subject}\r\nDate: ${date}\r\n\r\n${text}\r\n`;
    const response = await gateway.fetch(path, { method: 'POST', body });
    expect(response.status, await response.text()).toBe(200);
  }
}

describe('the pictures', () => {
  it('of documents', async () => {
    const panel = await open('shop: Documents');
    await panel.getByRole('textbox', { name: 'Database' }).fill(DATABASE);
    await panel.getByRole('textbox', { name: 'Collection' }).fill('ships');
    await panel.getByRole('button', { name: 'Open', exact: true }).click();
    await panel.getByText('Documents 1 to 6').waitFor();
    await takePicture(panel.page(), 'mongodb', [panel.getByText(/\d ms/)]);
  });

  it('of a mailbox', async () => {
    await fillMailbox();
    const panel = await open('letters: Mailboxes');
    await panel
      .getByRole('navigation', { name: 'Mailboxes' })
      .getByRole('button', { name: new RegExp(`^${MAILBOX}`) })
      .click();
    await panel.getByRole('button', { name: /High water at noon/ }).click();
    await panel.getByText('high water is at 12:04').waitFor();
    // Other tests have mailboxes there.
    const boxes = panel.getByRole('navigation', { name: 'Mailboxes' });
    await takePicture(panel.page(), 'imap', [boxes, panel.getByText(/^\d\d:\d\d$|UID \d+/)]);
    await theirs({ port: imap['Dovecot 2.4'].implicit, steps: [{ do: 'delete', mailbox: MAILBOX }] });
  });

  it('of a channel', async () => {
    const options = { hostname: 'localhost', port: ergo.plainPort, tls: false, flood: { intervalMs: 0 } };
    await using pilot = await connect({ ...options, nick: 'pilot', channels: [CHANNEL] });
    await pilot.setTopic(CHANNEL, 'Berths and tides');
    const panel = await open('chat: Chat');
    await panel.getByLabel('Nick').fill('ann');
    await panel.getByLabel('Channels').fill(CHANNEL);
    await panel.getByRole('button', { name: 'Connect' }).click();
    await panel.getByLabel('Members').getByText('ann').waitFor();
    await pilot.say(CHANNEL, 'Aurora is at the buoy.');
    await pilot.say(CHANNEL, 'ann: which berth?');
    await panel.getByLabel(`Message to ${CHANNEL}`).fill('Berth 4. High water is at noon.');
    await panel.getByRole('button', { name: 'Send' }).click();
    await panel.getByRole('log').getByText('High water is at noon').waitFor();
    await takePicture(panel.page(), 'irc', [panel.getByText(/\d\d:\d\d/)]);
  });
});
