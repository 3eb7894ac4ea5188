// The console's page for Redis where something is in the way: tokens that may little, servers that refuse, hostile and binary
// content, and more keys than anyone wants to see.
import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../../browser/chromium.ts';
import { openConsole } from '../../browser/console.ts';
import { type Gateway, startGateway } from '../gateway/support.ts';
import { CONNECTIONS, fillDatabase, HOSTILE, redisOf } from './redis-seed.ts';

const MILLION = 1_000_000;

let gateway: Gateway;
let browser: Browser;
beforeAll(async () => {
  const tokens = [{ name: 'looker', token: 'token-looker', scopes: ['redis:read:quay'] }];
  [gateway, browser] = await Promise.all([
    startGateway({ connections: CONNECTIONS, tokens }),
    launchBrowser(),
  ]);
  await fillDatabase(gateway, 'quay');
});
afterAll(async () => {
  await browser?.close();
  await gateway?.close();
});

async function find(panel: Locator, pattern: string): Promise<void> {
  await panel.getByLabel('Pattern', { exact: true }).fill(pattern);
  await panel.getByRole('button', { name: 'Find keys' }).click();
  await panel.getByText('1 key found').waitFor();
}

describe('a token that may only read', () => {
  it('sees keys and values, nothing that changes them, and which scope the rest needs', async () => {
    await using console = await openConsole(browser, gateway.url, { token: 'token-looker' });
    const panel = await console.open('quay: Keys');
    await find(panel, 'jobs');
    await panel.getByRole('button', { name: /jobs$/ }).click();
    await panel.getByRole('button', { name: /second/ }).click();
    const offered = await panel.getByRole('button').allTextContents();
    const changing = /Edit|Remove|Delete|Rename|Add|New|Set|Keep|Publish/;
    expect(offered.filter((text) => changing.test(text))).toEqual([]);
    await panel.getByRole('tab', { name: 'Server' }).click();
    await panel.getByText('redis:admin:quay').waitFor();
    await panel.getByRole('tab', { name: 'Command line' }).click();
    await panel.getByRole('combobox', { name: 'Command' }).fill('SET greeting x');
    await panel.getByRole('button', { name: 'Run' }).click();
    await panel.getByText(/Not allowed.*redis:write:quay/).waitFor();
    expect(await redisOf(gateway, 'quay', 'GET', 'greeting')).toBe('ahoy');
  });
});

describe('what fails', () => {
  it('is said in words with a way out', async () => {
    await using console = await openConsole(browser, gateway.url);
    const wrong = await console.open('redisWrongPassword: Keys');
    await expect
      .poll(() => wrong.getByRole('alert').first().textContent(), { timeout: 10_000 })
      .toContain('its user and password are in the connection’s settings');
    await wrong.getByRole('button', { name: 'Try again' }).waitFor();
    const reader = await console.open('redisReader: Keys');
    await reader.getByRole('tab', { name: 'Command line' }).click();
    await reader.getByRole('combobox', { name: 'Command' }).fill('GET elsewhere');
    await reader.getByRole('button', { name: 'Run' }).click();
    await reader.getByText('(error) NOPERM').waitFor();
    expect(console.mishaps).toEqual([]);
  });
});

describe('hostile names and values', () => {
  it('are text, and hide nothing', async () => {
    await using console = await openConsole(browser, gateway.url);
    const { page } = console;
    const panel = await console.open('quay: Keys');
    await find(panel, '<img*');
    await panel.getByRole('button', { name: /<img src=x/ }).click();
    await panel.getByText(HOSTILE.value).waitFor();
    await find(panel, 'safe*');
    await panel.getByRole('button', { name: 'safe\\u202egpj.exe\\x00\\x1b[31m' }).click();
    await panel.getByRole('heading', { name: 'safe\\u202egpj.exe\\x00\\x1b[31m' }).waitFor();
    await panel.getByRole('tab', { name: 'Command line' }).click();
    await panel
      .getByRole('combobox', { name: 'Command' })
      .fill('MGET "<img src=x onerror=\\"globalThis.ran=1\\">" greeting');
    await panel.getByRole('button', { name: 'Run' }).click();
    await panel.getByText('"<script>globalThis.ran=2</script>').waitFor();
    expect(await page.evaluate('globalThis.ran')).toBeUndefined();
    expect(await page.locator('a[href^="javascript:"], img[src="x"]').count()).toBe(0);
    expect(console.mishaps).toEqual([]);
  });
});

describe('bytes that are no text', () => {
  it('are shown, edited byte by byte, and never lost', async () => {
    await using console = await openConsole(browser, gateway.url);
    const { page } = console;
    const panel = await console.open('quay: Keys');
    const raw = async (path: string, body: Uint8Array<ArrayBuffer>) => {
      const headers = { 'Fairlead-Connection': 'quay', 'Upstash-Encoding': 'base64' };
      const answer = await gateway.ask(path, { method: 'POST', body, headers });
      return Buffer.from(String(answer.body.result), 'base64').toString('hex');
    };
    await raw('/redis/set/picture', Uint8Array.of(0x89, 0xff, 0x00, 0x0d));
    const name = Uint8Array.of(0x6b, 0xff, 0x00);
    await raw('/redis/set?=behind+a+binary+name', name);
    await find(panel, 'picture');
    await panel.getByRole('button', { name: /picture$/ }).click();
    await panel.getByText('00000000 89 ff 00 0d').waitFor();
    await panel.getByRole('button', { name: 'Edit value' }).click();
    await panel.getByRole('textbox', { name: 'Value' }).fill('89 fe 00');
    await panel.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('button', { name: 'Replace', exact: true }).click();
    await panel.getByText('00000000 89 fe 00').waitFor();
    expect(await raw('/redis/get', Uint8Array.from(Buffer.from('picture')))).toBe('89fe00');
    await find(panel, 'k*');
    await panel.getByRole('button', { name: 'k\\xff\\x00' }).click();
    await panel.getByText('behind a binary name').waitFor();
    await panel.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByRole('button', { name: 'Delete key' }).click();
    await panel.getByText('No key is open').waitFor();
    expect(await raw('/redis/get', name)).toBe(Buffer.from('null', 'base64').toString('hex'));
  });
});

describe('a million keys', () => {
  it('are not loaded unless asked for, and the search for all of them can be stopped', async () => {
    await redisOf(gateway, 'crowd', 'FLUSHDB');
    await redisOf(gateway, 'crowd', 'DEBUG', 'POPULATE', MILLION, 'visit');
    await using console = await openConsole(browser, gateway.url);
    const panel = await console.open('crowd: Keys');
    await panel.getByText(/^1,0\d\d keys so far, of 1,000,000 on the server$/).waitFor();
    await panel.getByRole('button', { name: 'More' }).click();
    await panel.getByText(/^2,0\d\d keys so far/).waitFor();
    await panel.getByRole('button', { name: 'Load all' }).click();
    await panel.getByText(/^Looking: \d{2,3},\d{3} keys$/).waitFor();
    await panel.getByRole('button', { name: 'Stop' }).click();
    await panel.getByText(/ keys so far, of 1,000,000/).waitFor();
    await panel.getByText('List', { exact: true }).click();
    expect(await panel.getByRole('list', { name: 'Keys' }).getByRole('button').count()).toBeLessThan(60);
    await find(panel, 'visit:424242');
    await panel.getByRole('button', { name: /visit:424242$/ }).click();
    await panel.getByText('value:424242').waitFor();
    expect(console.mishaps).toEqual([]);
    await redisOf(gateway, 'crowd', 'FLUSHDB', 'ASYNC');
  });
});
