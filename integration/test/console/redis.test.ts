// The console's page for Redis, as a person uses it: by what is written on it, by the keyboard alone, on every screen.
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launchBrowser } from '../../browser/chromium.ts';
import { openConsole } from '../../browser/console.ts';
import { goodLooks, WIDTHS } from '../../browser/looks.ts';
import { type Gateway, startGateway } from '../gateway/support.ts';
import { CONNECTIONS, fillDatabase, redisOf } from './redis-seed.ts';

let gateway: Gateway;
let browser: Browser;
beforeAll(async () => {
  [gateway, browser] = await Promise.all([startGateway({ connections: CONNECTIONS }), launchBrowser()]);
});
beforeEach(() => fillDatabase(gateway, 'shop'));
afterAll(async () => {
  await browser?.close();
  await gateway?.close();
});

const TITLE = 'shop: Keys';
const run = (...command: readonly (string | number)[]) => redisOf(gateway, 'shop', ...command);

/** Answers the question that is asked. */
const answer = (page: Page, verb: string) =>
  page.getByRole('dialog').getByRole('button', { name: verb, exact: true }).click();

async function openKey(panel: Locator, name: string): Promise<void> {
  await panel.getByLabel('Pattern', { exact: true }).fill(name);
  await panel.getByRole('button', { name: 'Find keys' }).click();
  await panel.getByText('1 key found').waitFor();
  const last = name.split(':').at(-1) ?? '';
  if (name.includes(':')) await panel.getByRole('button', { name: /: 1$/ }).click();
  const keys = panel.getByRole('list', { name: 'Keys', exact: true });
  await keys.getByRole('button', { name: new RegExp(`^[a-z ]+ ${last}(?: \\d.*)?$`) }).click();
  await panel.getByRole('heading', { name, exact: true }).waitFor();
}

describe('keys', () => {
  it('are found, and their time to live is changed and removed', async () => {
    await using console = await openConsole(browser, gateway.url);
    const panel = await console.open(TITLE);
    await openKey(panel, 'session:7');
    await panel.getByText('roles: [1]').waitFor();
    await panel.getByLabel('New time to live').fill('2h');
    await panel.getByRole('button', { name: 'Set time to live' }).click();
    await panel.getByText(/^1 h 59 min|^2 h 0 min/).waitFor();
    expect(await run('TTL', 'session:7')).toBeGreaterThan(7_100);
    await panel.getByRole('button', { name: 'Keep for ever' }).click();
    await panel.getByText('none, the key stays').waitFor();
    expect(await run('TTL', 'session:7')).toBe(-1);
    await panel.getByText('As curl and TypeScript').click();
    await expect.poll(() => panel.getByText('["PERSIST","session:7"]').count()).toBeGreaterThan(0);
  });

  it('are made, renamed and deleted', async () => {
    await using console = await openConsole(browser, gateway.url);
    const { page } = console;
    const panel = await console.open(TITLE);
    await panel.getByRole('button', { name: 'New key' }).click();
    await panel.getByLabel('Name').fill('boat');
    await panel.getByLabel('Kind').selectOption('hash');
    await panel.getByLabel('Field').fill('sail');
    await panel.getByLabel('Value').fill('red');
    await panel.getByRole('button', { name: 'Make key' }).click();
    await panel.getByRole('heading', { name: 'boat' }).waitFor();
    expect(await run('HGET', 'boat', 'sail')).toBe('red');
    await panel.getByRole('button', { name: 'Rename', exact: true }).click();
    await panel.getByLabel('New name').fill('greeting');
    await panel.getByRole('button', { name: 'Rename key' }).click();
    await panel.getByText('There is a key greeting already').waitFor();
    await panel.getByLabel('New name').fill('ship');
    await panel.getByRole('button', { name: 'Rename key' }).click();
    await panel.getByRole('heading', { name: 'ship' }).waitFor();
    await panel.getByRole('button', { name: 'Delete', exact: true }).click();
    await answer(page, 'Delete key');
    await panel.getByText('No key is open').waitFor();
    expect(await run('EXISTS', 'boat', 'ship')).toBe(0);
  });
});

