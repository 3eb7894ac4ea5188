// Writing mail and looking at mail servers in the console, against Postfix, OpenSMTPD and Exim.
import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { launchBrowser } from '../../browser/chromium.ts';
import { openConsole } from '../../browser/console.ts';
import { tabTo } from '../../browser/keyboard.ts';
import { goodLooks, WIDTHS } from '../../browser/looks.ts';
import { type Stranger, startStranger } from '../../browser/stranger.ts';
import { DEAD_PORT, type Gateway, startGateway } from '../gateway/support.ts';
import { newBox, receivedText } from '../modules/mailbox.ts';

const { postfix, opensmtpd, exim } = inject('servers');
const login = 'app:app-password';
const from = 'app@mail.test';

const connections = {
  postfix: { url: `smtp://${login}@localhost:${postfix.port}` },
  opensmtpd: { url: `smtp://${login}@localhost:${opensmtpd.port}` },
  exim: { url: `smtps://${login}@localhost:${exim.tlsPort}` },
  restricted: { url: `smtp://${login}@localhost:${postfix.port}`, from },
  smtpUntrusted: { url: `smtp://${login}@localhost:${postfix.refusedPorts.untrusted}` },
  smtpDead: { url: `smtp://${login}@localhost:${DEAD_PORT}` },
};
const MAILBOXES = {
  postfix: postfix.mailboxUrl,
  opensmtpd: opensmtpd.mailboxUrl,
  exim: exim.mailboxUrl,
} as const;
const NAMES = Object.keys(MAILBOXES) as (keyof typeof MAILBOXES)[];

let gateway: Gateway;
let browser: Browser;
let stranger: Stranger;
beforeAll(async () => {
  const targets = [`localhost:${postfix.port}`];
  const tokens = [{ name: 'mailer', token: 'token-mailer', scopes: ['smtp:send:postfix'] }];
  [gateway, browser, stranger] = await Promise.all([
    startGateway({ connections, targets, tokens }),
    launchBrowser(),
    startStranger(),
  ]);
});
afterAll(async () => {
  await browser?.close();
  await gateway?.close();
  stranger?.close();
});

const field = (panel: Locator, name: string) => panel.getByLabel(name, { exact: true });
const send = (panel: Locator) => panel.getByRole('button', { name: 'Send', exact: true }).click();
const answer = (panel: Locator) => panel.getByRole('status', { name: 'What the server said' });

async function write(panel: Locator, to: string, subject = 'Arrival'): Promise<void> {
  await field(panel, 'From').fill(`Ann <${from}>`);
  await field(panel, 'To').fill(to);
  await field(panel, 'Subject').fill(subject);
  await field(panel, 'Text').fill('We are there at noon.');
}

