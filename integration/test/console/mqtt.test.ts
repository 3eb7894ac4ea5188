// The page of topics against Mosquitto 2.0: subscribing, looking, publishing, pausing; by mouse and by keyboard; what fails.
import { type FaultProxy, startFaultProxy } from '@fairlead/testkit/fault-proxy';
import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { launchBrowser } from '../../browser/chromium.ts';
import { openConsole } from '../../browser/console.ts';
import { tabTo, typeInto } from '../../browser/keyboard.ts';
import { goodLooks, WIDTHS } from '../../browser/looks.ts';
import { DEAD_PORT, type Gateway, startGateway } from '../gateway/support.ts';

const { mosquitto } = inject('servers');
const plain = `mqtt://app:app-password@localhost:${mosquitto.good.plainPort}`;
const connections = {
  broker: { url: plain },
  broker311: { url: plain, protocolVersion: 4 },
  brokerDead: { url: `mqtt://app:app-password@localhost:${DEAD_PORT}` },
  brokerWrong: { url: `mqtt://app:wrong-password@localhost:${mosquitto.good.plainPort}` },
};
const tokens = [{ name: 'receiver', token: 'token-receiver', scopes: ['mqtt:read:broker'] }];

let gateway: Gateway;
let browser: Browser;
let proxy: FaultProxy;
beforeAll(async () => {
  proxy = await startFaultProxy({ upstream: { port: mosquitto.good.plainPort } });
  const brokerCut = { url: `mqtt://app:app-password@localhost:${proxy.port}` };
  [gateway, browser] = await Promise.all([
    startGateway({ connections: { ...connections, brokerCut }, tokens }),
    launchBrowser(),
  ]);
});
afterAll(async () => {
  await browser?.close();
  await gateway?.close();
  await proxy?.close();
});

/** A first level that no other test knows. */
const newRoot = (): string => `console-${crypto.randomUUID().slice(0, 8)}`;

async function publish(topic: string, payload: string, more: object = {}): Promise<void> {
  const json = { connection: 'broker', topic, payload, ...more };
  expect(await gateway.ask('/mqtt/publish', { json })).toMatchObject({ status: 200 });
}

async function subscribe(panel: Locator, filters: string): Promise<void> {
  await panel.getByLabel('Topic filters').fill(filters);
  await panel.getByRole('button', { name: 'Subscribe' }).click();
  await panel.getByText('Subscribed', { exact: true }).waitFor();
}

/** A row of the tree: its level's name, or what came last. */
const item = (panel: Locator, name: string | RegExp) => panel.getByRole('treeitem', { name });

