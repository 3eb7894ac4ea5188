// Browsing Gopher in the console, against Gophernicus, Pygopherd and a server that means harm.
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { overflowOf } from '../../browser/accessible.ts';
import { launchBrowser } from '../../browser/chromium.ts';
import { openConsole } from '../../browser/console.ts';
import { tabTo } from '../../browser/keyboard.ts';
import { goodLooks, WIDTHS } from '../../browser/looks.ts';
import { DEAD_PORT, type Gateway, startGateway } from '../gateway/support.ts';

const { pygopherd, gophernicus } = inject('servers');
const SVG = '<svg xmlns="http://www.w3.org/2000/svg" onload="parent.hacked = 1"/>';
const HOSTILE_MENU = [
  'i<img src=x onerror="globalThis.hacked = 1">\t\terror.host\t1',
  'hTrap\tURL:javascript:globalThis.hacked=1\ttrap.test\t70',
  'hFile\tURL:file:///etc/passwd\ttrap.test\t70',
  '0\u202etxt.exe\u0007 \u001b[2J\t/text\ttrap.test\t70',
  'gNot an image\t/svg.gif\ttrap.test\t70',
  'I<svg>\t/svg.svg\ttrap.test\t70',
  `i${'long'.repeat(3000)}\t\terror.host\t1`,
  '.',
  '',
].join('\r\n');

let gateway: Gateway;
let browser: Browser;
let hostile: Server;
beforeAll(async () => {
  hostile = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (line) => {
      const isMenu = line.toString() === '\r\n';
      socket.end(
        isMenu ? HOSTILE_MENU : line.toString().includes('svg') ? SVG : '<script>hacked</script>\u001b[2J',
      );
    });
  }).listen(0, '127.0.0.1');
  await once(hostile, 'listening');
  const connections = {
    hole: { url: `gopher://localhost:${gophernicus.plainPort}/` },
    holeTls: { url: `gophers://localhost:${gophernicus.tlsPort}/` },
    plus: { url: `gopher://localhost:${pygopherd.plainPort}/1/menu` },
    holeDead: { url: `gopher://localhost:${DEAD_PORT}/` },
    hostile: { url: `gopher://127.0.0.1:${(hostile.address() as AddressInfo).port}/` },
  };
  const targets = [`localhost:${pygopherd.plainPort}`];
  const tokens = [
    { name: 'gopher', token: 'token-gopher', scopes: ['gopher:fetch:hole', 'gopher:fetch:hostile'] },
  ];
  [gateway, browser] = await Promise.all([startGateway({ connections, targets, tokens }), launchBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await gateway?.close();
  hostile?.close();
});

const item = (panel: Locator, name: string) => panel.getByRole('button', { name, exact: true });
const text = (panel: Locator) => panel.getByRole('region', { name: 'Text' });

it.each([
  ['hole', 'one that is told the server’s address', 'token-all'],
  ['hole', 'one that is not', 'token-gopher'],
  ['holeTls', 'one that is told the server’s address', 'token-all'],
])('%s: menus, a text, back and forward, a search, with a token: %s', async (connection, _name, token) => {
  await using person = await openConsole(browser, gateway.url, { token });
  const panel = await person.open(`${connection}: Gopher`);
  await panel.getByText('The harbour').waitFor();
  await item(panel, 'Welcome').click();
  expect(await text(panel).textContent()).toContain('Ahoy from Göteborg and 横浜.');
  expect(await panel.getByLabel('Address', { exact: true }).inputValue()).toBe('/0/docs/welcome.txt');
  await panel.getByRole('button', { name: 'Back' }).click();
  await panel.getByLabel('Search').fill('Göteborg & more');
  await panel.getByLabel('Search').press('Enter');
  await item(panel, 'Found Göteborg & more').click();
  await text(panel).waitFor();
  await panel.getByRole('button', { name: 'Back' }).click();
  await item(panel, 'Found Göteborg & more').waitFor();
  await panel.getByRole('button', { name: 'Start' }).click();
  const web = panel.getByRole('link', { name: /^Web/ });
  expect([await web.getAttribute('href'), await web.getAttribute('rel')]).toEqual([
    'https://example.com/?q=a+b',
    'noreferrer noopener',
  ]);
  expect(person.mishaps).toEqual([]);
});

