// The network in the console, in a browser: pings of real servers side by side, bytes sent once, a tunnel and what it carries.
import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { launchBrowser } from '../../browser/chromium.ts';
import { openConsole } from '../../browser/console.ts';
import { goodLooks, WIDTHS } from '../../browser/looks.ts';
import { type Gateway, startGateway } from '../gateway/support.ts';

const { redis } = inject('servers');
const ADDRESS = `127.0.0.1:${redis.good.plainPort}`;
const LOGIN = String.raw`AUTH default-password\r\n`;

const tokens = [{ name: 'pinger', token: 'token-pinger', scopes: ['tcp:ping:default'] }];

let gateway: Gateway;
let browser: Browser;
beforeAll(async () => {
  [gateway, browser] = await Promise.all([startGateway({ tokens }), launchBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await gateway?.close();
});

/** The cells of a server's row: sent, lost, and times or the reason. */
const figures = async (panel: Locator, part: string, server: string): Promise<readonly string[]> => {
  const row = panel
    .getByRole('region', { name: `${part}: figures` })
    .getByRole('row')
    .filter({ has: panel.page().getByRole('rowheader', { name: server, exact: true }) });
  return (await row.getByRole('cell').allInnerTexts()).map((text) => text.trim());
};

describe('a ping', () => {
  it('measures several servers side by side, TLS apart, and says what is lost', async () => {
    await using console = await openConsole(browser, gateway.url);
    const panel = await console.open('Network');
    for (const name of ['default', 'redisTls', 'dead']) await panel.getByLabel(name, { exact: true }).check();
    await panel.getByLabel('Addresses').fill('nonsense');
    await panel.getByText('No host and port: nonsense').waitFor();
    expect(await panel.getByRole('button', { name: 'Start' }).isDisabled()).toBe(true);
    await panel.getByLabel('Addresses').fill('192.0.2.1:9');
    await panel.getByLabel('TLS too, from the first byte').check();
    await panel.getByLabel('Interval').selectOption('250');
    await panel.getByRole('button', { name: 'Start' }).click();
    const sent = async () => Number((await figures(panel, 'TCP connection', 'redisTls'))[0]);
    await expect.poll(sent, { timeout: 15_000 }).toBeGreaterThan(3);
    // Long before the second answer ends.
    const refused = panel.getByRole('status').filter({ hasText: 'Not reached' });
    await expect.poll(() => refused.getByText('192.0.2.1:9 is a reserved address').count()).toBe(1);
    await expect.poll(() => figures(panel, 'TCP connection', 'redisTls')).toContain('0 %');
    const times = Array(5).fill(expect.stringMatching(/ m?s$/));
    await expect
      .poll(() => figures(panel, 'TLS handshake', 'redisTls'))
      .toEqual([expect.any(String), '0 %', ...times]);
    await expect
      .poll(() => figures(panel, 'TCP connection', 'dead'))
      .toEqual(expect.arrayContaining(['100 %', 'Cannot connect']));
    await panel.getByRole('button', { name: 'Stop' }).click();
    await panel.getByText('As a table: TLS handshake: milliseconds by server').click();
    const values = panel.getByRole('region', { name: 'Values: TLS handshake: milliseconds by server' });
    await expect.poll(() => values.getByRole('row').count()).toBeGreaterThan(3);
    expect(console.mishaps).toEqual([]);
  });

  it('says why nothing is reached', async () => {
    await using console = await openConsole(browser, gateway.url);
    const panel = await console.open('Network');
    await panel.getByLabel('Addresses').fill(`${ADDRESS} 192.0.2.1:9`);
    await panel.getByRole('button', { name: 'Start' }).click();
    await panel.getByRole('rowheader', { name: ADDRESS, exact: true }).waitFor();
    await panel.getByRole('button', { name: 'Stop' }).click();
    await panel.getByLabel('Addresses').fill('192.0.2.1:9');
    await panel.getByRole('button', { name: 'Start' }).click();
    expect(await panel.getByRole('alert').textContent()).toContain('192.0.2.1:9 is a reserved address');
  });

  it('is started and stopped by the keyboard alone', async () => {
    await using console = await openConsole(browser, gateway.url, { token: 'token-pinger' });
    const { page } = console;
    const panel = await console.open('Network');
    const label = () => page.evaluate('document.activeElement?.parentElement?.textContent?.trim() ?? ""');
    for (let i = 0; i < 30 && (await label()) !== 'default'; i += 1) await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    const focused = () => page.evaluate('document.activeElement?.textContent ?? ""');
    for (let i = 0; i < 30 && (await focused()) !== 'Start'; i += 1) await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await panel.getByRole('rowheader', { name: 'default', exact: true }).waitFor();
    for (let i = 0; i < 30 && (await focused()) !== 'Stop'; i += 1) await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await panel.getByRole('button', { name: 'Start' }).waitFor();
    await panel.getByRole('tab', { name: 'Send bytes' }).click();
    await panel.getByText('It needs tcp:send').waitFor();
  });
});

describe('bytes', () => {
  it('are sent once, and the answer is text that does nothing, and hexadecimal digits', async () => {
    await using console = await openConsole(browser, gateway.url);
    const panel = await console.open('Network');
    await panel.getByRole('tab', { name: 'Send bytes' }).click();
    await panel.getByLabel('Server', { exact: true }).selectOption('default');
    await panel.getByLabel('Bytes to send').fill(String.raw`PING\q`);
    await panel.getByText('At character 5').waitFor();
    const echo = String.raw`ECHO "\\x1b[31m<img src=x onerror=alert(1)>"\r\n`;
    await panel.getByLabel('Bytes to send').fill(LOGIN + echo);
    await panel.getByLabel('Stop after a silence of, in ms').fill('300');
    await panel.getByRole('button', { name: 'Send', exact: true }).click();
    const answer = panel.getByRole('region', { name: 'Bytes of the answer' });
    expect((await answer.textContent())?.split('\n')).toContain('␛[31m<img src=x onerror=alert(1)>');
    await panel.getByText('Nothing more came.').waitFor();
    await panel.getByRole('button', { name: 'Hex', exact: true }).click();
    await panel.getByText('00000000  2b 4f 4b 0d 0a', { exact: false }).waitFor();
    await panel.getByLabel('Server', { exact: true }).selectOption('dead');
    await panel.getByRole('button', { name: 'Send', exact: true }).click();
    expect(await panel.getByRole('alert').textContent()).toContain('cannot connect');
    expect(console.mishaps).toEqual([]);
  });
});

describe('a tunnel', () => {
  it('carries bytes both ways, which the page and the gateway count', async () => {
    await using console = await openConsole(browser, gateway.url);
    const panel = await console.open('Network');
    await panel.getByRole('tab', { name: 'Tunnels' }).click();
    await panel.getByLabel('Server', { exact: true }).selectOption('default');
    await panel.getByRole('button', { name: 'Open the tunnel' }).click();
    await panel.getByLabel('Bytes to send').fill(String.raw`${LOGIN}PING\r\n`);
    await panel.getByRole('button', { name: 'Send through the tunnel' }).click();
    await panel.getByText('2b 4f 4b 0d 0a 2b 50 4f  4e 47 0d 0a', { exact: false }).waitFor();
    const tunnel = panel.getByRole('region', { name: 'Try a tunnel' });
    await tunnel.getByText('12 B, 12 B/s').or(tunnel.getByText('12 B, 0 B/s')).waitFor();
    const row = panel.getByRole('region', { name: 'Streams by protocol' }).getByRole('row', { name: /^tcp/ });
    const cells = async () => (await row.getByRole('cell').allInnerTexts()).map((text) => text.trim());
    // What was sent to callers has the samples of pings in it, too.
    await expect.poll(cells, { timeout: 10_000 }).toEqual(['1', '29 B', expect.stringMatching(/^[1-9]/)]);
    await panel.getByRole('button', { name: 'Close the tunnel' }).click();
    await tunnel.getByText('The tunnel is closed.').waitFor();
    await expect.poll(async () => (await cells())[0], { timeout: 10_000 }).toBe('0');
    expect(console.mishaps).toEqual([]);
  });

  it('that does not open says what to do', async () => {
    await using console = await openConsole(browser, gateway.url);
    const panel = await console.open('Network');
    await panel.getByRole('tab', { name: 'Tunnels' }).click();
    await panel.getByLabel('Server', { exact: true }).selectOption('dead');
    await panel.getByRole('button', { name: 'Open the tunnel' }).click();
    await panel.getByText('A ping of the same server says whether the gateway reaches it.').waitFor();
  });
});

describe('the page', () => {
  it.each(WIDTHS)('is readable at %i px', async (width) => {
    await goodLooks(browser, gateway.url, width, async ({ open, check }) => {
      const panel = await open('Network');
      await panel.getByLabel('default', { exact: true }).check();
      await panel.getByRole('button', { name: 'Start' }).click();
      await panel.getByRole('rowheader', { name: 'default', exact: true }).waitFor();
      await panel.getByText('As a table').click();
      await check('ping');
      await panel.getByRole('tab', { name: 'Send bytes' }).click();
      await panel.getByRole('button', { name: 'Redis PING' }).click();
      await check('bytes');
      await panel.getByRole('tab', { name: 'Tunnels' }).click();
      await panel.getByRole('region', { name: 'Streams by protocol' }).waitFor();
      await check('tunnels');
    });
  });
});