describe('topics', () => {
  it('are subscribed to, looked at, published and cleared by mouse', async () => {
    const root = newRoot();
    await publish(`${root}/oslo/wind`, '{"knots":12,"gusts":[14,18]}', { retain: true });
    await using person = await openConsole(browser, gateway.url);
    const panel = await person.open('broker: Topics');
    await subscribe(panel, `${root}/#, ${root}-other/+/wind`);

    // What the broker kept, as a tree of JSON and as bytes.
    await item(panel, /^wind /).click();
    await panel.getByText('gusts:').waitFor();
    await panel.getByText('retained').first().waitFor();
    await panel.getByRole('button', { name: 'Hex' }).click();
    await panel.getByText('|{"knots":12,"gus|').waitFor();

    await panel.getByRole('button', { name: 'Publish here' }).click();
    await panel.getByLabel('Payload', { exact: true }).fill('calm');
    await panel.getByText('Properties of MQTT 5').click();
    await panel.getByLabel('Content type').fill('text/weather');
    await panel.getByLabel('User properties').fill('trace: 42');
    await panel.getByLabel('Retain', { exact: true }).check();
    await panel.getByRole('button', { name: 'Publish', exact: true }).click();
    await panel.getByText('The broker has it.').waitFor();
    await panel.getByRole('tab', { name: 'Topic', exact: true }).click();
    await panel.getByText('text/weather').waitFor();

    await panel.getByRole('button', { name: 'Clear retained' }).click();
    await person.page.getByRole('dialog').getByRole('button', { name: 'Clear' }).click();
    await person.page.getByText(`Cleared: ${root}/oslo/wind`).waitFor();
    await panel.getByText('3 messages', { exact: true }).waitFor();
    await panel.getByRole('tab', { name: 'Messages' }).click();
    expect(await panel.getByRole('list', { name: 'Messages' }).getByRole('listitem').count()).toBe(3);
    await panel.getByLabel('Find in topics and messages').fill('CALM');
    await panel.getByText('1 found').waitFor();

    // Nothing is kept any more: a new subscriber gets nothing.
    await panel.getByLabel('Find in topics and messages').fill('');
    await panel.getByRole('button', { name: 'Clear', exact: true }).click();
    await panel.getByRole('button', { name: 'Subscribe anew' }).click();
    await panel.getByText('Subscribed', { exact: true }).waitFor();
    await publish(`${root}-other/x/wind`, 'second filter');
    await panel.getByText('1 message', { exact: true }).waitFor();
    await panel.getByText('As curl and TypeScript').click();
    await panel.getByText('websocat').first().waitFor();
    expect(person.mishaps).toEqual([]);
  });

  it('are looked at and published by keyboard alone', async () => {
    const root = newRoot();
    await publish(`${root}/a/b`, 'from before', { retain: true });
    await publish(`${root}/a/c`, 'another', { retain: true });
    await using person = await openConsole(browser, gateway.url);
    const { page } = person;
    const panel = await person.open('broker311: Topics');
    await typeInto(page, panel.getByLabel('Topic filters'), `${root}/#`);
    await page.keyboard.press('Enter');
    await item(panel, /^b /).waitFor();
    await tabTo(page, panel.getByRole('tree', { name: 'Topics' }));
    for (const key of ['ArrowDown', 'ArrowRight', 'ArrowRight', 'ArrowDown', 'Enter'])
      await page.keyboard.press(key);
    await panel.getByRole('heading', { name: `${root}/a/c` }).waitFor();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => item(panel, /^b /).count()).toBe(0);

    await tabTo(page, panel.getByRole('tab', { name: 'Topic', exact: true }));
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await typeInto(page, panel.getByLabel('Topic to publish to'), `${root}/d`);
    await typeInto(page, panel.getByLabel('Payload', { exact: true }), 'typed');
    await tabTo(page, panel.getByRole('button', { name: 'Publish', exact: true }));
    await page.keyboard.press('Enter');
    await item(panel, 'typed').waitFor();
    expect(person.mishaps).toEqual([]);
  });

  it('wait while the page is paused, and none is lost', async () => {
    const root = newRoot();
    await using person = await openConsole(browser, gateway.url);
    const panel = await person.open('broker: Topics');
    await subscribe(panel, `${root}/#`);
    await publish(`${root}/a`, 'first');
    await item(panel, 'first').waitFor();
    await panel.getByRole('button', { name: 'Pause' }).click();
    const messages = Array.from({ length: 1000 }, (_, i) => ({ topic: `${root}/a`, payload: `then ${i}` }));
    const json = { connection: 'broker', messages };
    expect(await gateway.ask('/mqtt/publish', { json })).toMatchObject({ body: { failed: 0 } });
    await panel.getByText('Paused: 1,000 messages will be shown when you go on.').waitFor();
    expect(await item(panel, 'first').count()).toBe(1);
    await panel.getByRole('button', { name: 'Go on' }).click();
    await item(panel, 'then 999').waitFor();
    await panel.getByText('1,001 messages', { exact: true }).first().waitFor();
    expect(person.mishaps).toEqual([]);
  });
});