describe('values', () => {
  it('of every kind are shown, changed and taken from', async () => {
    await using console = await openConsole(browser, gateway.url);
    const { page } = console;
    const panel = await console.open(TITLE);
    const change = async (row: RegExp, edit: string, field: string, text: string) => {
      await panel
        .getByRole('list', { name: /^Loaded/ })
        .getByRole('button', { name: row })
        .click();
      await panel.getByRole('button', { name: edit }).click();
      await panel.getByRole('textbox', { name: field, exact: true }).fill(text);
      await panel.getByRole('button', { name: 'Save' }).click();
      await answer(page, 'Replace');
      await panel.getByRole('button', { name: 'Save' }).waitFor({ state: 'detached' });
    };
    await openKey(panel, 'user:1');
    await change(/Oslo/, 'Edit field', 'Value', 'Bergen');
    await openKey(panel, 'board');
    await change(/Bob/, 'Edit member', 'Score', '7.5');
    await openKey(panel, 'tags');
    await change(/green/, 'Edit member', 'Member', 'blue');
    await openKey(panel, 'jobs');
    await change(/second/, 'Edit element', 'Element', 'changed');
    await panel
      .getByRole('list', { name: /^Loaded/ })
      .getByRole('button', { name: /first/ })
      .click();
    await panel.getByRole('button', { name: 'Remove element' }).click();
    await answer(page, 'Remove element');
    await panel.getByText('2 elements').waitFor();
    await openKey(panel, 'events');
    await panel.getByRole('button', { name: 'Add entry' }).click();
    await panel.getByLabel('New field').fill('type');
    await panel.getByLabel('New value').fill('swipe');
    await panel.getByRole('button', { name: 'Add entry' }).last().click();
    await panel.getByRole('button', { name: /type=swipe/ }).waitFor();
    expect(await run('HGET', 'user:1', 'city')).toBe('Bergen');
    expect(await run('ZSCORE', 'board', 'Bob')).toBe('7.5');
    expect(await run('SMISMEMBER', 'tags', 'red', 'green', 'blue')).toEqual([1, 0, 1]);
    expect(await run('LRANGE', 'jobs', 0, -1)).toEqual(['changed', 'third']);
    expect(console.mishaps).toEqual([]);
  });

  it('that somebody changes meanwhile are replaced only after a question', async () => {
    await using console = await openConsole(browser, gateway.url);
    const { page } = console;
    const panel = await console.open(TITLE);
    await openKey(panel, 'greeting');
    await panel.getByRole('button', { name: 'Edit value' }).click();
    await panel.getByRole('textbox', { name: 'Value' }).fill('mine');
    await run('SET', 'greeting', 'theirs');
    await panel.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'It has changed meanwhile' }).waitFor();
    await answer(page, 'Cancel');
    expect(await run('GET', 'greeting')).toBe('theirs');
    await page.reload();
    await expect.poll(() => panel.getByRole('textbox', { name: 'Value' }).inputValue()).toBe('mine');
    await panel.getByRole('button', { name: 'Save' }).click();
    await answer(page, 'Replace');
    await expect.poll(() => run('GET', 'greeting')).toBe('mine');
  });
});

describe('the other parts', () => {
  it('run commands, with completion, history and a question before what is dangerous', async () => {
    await using console = await openConsole(browser, gateway.url);
    const { page } = console;
    const panel = await console.open(TITLE);
    await panel.getByRole('tab', { name: 'Command line' }).click();
    const line = panel.getByRole('combobox', { name: 'Command' });
    const said = panel.getByRole('log', { name: 'Commands and replies' });
    await line.pressSequentially('hgeta');
    await line.press('Tab');
    expect(await line.inputValue()).toBe('HGETALL ');
    await line.pressSequentially('user:1');
    await line.press('Enter');
    await said.getByText('1) "name" 2) "Ada" 3) "city" 4) "Oslo"').waitFor();
    for (const [command, reply] of [
      ['INCR counter', '(integer) 1'],
      ['GET nothing', '(nil)'],
      ['INCR greeting', '(error) ERR value is not an integer'],
      ['SET "two words" "\\xff"', 'OK'],
      ['GET "two words"', '"\\xff"'],
    ] as const) {
      await line.fill(command);
      await line.press('Enter');
      await said.getByText(reply).last().waitFor();
    }
    await line.press('ArrowUp');
    await line.press('ArrowUp');
    expect(await line.inputValue()).toBe('SET "two words" "\\xff"');
    await line.fill('FLUSHDB');
    await line.press('Enter');
    await answer(page, 'Cancel');
    expect(await run('DBSIZE')).toBeGreaterThan(5);
  });

  it('hear messages live, hold them still without losing any, and show how the server fares', async () => {
    await using console = await openConsole(browser, gateway.url);
    const panel = await console.open(TITLE);
    await panel.getByRole('tab', { name: 'Channels' }).click();
    await panel.getByLabel('Names of channels').fill('console-news console-orders');
    await panel.getByRole('button', { name: 'Subscribe' }).click();
    await expect.poll(() => run('PUBSUB', 'NUMSUB', 'console-orders')).toEqual(['console-orders', 1]);
    await panel.getByLabel('Publish to channel').fill('console-orders');
    await panel.getByLabel('Message', { exact: true }).fill('{"id":1}');
    await panel.getByRole('button', { name: 'Publish' }).click();
    const list = panel.getByRole('list', { name: 'Messages' });
    await list.getByRole('button', { name: /console-orders/ }).waitFor();
    await panel.getByRole('button', { name: 'Pause' }).click();
    await run('PUBLISH', 'console-news', 'while it was paused');
    await panel.getByText('paused, 1 wait').waitFor();
    expect(await list.getByText('while it was paused').count()).toBe(0);
    await panel.getByRole('button', { name: 'Go on' }).click();
    await list.getByText('while it was paused').waitFor();
    await panel.getByText('2 messages').waitFor();
    await panel.getByRole('tab', { name: 'Server' }).click();
    await panel.getByText(/^Redis \d/).waitFor();
    await panel.getByText('Slow commands').click();
    await panel.getByRole('button', { name: 'Load again' }).waitFor();
    await panel.getByText('Clients', { exact: true }).click();
    await panel.getByText('client|list').first().waitFor();
    expect(console.mishaps).toEqual([]);
  });
});

