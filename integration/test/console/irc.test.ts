// The page of chat against Ergo 2.15 and InspIRCd 4.7: joining, talking, history, names, interruptions; by mouse and by keyboard.
import { connect, type IrcClient } from '@fairlead/irc';
import { type FaultProxy, startFaultProxy } from '@fairlead/testkit/fault-proxy';
import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { launchBrowser } from '../../browser/chromium.ts';
import { openConsole } from '../../browser/console.ts';
import { tabTo, typeInto } from '../../browser/keyboard.ts';
import { goodLooks, WIDTHS } from '../../browser/looks.ts';
import { DEAD_PORT, type Gateway, startGateway } from '../gateway/support.ts';

const { ergo, inspircd } = inject('servers');
const PORTS = { ergo: ergo.plainPort, inspircd: inspircd.plainPort };
type Server = keyof typeof PORTS;

let ids = 0;
/** A name that no other test, and no earlier run, knows. */
const newName = (beginning: string): string => {
  ids++;
  return `${beginning}${ids}${crypto.randomUUID().slice(0, 6)}`;
};
const quick = { flood: { intervalMs: 0 } };
const address = (port: number): string => `irc://${newName('gw')}@localhost:${port}`;
const connections = {
  ergo: { url: address(PORTS.ergo), ...quick },
  inspircd: { url: address(PORTS.inspircd), ...quick },
  ircDead: { url: address(DEAD_PORT), ...quick },
};
const tokens = [{ name: 'sender', token: 'token-sender', scopes: ['irc:send:ergo'] }];