describe('what strangers send', () => {
  it.each(WIDTHS)('is text at %i px', async (width) => {
    const root = newRoot();
    const evil = '<img src=x onerror=alert(1)>';
    await publish(`${root}/${evil}`, `javascript:alert(1) \u202etxt.exe \u001b[31m${'x'.repeat(100_000)}`, {
      retain: true,
    });
    await publish(`${root}/deep/er`, '{"<b>":"\u0000<script>alert(1)</script>"}', { retain: true });
    await goodLooks(browser, gateway.url, width, async ({ page, open, check }) => {
      const panel = await open('broker: Topics');
      await subscribe(panel, `${root}/#`);
      await item(panel, evil).click();
      await panel.getByText('⟨202E⟩txt.exe ␛[31m').first().waitFor();
      expect(await page.locator('img[src="x"]').count()).toBe(0);
      await check('a topic');
      await panel.getByRole('tab', { name: 'Messages' }).click();
      await panel.getByRole('listitem').first().getByRole('button').click();
      await panel.getByRole('region', { name: 'Message' }).waitFor();
      await check('a message');
      await panel.getByRole('tab', { name: 'Publish' }).click();
      await panel.getByText('Properties of MQTT 5').click();
      await check('publish');
    });
  });
});

describe('what fails', () => {
  it('is said in words, with a way out', async () => {
    await using person = await openConsole(browser, gateway.url);
    const dead = await person.open('brokerDead: Topics');
    await dead.getByRole('button', { name: 'Subscribe' }).click();
    await expect
      .poll(() => dead.getByRole('alert').textContent())
      .toContain('Look whether the server runs and can be reached');
    await dead.getByText('Interrupted: it tries again by itself').waitFor();
    await dead.getByRole('button', { name: 'Stop' }).click();
    await dead.getByText('Not subscribed').waitFor();

    const wrong = await person.open('brokerWrong: Topics');
    await wrong.getByRole('button', { name: 'Subscribe' }).click();
    await expect.poll(() => wrong.getByRole('alert').textContent()).toContain('refuses the gateway’s login');
    await wrong.getByLabel('Topic filters').fill('a/#/b');
    await wrong.getByRole('button', { name: 'Subscribe' }).click();
    await wrong.getByText('a/#/b: # stands alone in the last level').waitFor();
    await wrong.getByRole('tab', { name: 'Publish' }).click();
    await wrong.getByRole('button', { name: 'Publish', exact: true }).click();
    await wrong.getByText('Type the topic, such as harbour/wind').waitFor();
    expect(person.mishaps.filter((mishap) => !mishap.includes('WebSocket connection'))).toEqual([]);
  });

  it('is an interruption that passes; with a session nothing is missed', async () => {
    const root = newRoot();
    await using person = await openConsole(browser, gateway.url);
    const panel = await person.open('brokerCut: Topics');
    await panel.getByText('More on filters and sessions').click();
    await panel.getByLabel('The broker keeps a session while it reconnects').check();
    await subscribe(panel, `${root}/#`);
    await publish(`${root}/a`, 'before');
    await item(panel, 'before').waitFor();
    proxy.resetAll();
    await panel.getByText('Interrupted: it tries again by itself').waitFor();
    await publish(`${root}/b`, 'meanwhile');
    await item(panel, 'meanwhile').waitFor();
    await panel.getByText('The connection was opened anew 1 time').waitFor();
    // QoS 1 gives the first one again where its acknowledgement was cut.
    await panel.getByText(/^[23] messages$/).waitFor();
    expect(person.mishaps).toEqual([]);
  });

  it('loses nothing that was typed over a reload, and publishes for nobody without the scope', async () => {
    await using person = await openConsole(browser, gateway.url, { token: 'token-receiver' });
    const panel = await person.open('broker: Topics');
    await panel.getByLabel('Topic filters').fill('harbour/#');
    await panel.getByLabel('Find in topics and messages').fill('wind');
    await panel.getByRole('tab', { name: 'Publish' }).click();
    await panel.getByText('This token may not publish').waitFor();
    await person.page.reload();
    await expect.poll(() => panel.getByLabel('Topic filters').inputValue()).toBe('harbour/#');
    expect(await panel.getByLabel('Find in topics and messages').inputValue()).toBe('wind');
    expect(person.mishaps).toEqual([]);
  });
});