describe('a mail', () => {
  it.each(NAMES)('with an attachment, and what the server said: %s', async (name) => {
    await using person = await openConsole(browser, gateway.url);
    const panel = await person.open(`${name}: Send mail`);
    const box = newBox();
    await write(panel, `${box}, nobody@mail.test`);
    const content = `id,name\n${'1,Aurora\n'.repeat(5000)}`;
    const file = { name: 'ships.csv', mimeType: 'text/csv', buffer: Buffer.from(content) };
    await panel.getByLabel('Attach files').setInputFiles([file, { ...file, name: 'not this.csv' }]);
    await panel.getByRole('button', { name: 'Take off not this.csv' }).click();
    expect(await panel.getByRole('list', { name: 'Attachments' }).textContent()).toBe('ships.csv44 KiB×');
    await send(panel);
    const said = (await answer(panel).textContent()) ?? '';
    expect(said).toContain('Sent to 1 of 2 recipients');
    expect(said).toMatch(new RegExp(`refused nobody@mail.test 550 .*accepted ${box}`));
    expect(said).toMatch(/Server250 .*Message-ID</);
    if (name !== 'opensmtpd') expect(said).toMatch(/Queue ID[\w-]+/);
    const text = await receivedText(MAILBOXES[name], box);
    expect(text).toContain('\nFrom: Ann <app@mail.test>\n');
    const [, base64 = ''] = /filename="?ships.csv"?[\s\S]*?\n\n([\w+/=\n]+)/.exec(text) ?? [];
    expect(Buffer.from(base64, 'base64').toString()).toBe(content);
    expect(text).not.toContain('not this');
    expect(person.mishaps).toEqual([]);
  });

  it('by the keyboard alone', async () => {
    await using person = await openConsole(browser, gateway.url);
    const { page } = person;
    const box = newBox();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('postfix: Send mail');
    await page.keyboard.press('Enter');
    const panel = page.getByRole('tabpanel', { name: 'postfix: Send mail', exact: true });
    for (const [name, text] of [
      ['From', from],
      ['To', box],
      ['Subject', 'By keys'],
      ['Text', 'Ahoy'],
    ] as const) {
      await tabTo(page, field(panel, name));
      await page.keyboard.type(text);
    }
    await page.keyboard.press('Control+Enter');
    expect(await answer(panel).textContent()).toContain('Sent to the recipient');
    expect(await receivedText(postfix.mailboxUrl, box)).toContain('\nSubject: By keys\n');
  });

  it('is not sent before its addresses are right and its files fit', async () => {
    await using person = await openConsole(browser, gateway.url);
    const { page } = person;
    const panel = await person.open('postfix: Send mail');
    await write(panel, 'harbour');
    await send(panel);
    await panel.getByText('“harbour” has no @.').waitFor();
    expect(await field(panel, 'To').evaluate((element) => element.matches(':focus'))).toBe(true);
    await field(panel, 'To').fill(newBox());
    const buffer = Buffer.alloc(3_500_000);
    await panel.getByLabel('Attach files').setInputFiles([{ name: 'big.bin', mimeType: '', buffer }]);
    await send(panel);
    expect(await panel.getByRole('alert').allTextContents()).toEqual([
      '3.34 MiB are more than the 2.95 MiB that fit into one mail here (maxBodyBytes).',
      'The mail is not sent yet: see what is marked.',
    ]);
    await panel.getByRole('button', { name: 'Take off big.bin' }).click();
    await field(panel, 'Subject').fill('');
    await send(panel);
    const question = page.getByRole('dialog', { name: 'Send without a subject?' });
    await question.getByRole('button', { name: 'Cancel' }).click();
    expect(await answer(panel).count()).toBe(0);
    await send(panel);
    await question.getByRole('button', { name: 'Send' }).click();
    await answer(panel).waitFor();
  });

  it('survives a reload, and asks for its files again', async () => {
    await using person = await openConsole(browser, gateway.url);
    const { page } = person;
    const panel = await person.open('postfix: Send mail');
    const box = newBox();
    await write(panel, box, 'Kept');
    await panel.getByRole('button', { name: 'Cc, Bcc, Reply-To' }).click();
    await field(panel, 'Bcc').fill('nobody@mail.test');
    const file = { name: 'ship.txt', mimeType: 'text/plain', buffer: Buffer.from('Aurora') };
    await panel.getByLabel('Attach files').setInputFiles([file]);
    await page.reload();
    await panel.getByText('choose 1 file again').waitFor();
    const names = ['From', 'To', 'Bcc', 'Subject', 'Text'];
    expect(await Promise.all(names.map((name) => field(panel, name).inputValue()))).toEqual([
      `Ann <${from}>`,
      box,
      'nobody@mail.test',
      'Kept',
      'We are there at noon.',
    ]);
    await send(panel);
    await panel.getByText('The mail is not sent yet').waitFor();
    await panel.getByLabel('Attach files').setInputFiles([file]);
    await send(panel);
    await answer(panel).waitFor();
    expect(await receivedText(postfix.mailboxUrl, box)).toContain('ship.txt');
  });
});

describe('HTML', () => {
  it('is shown in a frame that does nothing', async () => {
    await using person = await openConsole(browser, gateway.url);
    const { page } = person;
    const panel = await person.open('postfix: Send mail');
    await panel.getByLabel('With an HTML version').check();
    await panel.getByLabel('HTML source').fill(
      `<link rel="preconnect" href="${stranger.url}"><link rel="stylesheet" href="${stranger.url}/a.css">
       <meta http-equiv="refresh" content="0;url=${stranger.url}/away"><base href="${stranger.url}">
       <style>@import "${stranger.url}/b.css"; h1 { background: url(${stranger.url}/c.png) }</style>
       <h1 onclick="parent.hacked = 1">Ahoy</h1><img src="${stranger.url}/d.png" onerror="parent.hacked = 1">
       <script>parent.hacked = 1; fetch('${stranger.url}')</script><iframe src="${stranger.url}/e"></iframe>
       <form action="${stranger.url}/f"><input name="a"><button>Go</button></form>
       <a href="https://example.com/a">Tides</a> <a href="javascript:parent.hacked = 1">Trap</a>`,
    );
    const frame = panel.frameLocator('iframe');
    await frame.getByRole('heading', { name: 'Ahoy' }).click();
    await frame.getByText('Trap').click();
    await frame.getByRole('button', { name: 'Go' }).click();
    await panel.getByText('3 remote images and styles blocked').waitFor();
    await panel.getByText('1 link in it').click();
    const link = panel.getByRole('link', { name: 'https://example.com/a' });
    expect(await link.getAttribute('rel')).toBe('noreferrer noopener');
    expect(await page.evaluate('globalThis.hacked')).toBeUndefined();
    expect(stranger.connections).toBe(0);
    expect(person.mishaps.filter((one) => !one.includes('Blocked form submission'))).toEqual([]);
  });
});