describe('the browser', () => {
  it('works by the keyboard alone', async () => {
    await using person = await openConsole(browser, gateway.url);
    const { page } = person;
    await page.keyboard.press('Control+k');
    await page.keyboard.type('hole: Gopher');
    await page.keyboard.press('Enter');
    const panel = page.getByRole('tabpanel', { name: 'hole: Gopher', exact: true });
    await item(panel, 'Documents').waitFor();
    await tabTo(page, item(panel, 'Documents'));
    await page.keyboard.press('Enter');
    await item(panel, 'second.txt').waitFor();
    await tabTo(page, panel.getByLabel('Address', { exact: true }));
    await page.keyboard.press('Control+a');
    await page.keyboard.type('/0/docs/second.txt');
    await page.keyboard.press('Enter');
    expect(await text(panel).textContent()).toContain('Nothing to see.');
  });

  it('saves files byte for byte, and shows images', async () => {
    await using person = await openConsole(browser, gateway.url);
    const { page } = person;
    const panel = await person.open('plus: Gopher');
    await item(panel, 'Random').click();
    const saving = page.waitForEvent('download');
    await panel.getByRole('button', { name: 'Save random.bin' }).click();
    const saved = await saving;
    expect(saved.suggestedFilename()).toBe('random.bin');
    const bytes = await readFile(await saved.path());
    const own = await gateway.fetch('/gopher/fetch?connection=plus&path=/9/random.bin');
    expect(bytes.equals(Buffer.from(await own.arrayBuffer()))).toBe(true);
    await panel.getByLabel('Address', { exact: true }).fill('/g/dot.gif');
    await panel.getByRole('button', { name: 'Go', exact: true }).click();
    const image = panel.getByRole('img', { name: '/g/dot.gif' });
    await expect
      .poll(() => image.evaluate((image) => (image as { naturalWidth?: number }).naturalWidth))
      .toBe(1);
    expect(await image.getAttribute('src')).toMatch(/^blob:/);
    expect(person.mishaps).toEqual([]);
  });

  it('goes to addresses that the policy allows, keeps bookmarks and the place over a reload', async () => {
    await using person = await openConsole(browser, gateway.url);
    const { page } = person;
    const panel = await person.open('Gopher addresses');
    await panel.getByText('Where to?').waitFor();
    const address = panel.getByLabel('Address', { exact: true });
    for (const [typed, words] of [
      ['javascript:alert(1)', 'gopher: and gophers: alone'],
      ['/1/menu', 'whole address'],
    ] as const) {
      await address.fill(typed);
      await address.press('Enter');
      await panel.getByText(words).waitFor();
    }
    await address.fill(`gopher://localhost:${pygopherd.plainPort}/1/harbours`);
    await address.press('Enter');
    await panel.getByText('rotterdam.txt').or(panel.getByText('Rotterdam')).first().waitFor();
    await panel.getByRole('button', { name: 'Bookmark this place' }).click();
    await address.fill('gopher://gopher.example:7070/');
    await address.press('Enter');
    expect(await panel.getByRole('alert').textContent()).toContain('FAIRLEAD_TARGETS');
    await page.reload();
    await panel.getByRole('alert').waitFor();
    expect(await address.inputValue()).toBe('gopher://gopher.example:7070/');
    await panel.getByText('Bookmarks (1)').click();
    await panel.getByRole('button', { name: /harbours/ }).click();
    await panel.getByRole('button', { name: 'Remove the bookmark' }).click();
    expect(await panel.getByText('Bookmarks').count()).toBe(0);
  });

  it('says what leads nowhere, and what it cannot reach', async () => {
    await using person = await openConsole(browser, gateway.url, { token: 'token-gopher' });
    const panel = await person.open('hole: Gopher');
    await panel.getByText('is on gopher.example:7070, which this token may not reach').waitFor();
    await panel.getByLabel('Address', { exact: true }).fill('/0/docs/nowhere.txt');
    await panel.getByRole('button', { name: 'Go', exact: true }).click();
    await panel.getByRole('alert').or(text(panel)).waitFor();
    await using other = await openConsole(browser, gateway.url);
    const dead = await other.open('holeDead: Gopher');
    expect(await dead.getByRole('alert').textContent()).toContain('Look whether the server runs');
    await dead.getByRole('button', { name: 'Try again' }).waitFor();
  });

  it('runs nothing of what a server sends', async () => {
    await using person = await openConsole(browser, gateway.url, { token: 'token-gopher' });
    const { page } = person;
    const panel = await person.open('hostile: Gopher');
    await panel.getByText('<img src=x onerror="globalThis.hacked = 1">').waitFor();
    await panel.getByText('is nothing that this page opens: javascript:').waitFor();
    await panel.getByText('is nothing that this page opens: file:').waitFor();
    expect(await panel.getByRole('link').count()).toBe(0);
    expect(await overflowOf(page)).toBe(0);
    await panel.getByRole('button', { name: /txt.exe/ }).click();
    expect(await text(panel).textContent()).toContain('<script>hacked</script>');
    await panel.getByRole('button', { name: 'Back' }).click();
    await item(panel, 'Not an image').click();
    await panel.getByText('The server’s bytes are no image').waitFor();
    await panel.getByRole('button', { name: 'Back' }).click();
    await item(panel, '<svg>').click();
    await panel.getByText('This page does not open it').waitFor();
    expect(await page.evaluate('globalThis.hacked')).toBeUndefined();
    expect(person.mishaps).toEqual([]);
  });
});

it.each(WIDTHS)('is good to look at, %i px', async (width) => {
  await goodLooks(browser, gateway.url, width, async ({ open, check }) => {
    const panel = await open('hole: Gopher');
    await item(panel, 'Welcome').waitFor();
    await check('a menu');
    await item(panel, 'Welcome').click();
    await text(panel).waitFor();
    await check('a text');
    await panel.getByLabel('Address', { exact: true }).fill('https://example.com/');
    await panel.getByRole('button', { name: 'Go', exact: true }).click();
    await panel.getByText('gopher: and gophers: alone').waitFor();
    await check('a wrong address');
  });
});
