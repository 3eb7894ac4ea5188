// MongoDB in the console, in a browser against DocumentDB: looking for documents, writing them, pipelines stage by stage, indexes.
import { Decimal128, Long, MongoClient } from 'mongodb';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { launchBrowser } from '../../browser/chromium.ts';
import { openConsole } from '../../browser/console.ts';
import { tabTo } from '../../browser/keyboard.ts';
import { goodLooks, WIDTHS } from '../../browser/looks.ts';
import { type Gateway, startGateway } from '../gateway/support.ts';

const { plain } = inject('servers').mongodb;
const LOGIN = 'mongodb://app:app-password@localhost';
const DATABASE = `console${process.pid}`;
const HOSTILE = '<img src=x onerror="alert(1)">\u202e\u0007 javascript:alert(1)';

const connections = {
  mongo: { url: `${LOGIN}:${plain}/`, tls: false },
  mongoNarrow: { url: `${LOGIN}:${plain}/`, tls: false, collections: [`${DATABASE}.orders`] },
};
const tokens = [{ name: 'mongoReader', token: 'token-mongo-reader', scopes: ['mongodb:read:mongo'] }];

let gateway: Gateway;
let browser: Browser;
let driver: MongoClient;
beforeAll(async () => {
  driver = new MongoClient(`${LOGIN}:${plain}/`);
  const orders = driver.db(DATABASE).collection('orders');
  await orders.insertMany(
    Array.from({ length: 45 }, (_, n) => ({
      item: n % 3 === 0 ? 'rope' : 'sail',
      n,
      price: Decimal128.fromString('1.10'),
      large: Long.fromString('9007199254740993'),
      at: new Date(1_764_428_400_123),
    })),
  );
  await orders.createIndex({ item: 1 });
  const strange = driver.db(DATABASE).collection('strange');
  await strange.insertOne({ [HOSTILE]: HOSTILE, long: 'x'.repeat(100_000), deep: { deeper: [[[HOSTILE]]] } });
  [gateway, browser] = await Promise.all([startGateway({ connections, tokens }), launchBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await driver?.db(DATABASE).dropDatabase();
  await driver?.close();
  await gateway?.close();
});

/** Opens a collection by clicks. */
async function choose(panel: Locator, collection: string): Promise<void> {
  await panel.getByText(DATABASE, { exact: true }).click();
  await panel.getByRole('button', { name: collection, exact: true }).click();
}

const editor = (panel: Locator, name: string): Locator => panel.getByRole('textbox', { name, exact: true });

const answerQuestion = (page: Page, verb: string): Promise<void> =>
  page.getByRole('dialog').getByRole('button', { name: verb, exact: true }).click();

describe('a person with a mouse', () => {
  it('looks for documents, page by page, with the types of their values', async () => {
    await using console = await openConsole(browser, gateway.url);
    const panel = await console.open('mongo: Documents');
    await choose(panel, 'orders');
    await panel.getByText('Documents 1 to 20').waitFor();
    const first = panel.getByRole('list', { name: 'Documents found' }).getByRole('listitem').first();
    for (const text of [
      'ObjectId',
      '1.10 Decimal128',
      '9007199254740993 int64',
      '2025-11-29T15:00:00.123Z date',
    ])
      await first.getByText(text).first().waitFor();
    await panel.getByRole('button', { name: 'Next' }).click();
    await panel.getByText('Documents 21 to 40').waitFor();
    await editor(panel, 'Filter').fill(`{ item: 'rope', n: { $gte: 30 } }`);
    await editor(panel, 'Sort').fill('{ n: -1 }');
    await panel.getByLabel('Skip').fill('0');
    await panel.getByRole('button', { name: 'Find', exact: true }).click();
    await panel.getByText('Documents 1 to 5', { exact: false }).waitFor();
    await panel.getByRole('button', { name: 'Count' }).click();
    await panel.getByText('5 documents fit the filter').waitFor();
    await panel.getByText('Table', { exact: true }).click();
    const table = panel.getByRole('grid', { name: 'Documents found' });
    await table.getByText('42', { exact: true }).waitFor();
    expect(await table.getByRole('columnheader').allTextContents()).toEqual(
      expect.arrayContaining([expect.stringMatching(/^price\s*decimal/)]),
    );
    expect(console.mishaps).toEqual([]);
  });

  it('sees a fault at its place before anything is sent, and a refusal in words', async () => {
    await using console = await openConsole(browser, gateway.url);
    const panel = await console.open('mongo: Documents');
    await choose(panel, 'orders');
    await editor(panel, 'Filter').fill('{ n: rope }');
    await panel.getByText('Line 1, column 6: rope is no value here. Texts need quotes.').first().waitFor();
    await panel.locator('.cm-lintRange-error').waitFor();
    expect(await panel.getByRole('button', { name: 'Find', exact: true }).isDisabled()).toBe(true);
    await editor(panel, 'Filter').fill('{ n: { $nope: 1 } }');
    await panel.getByRole('button', { name: 'Find', exact: true }).click();
    expect(await panel.getByRole('alert').textContent()).toContain('The server refused');
    await console.page.reload();
    expect(await editor(panel, 'Filter').textContent()).toBe('{ n: { $nope: 1 } }');
  });

  it('inserts, replaces and deletes a document, each after a question', async () => {
    await using console = await openConsole(browser, gateway.url);
    const { page } = console;
    const things = driver.db(DATABASE).collection('things');
    const panel = await console.open('mongo: Documents');
    await panel.getByLabel('Database', { exact: true }).fill(DATABASE);
    await panel.getByLabel('Collection', { exact: true }).fill('things');
    await panel.getByRole('button', { name: 'Open', exact: true }).click();
    await panel.getByRole('button', { name: 'Insert a document' }).click();
    await editor(panel, 'Document').fill('{ _id: "oar", n: NumberLong("5"), price: NumberDecimal("2.50") }');
    await panel.getByRole('button', { name: 'Insert', exact: true }).click();
    await answerQuestion(page, 'Insert');
    await panel.getByRole('button', { name: 'Edit oar' }).click();
    expect(JSON.parse((await editor(panel, 'Document').textContent()) ?? '')).toEqual({
      _id: 'oar',
      n: { $numberLong: '5' },
      price: { $numberDecimal: '2.50' },
    });
    await editor(panel, 'Document').fill('{ _id: "oar", n: 6 }');
    await things.updateOne({ _id: 'oar' as never }, { $set: { other: true } });
    await panel.getByRole('button', { name: 'Replace', exact: true }).click();
    await answerQuestion(page, 'Replace');
    await page.getByRole('dialog', { name: 'oar has changed meanwhile' }).waitFor();
    await answerQuestion(page, 'Replace all the same');
    await page.getByText('Replaced oar').waitFor();
    expect(await things.find().toArray()).toEqual([{ _id: 'oar', n: 6 }]);
    await panel.getByRole('button', { name: 'Delete oar' }).click();
    await answerQuestion(page, 'Cancel');
    expect(await things.countDocuments()).toBe(1);
    await panel.getByRole('button', { name: 'Delete oar' }).click();
    await answerQuestion(page, 'Delete');
    await panel.getByText('Nothing fits here.').waitFor();
    expect(await things.countDocuments()).toBe(0);
    expect(console.mishaps).toEqual([]);
  });

  it('is told where a deletion fails, and asked before an edit takes the place of another', async () => {
    await using console = await openConsole(browser, gateway.url);
    const { page } = console;
    await driver
      .db(DATABASE)
      .collection('edits')
      .insertMany([{ item: 'mast' }, { item: 'keel' }]);
    const panel = await console.open('mongo: Documents');
    await choose(panel, 'edits');
    await page.route('**/mongodb/action/deleteOne', (route) => route.abort());
    await panel
      .getByRole('button', { name: /^Delete / })
      .first()
      .click();
    await answerQuestion(page, 'Delete');
    await panel.getByRole('alert').getByText('No answer').waitFor();
    const edits = panel.getByRole('button', { name: /^Edit / });
    await edits.first().click();
    await editor(panel, 'Document').fill('{ item: "typed" }');
    await edits.nth(1).click();
    await answerQuestion(page, 'Cancel');
    expect(await editor(panel, 'Document').textContent()).toBe('{ item: "typed" }');
    await edits.nth(1).click();
    await answerQuestion(page, 'Give up');
    await expect.poll(() => editor(panel, 'Document').textContent()).toContain('"keel"');
    expect(console.mishaps).toEqual([]);
  });

  it('builds a pipeline, and sees what comes out behind each stage', async () => {
    await using console = await openConsole(browser, gateway.url);
    const panel = await console.open('mongo: Documents');
    await choose(panel, 'orders');
    await panel.getByRole('tab', { name: 'Aggregation' }).click();
    await editor(panel, 'Stage 1').fill('{ $match: { n: { $lt: 30 } } }');
    await panel.getByLabel('New stage').selectOption('$group');
    await panel.getByRole('button', { name: 'Add stage' }).click();
    await editor(panel, 'Stage 2').fill('{ $group: { _id: "$item", sum: { $sum: "$n" } } }');
    await panel.getByLabel('New stage').selectOption('$sort');
    await panel.getByRole('button', { name: 'Add stage' }).click();
    await editor(panel, 'Stage 3').fill('{ $sort: { sum: 1 } }');
    await panel.getByRole('button', { name: 'Run all stages' }).click();
    await panel.getByText('The first 20 documents after stage 1').waitFor();
    const last = panel.getByRole('list', { name: 'Documents after stage 3' }).getByRole('listitem');
    await last.first().waitFor();
    expect((await last.allInnerTexts()).map((text) => /sum: (\d+)/.exec(text)?.[1])).toEqual(['135', '300']);
    await panel.getByRole('button', { name: 'Stage 2 is on' }).click();
    await panel.getByText('The stages have changed since').waitFor();
    await panel.getByRole('button', { name: 'Move stage 3 up' }).click();
    await panel.getByRole('button', { name: 'Run all stages' }).click();
    await panel.getByText('The first 20 documents after stage 2').waitFor();
    await panel.getByRole('tab', { name: 'Indexes' }).click();
    await panel.getByText('item ascending').waitFor();
    await panel.getByRole('tab', { name: 'Explain' }).click();
    await panel.getByRole('button', { name: 'Explain the search' }).click();
    // DocumentDB has no plans.
    expect(await panel.getByRole('alert').textContent()).toContain('no such command');
    expect(console.mishaps).toEqual([]);
  });
});

it('a person with a keyboard alone opens a collection, looks, and leaves a field', async () => {
  await using console = await openConsole(browser, gateway.url);
  const { page } = console;
  const { keyboard } = page;
  const panel = await console.open('mongo: Documents');
  await panel.getByText(DATABASE, { exact: true }).waitFor();
  await tabTo(page, panel.locator('summary').filter({ hasText: DATABASE }));
  await keyboard.press('Enter');
  await tabTo(page, panel.getByRole('button', { name: 'orders', exact: true }));
  await keyboard.press('Enter');
  await panel.getByText('Documents 1 to 20').waitFor();
  await tabTo(page, editor(panel, 'Filter'));
  await keyboard.press('Control+a');
  await keyboard.insertText('{ n: 7 }');
  await keyboard.press('Control+Enter');
  await panel.getByText('Documents 1 to 1', { exact: false }).waitFor();
  await keyboard.press('Tab');
  const projection = editor(panel, 'Projection');
  expect(await projection.evaluate((element) => element === element.ownerDocument.activeElement)).toBe(true);
});

describe('other tokens and other settings', () => {
  it('a reader names the collection, and is offered nothing that writes', async () => {
    await using console = await openConsole(browser, gateway.url, { token: 'token-mongo-reader' });
    const panel = await console.open('mongo: Documents');
    await panel.getByText('a token needs mongodb:admin:mongo').waitFor();
    await panel.getByLabel('Database', { exact: true }).fill(DATABASE);
    await panel.getByLabel('Collection', { exact: true }).fill('orders');
    await console.page.keyboard.press('Enter');
    await panel.getByText('Documents 1 to 20').waitFor();
    expect(await panel.getByRole('button', { name: /Insert|Edit|Delete/ }).count()).toBe(0);
    await panel.getByRole('tab', { name: 'Indexes' }).click();
    await panel.getByText('item ascending').waitFor();
  });

  it('a fenced connection shows what its settings leave to callers, and says what it refuses', async () => {
    await using console = await openConsole(browser, gateway.url);
    const panel = await console.open('mongoNarrow: Documents');
    await panel
      .getByRole('group', { name: 'Open to callers' })
      .getByRole('button', { name: `${DATABASE}.orders` })
      .click();
    await panel.getByText('Documents 1 to 20').waitFor();
    await panel.getByLabel('Collection', { exact: true }).fill('strange');
    await panel.getByRole('button', { name: 'Open', exact: true }).click();
    expect(await panel.getByRole('alert').textContent()).toContain('not among those that callers may use');
  });
});

describe('the page', () => {
  it.each(WIDTHS)('is readable at %i px, also where the documents are hostile', async (width) => {
    await goodLooks(browser, gateway.url, width, async ({ page, open, check }) => {
      const panel = await open('mongo: Documents');
      await choose(panel, 'strange');
      await panel.getByText('"<img src=x onerror=', { exact: false }).first().waitFor();
      await panel.getByText('⟨202E⟩', { exact: false }).first().waitFor();
      await check('documents');
      await panel.getByText('Table', { exact: true }).click();
      await check('a table');
      await panel.getByRole('tab', { name: 'Aggregation' }).click();
      await panel.getByRole('button', { name: 'Run all stages' }).click();
      await panel.getByText('1 document after stage 1').waitFor();
      await check('aggregation');
      expect(await page.locator('img[src=x]').count()).toBe(0);
    });
  });
});