describe('a mail server', () => {
  it('is looked at: one’s own, and one by its address', async () => {
    await using person = await openConsole(browser, gateway.url);
    const panel = await person.open('postfix: Send mail');
    await panel.getByRole('tab', { name: 'Look at the server' }).click();
    await panel.getByRole('button', { name: 'Look at the server of postfix' }).click();
    const server = panel.getByRole('status', { name: 'The server' });
    const said = (await server.textContent()) ?? '';
    expect(said).toContain('TLSBy STARTTLS with a certificate that is valid for this name');
    expect(said).toMatch(/Logins[A-Z].*PLAIN/);
    expect(said).toMatch(/Largest message[\d.]+ [KM]iB/);
    expect(said).toContain('ENHANCEDSTATUSCODESanswers with codes');

    const other = await person.open('Mail servers');
    await other.getByLabel('Address').fill(`localhost:${postfix.port}`);
    await other.getByRole('button', { name: 'Look at this address' }).click();
    expect(await other.getByRole('status', { name: 'The server' }).textContent()).toContain('PIPELINING');
    await other.getByLabel('Address').fill('localhost:25');
    await other.getByRole('button', { name: 'Look at this address' }).click();
    expect(await other.getByRole('alert').textContent()).toContain('FAIRLEAD_TARGETS');
    expect(person.mishaps).toEqual([]);
  });

  it.each([
    ['smtpDead', 'Look whether the server runs'],
    ['smtpUntrusted', 'Look at the server’s certificate'],
    ['restricted', 'not among the senders'],
  ])('says why a mail is not sent, with a way out: %s', async (name, words) => {
    await using person = await openConsole(browser, gateway.url);
    const panel = await person.open(`${name}: Send mail`);
    await write(panel, newBox());
    await field(panel, 'From').fill('boss@mail.test');
    await send(panel);
    expect(await panel.getByRole('alert').textContent()).toContain(words);
    // Nothing of it is lost.
    expect(await field(panel, 'Subject').inputValue()).toBe('Arrival');
  });

  it('is not looked at by a token that may send alone', async () => {
    await using person = await openConsole(browser, gateway.url, { token: 'token-mailer' });
    const panel = await person.open('postfix: Send mail');
    await panel.getByRole('tab', { name: 'Look at the server' }).click();
    await panel.getByText('This token may not look at servers').waitFor();
  });
});

it.each(WIDTHS)('is good to look at, %i px', async (width) => {
  await goodLooks(browser, gateway.url, width, async ({ open, check }) => {
    const panel = await open('postfix: Send mail');
    await write(panel, 'nobody');
    await panel.getByRole('button', { name: 'Cc, Bcc, Reply-To' }).click();
    await panel.getByLabel('With an HTML version').check();
    await panel.getByLabel('HTML source').fill('<h1>Ahoy</h1>');
    const name = `${'long-'.repeat(30)}name.txt`;
    await panel.getByLabel('Attach files').setInputFiles([{ name, mimeType: '', buffer: Buffer.from('x') }]);
    await send(panel);
    await check('what is missing');
    await field(panel, 'To').fill(`${newBox()}, nobody@mail.test`);
    await send(panel);
    await answer(panel).waitFor();
    await check('what the server said');
    await panel.getByRole('tab', { name: 'Look at the server' }).click();
    await panel.getByRole('button', { name: 'Look at the server of postfix' }).click();
    await panel.getByText('PIPELINING').waitFor();
    await check('a server');
  });
});