let gateway: Gateway;
let browser: Browser;
let proxy: FaultProxy;
beforeAll(async () => {
  proxy = await startFaultProxy({ upstream: { port: PORTS.ergo } });
  const all = { ...connections, ergoCut: { url: address(proxy.port), ...quick } };
  [gateway, browser] = await Promise.all([startGateway({ connections: all, tokens }), launchBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await gateway?.close();
  await proxy?.close();
});

/** Somebody at the other end, in Node. */
function stranger(server: Server, channel: string): Promise<IrcClient> {
  const where = { hostname: 'localhost', port: PORTS[server], tls: false };
  return connect({ ...where, nick: newName('ahab'), channels: [channel], ...quick });
}

async function join(panel: Locator, nick: string, channel: string): Promise<void> {
  await panel.getByLabel('Nick').fill(nick);
  await panel.getByLabel('Channels').fill(channel);
  await panel.getByRole('button', { name: 'Connect' }).click();
  await panel.getByLabel('Members').getByText(nick).waitFor();
}

const log = (panel: Locator, name: string) => panel.getByRole('log', { name: `Messages: ${name}` });

async function say(panel: Locator, place: string, text: string): Promise<void> {
  await panel.getByLabel(`Message to ${place}`).fill(text);
  await panel.getByRole('button', { name: 'Send' }).click();
}

describe('chat', () => {
  it.each(['ergo', 'inspircd'] as const)('goes both ways, by mouse: %s', async (server) => {
    const channel = `#${newName('sea')}`;
    const nick = newName('ishmael');
    await using other = await stranger(server, channel);
    await other.setTopic(channel, 'Fair winds');
    await other.say(channel, 'said before');
    await using person = await openConsole(browser, gateway.url);
    const panel = await person.open(`${server}: Chat`);
    await join(panel, nick, channel);
    const here = log(panel, channel);
    await panel.getByText('Fair winds').first().waitFor();
    if (server === 'ergo') await here.getByText('said before').waitFor();

    await say(panel, channel, 'Call me Ishmael');
    await say(panel, channel, '/me looks around');
    await here.getByText('looks around').waitFor();
    expect(await here.getByText('Call me Ishmael', { exact: true }).count()).toBe(1);
    await other.say(channel, `${nick}: ahoy`);
    await here.locator('.irc-mention').getByText('ahoy').waitFor();

    // A private text waits unread until it is looked at.
    await other.say(nick, 'psst');
    await panel.getByRole('button', { name: `${other.nick} 1 unread, 1 time for you` }).click();
    await log(panel, other.nick).getByText('psst').waitFor();
    await say(panel, other.nick, `/msg ${other.nick} in private`);
    await log(panel, other.nick).getByText('in private').waitFor();

    await panel.getByRole('button', { name: channel }).click();
    await other.setTopic(channel, 'Calm seas');
    await here.getByText('has set the topic: Calm seas').waitFor();
    await say(panel, channel, `/whois ${other.nick}`);
    await here.getByText(`nick: ${other.nick}`).waitFor();
    await other.part(channel, 'good night');
    await here.getByText(`${other.nick} has left: good night`).waitFor();
    await expect.poll(() => panel.getByLabel('Members').getByRole('listitem').count()).toBe(1);
    await panel.getByRole('button', { name: 'Leave' }).click();
    await panel.getByText('You are not in this channel').waitFor();
    expect(person.mishaps).toEqual([]);
  });

  it('goes by keyboard alone', async () => {
    const [channel, second] = [`#${newName('sea')}`, `#${newName('port')}`];
    const nick = newName('ishmael');
    await using person = await openConsole(browser, gateway.url);
    const { page } = person;
    const panel = await person.open('ergo: Chat');
    await typeInto(page, panel.getByLabel('Nick'), nick);
    await typeInto(page, panel.getByLabel('Channels'), channel);
    await page.keyboard.press('Enter');
    const field = panel.getByLabel(`Message to ${channel}`);
    await typeInto(page, field, 'typed');
    await page.keyboard.press('Enter');
    await log(panel, channel).getByText('typed').waitFor();
    await page.keyboard.press('ArrowUp');
    expect(await field.inputValue()).toBe('typed');
    await typeInto(page, field, `/join ${second}`);
    await page.keyboard.press('Enter');
    const next = panel.getByLabel(`Message to ${second}`);
    await typeInto(page, next, '/topic Calm seas');
    await page.keyboard.press('Enter');
    await log(panel, second).getByText('has set the topic: Calm seas').waitFor();
    await typeInto(page, next, '/nick !wrong');
    await page.keyboard.press('Enter');
    // A refusal has words, and what was typed is there to be mended.
    await expect.poll(() => next.inputValue()).toBe('/nick !wrong');
    await panel.locator('.irc-problem').waitFor();
    await tabTo(page, panel.getByRole('button', { name: channel }));
    await page.keyboard.press('Enter');
    await log(panel, channel).getByText('typed').waitFor();
    await typeInto(page, field, '/quit good night');
    await page.keyboard.press('Enter');
    await panel.getByRole('button', { name: 'Connect' }).waitFor();
    expect(await panel.getByLabel('Channels').inputValue()).toContain(channel);
    expect(person.mishaps).toEqual([]);
  });

  it('reads what was said long before', async () => {
    const channel = `#${newName('sea')}`;
    await using other = await stranger('ergo', channel);
    for (let i = 0; i < 120; i++) await other.say(channel, `line ${i}.`);
    await using person = await openConsole(browser, gateway.url);
    const panel = await person.open('ergo: Chat');
    await join(panel, newName('ishmael'), channel);
    const here = log(panel, channel);
    await here.getByText('line 119.').waitFor();
    expect(await here.getByText('line 0.').count()).toBe(0);
    for (const line of ['line 30.', 'line 0.']) {
      await here.getByRole('button', { name: 'Earlier messages' }).click();
      await here.getByText(line, { exact: true }).waitFor({ state: 'attached' });
    }
    expect(await here.getByText(/^line \d+\.$/).count()).toBe(120);
    expect(person.mishaps).toEqual([]);
  });
});

describe('what strangers say', () => {
  it.each(WIDTHS)('is text at %i px', async (width) => {
    const channel = `#${newName('sea')}`;
    const nick = newName('ishmael');
    await using other = await stranger('ergo', channel);
    await other.setTopic(channel, 'javascript:alert(1) <b>topic</b> https://example.com/tide');
    await goodLooks(browser, gateway.url, width, async ({ page, open, check }) => {
      const panel = await open('ergo: Chat');
      await panel.getByLabel('Nick').fill(nick);
      await panel.getByLabel('Channels').fill(channel);
      await panel.getByRole('button', { name: 'Connect' }).click();
      const here = log(panel, channel);
      await panel.getByLabel(`Message to ${channel}`).waitFor();
      await other.say(channel, `${nick}: <img src=x onerror=alert(1)> javascript:alert(1)`);
      await other.say(channel, '\u000304,01red\u000f \u0002bold\u0002 \u202etxt.exe \u001b[31m');
      await other.say(channel, `https://user:secret@example.com/ https://example.com/a. ${'x'.repeat(300)}`);
      await other.action(channel, 'waves');
      await other.notice(channel, 'notices');
      await other.say(nick, 'psst');
      await here.getByText('red bold ⟨202E⟩txt.exe ␛[31m').waitFor();
      await here.getByText('notices').waitFor();
      await panel.getByRole('button', { name: `${other.nick} 1 unread` }).waitFor();
      expect(await page.locator('img[src="x"]').count()).toBe(0);
      const links = await panel
        .locator('a')
        .evaluateAll((all) => all.map((link) => link.getAttribute('href')));
      expect(links.filter((href) => href?.includes('//'))).toEqual([
        'https://example.com/tide',
        'https://example.com/a',
      ]);
      expect(await here.locator('a').first().getAttribute('rel')).toBe('noreferrer noopener');
      await check('a channel');
    });
  });
});

describe('what fails', () => {
  it('is said in words, and tried again', async () => {
    await using person = await openConsole(browser, gateway.url);
    const panel = await person.open('ircDead: Chat');
    await panel.getByRole('button', { name: 'Connect' }).click();
    await expect
      .poll(() => panel.getByRole('alert').textContent())
      .toContain('Look whether the server runs and can be reached');
    await panel.getByText('it tries again by itself').waitFor();
    const receiver = await person.open('ergo: Chat');
    await receiver.getByLabel('Channels').fill('#kept');
    await person.page.reload();
    await expect.poll(() => receiver.getByLabel('Channels').inputValue()).toBe('#kept');
  });

  it('is an interruption that passes: the channels and the nick are there again, and what was said meanwhile', async () => {
    const channel = `#${newName('sea')}`;
    const nick = newName('ishmael');
    await using other = await stranger('ergo', channel);
    await using person = await openConsole(browser, gateway.url);
    const panel = await person.open('ergoCut: Chat');
    await join(panel, nick, channel);
    proxy.resetAll();
    await panel.getByText('Not connected: it tries again by itself').waitFor();
    await other.say(channel, 'said meanwhile');
    await log(panel, channel).getByText('said meanwhile').waitFor();
    await panel.getByLabel('Members').getByText(nick).waitFor();
    expect(await panel.getByRole('alert').count()).toBe(0);
    await say(panel, channel, 'here again');
    await log(panel, channel).getByText('here again').waitFor();
    expect(person.mishaps).toEqual([]);
  });

  it('a token without the scope is told', async () => {
    await using person = await openConsole(browser, gateway.url, { token: 'token-sender' });
    const panel = await person.open('ergo: Chat');
    await panel.getByText('This token may not chat').waitFor();
    expect(person.mishaps).toEqual([]);
  });
});