describe('by keyboard alone', () => {
  it('a key is found and given a time to live, from the first key press on', async () => {
    await using console = await openConsole(browser, gateway.url);
    const { page } = console;
    const type = (text: string) => page.keyboard.type(text);
    const press = async (...keys: string[]) => {
      for (const key of keys) await page.keyboard.press(key);
    };
    const tabTo = async (name: string) => {
      for (let i = 0; i < 60; i++) {
        if ((await focused(page)) === name) return;
        await page.keyboard.press('Tab');
      }
      throw new Error(`Tab does not come to ${name}`);
    };
    await press('Control+k');
    await type(TITLE);
    await press('Enter');
    await page.getByRole('list', { name: 'Keys', exact: true }).waitFor();
    await tabTo('Pattern');
    await type('greeting');
    await press('Enter');
    await page.getByText('1 key found').waitFor();
    await tabTo('Keys');
    await press('ArrowDown', 'Enter');
    await page.getByRole('heading', { name: 'greeting' }).waitFor();
    await tabTo('New time to live');
    await type('90');
    await press('Enter');
    await expect.poll(() => run('TTL', 'greeting')).toBeGreaterThan(80);
    await tabTo('Edit value');
    await press('Enter');
    await page.getByRole('textbox', { name: 'Value' }).waitFor();
    await tabTo('Value');
    await press('Control+a');
    await type('by hand');
    await tabTo('Save');
    await press('Enter');
    await page.getByRole('heading', { name: 'Replace the value?' }).waitFor();
    await tabTo('Replace');
    await press('Enter');
    await expect.poll(() => run('GET', 'greeting')).toBe('by hand');
    expect(await run('TTL', 'greeting')).toBeGreaterThan(60);
  });
});

/** What the element with the focus is called. */
function focused(page: Page): Promise<string> {
  return page.evaluate(`(() => {
    const at = document.activeElement;
    return at?.getAttribute('aria-label') ?? at?.labels?.[0]?.textContent ?? at?.textContent ?? '';
  })()`);
}

describe('every part', () => {
  it.each(WIDTHS)('is readable at %i px', async (width) => {
    await goodLooks(browser, gateway.url, width, async ({ open, check }) => {
      const panel = await open(TITLE);
      await panel.getByRole('button', { name: /greeting$/ }).waitFor();
      await check('Keys');
      await openKey(panel, 'user:1');
      await panel.getByRole('button', { name: /Oslo/ }).click();
      await check('A key');
      await panel.getByRole('tab', { name: 'Command line' }).click();
      await panel.getByRole('combobox', { name: 'Command' }).pressSequentially('zr');
      await check('Command line');
      await panel.getByRole('tab', { name: 'Channels' }).click();
      await check('Channels');
      await panel.getByRole('tab', { name: 'Server' }).click();
      await panel.getByText(/^Redis \d/).waitFor();
      await check('Server');
    });
  });
});
