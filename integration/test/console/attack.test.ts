// What hostile servers, and a gateway that answers late, make of the console: nothing. Their answers are put in place of the gateway's.
import type { Browser, Page, Route } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../../browser/chromium.ts';
import { type Console, openConsole } from '../../browser/console.ts';
import { type Gateway, startGateway } from '../gateway/support.ts';

let gateway: Gateway;
let browser: Browser;
let own: Console;

/** Longer, and the page stands still. */
const STILL_MS = 3_000;

const connection = (name: string, scopes: Readonly<Record<string, readonly string[]>>) => ({
  name,
  protocol: Object.keys(scopes)[0],
  isDefault: true,
  scopes,
  pooled: false,
});
const access = (name: string, connections: readonly object[]) => ({
  ...{ name, scopes: ['*'], connections, queries: [], targets: [], targetScopes: {}, admin: [] },
  limits: { maxTimeoutMs: 60_000, maxStreamBytes: 1e9 },
});
const ALL = [
  connection('mail', { imap: ['read', 'write'] }),
  connection('hole', { gopher: ['fetch'] }),
  connection('box', { ssh: ['shell', 'any'] }),
];

const json = (route: Route, body: unknown) =>
  route.fulfill({ body: JSON.stringify(body), contentType: 'application/json' });

/** How long the page takes to answer. */
async function delayOf(page: Page): Promise<number> {
  const startedAt = performance.now();
  await Promise.race([
    page.evaluate('new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))'),
    new Promise((_, reject) => setTimeout(() => reject(new Error('The page stands still.')), 2 * STILL_MS)),
  ]);
  return performance.now() - startedAt;
}

beforeAll(async () => {
  [gateway, browser] = await Promise.all([startGateway(), launchBrowser()]);
  own = await openConsole(browser, gateway.url);
  await own.page.route('**/access', (route) => json(route, access('all', ALL)));
  await own.page.getByRole('button', { name: 'Refresh' }).click();
  await own.page.getByRole('button', { name: /^hole/ }).waitFor();
});
afterAll(async () => {
  await own?.close();
  await browser?.close();
  await gateway?.close();
});

describe('mail', () => {
  const SUBJECT = 'You have won';
  let html = '';

  const look = async (source: string) => {
    html = source;
    const { page } = own;
    await page
      .getByRole('list', { name: 'Messages' })
      .getByRole('button', { name: /Second/ })
      .click();
    await page.getByRole('list', { name: 'Messages' }).getByRole('button', { name: SUBJECT }).click();
    await page.getByRole('article', { name: 'Message' }).getByText(SUBJECT).first().waitFor();
    await page.getByRole('progressbar').waitFor({ state: 'detached' });
  };

  beforeAll(async () => {
    const { page } = own;
    const structure = { part: '1', type: 'text/html', parameters: {} };
    const mail = (uid: number, subject: string) => ({
      ...{ uid, uidValidity: 1, flags: ['\\Seen'], structure, size: 10 },
      envelope: { subject, from: [{ name: 'A <b>', address: 'a@example.com' }], to: [], cc: [], bcc: [] },
    });
    await page.route('**/imap/list**', (route) =>
      json(route, { mailboxes: [{ name: 'INBOX', delimiter: '/', flags: [] }] }),
    );
    await page.route('**/imap/search**', (route) => json(route, { uidValidity: 1, uids: [2, 1], count: 2 }));
    await page.route('**/imap/messages**', (route) =>
      json(route, { messages: [mail(2, SUBJECT), mail(1, 'Second')] }),
    );
    await page.route('**/imap/part**', (route) =>
      route.fulfill({
        body: route.request().url().includes('uid=1&') ? '<p>Second' : html,
        contentType: 'application/octet-stream',
      }),
    );
    await own.open('mail: Mailboxes');
  });

  const many = (count: number, one: (i: number) => string) =>
    Array.from({ length: count }, (_, i) => one(i)).join('');

  it.each([
    ['tags without an end', '<base '.repeat(300_000)],
    ['addresses without an end', `<style>${'url('.repeat(400_000)}</style>`],
    ['an import of spaces', `<style>@import${' '.repeat(1_000_000)})</style>`],
    ['elements that multiply', many(1_000, (i) => `<b id=${i}>`) + '<p>x'.repeat(10_000)],
    ['an element of a hundred thousand attributes', `<p ${many(100_000, (i) => `a${i}=1 `)}>`],
    ['elements in one another', '<div>'.repeat(95_000)],
  ])('of %s does not stop the page', async (_, source) => {
    await look(source);
    expect(await delayOf(own.page)).toBeLessThan(STILL_MS);
    expect(own.mishaps).toEqual([]);
  });

  it('of SVG and MathML, which is another document when it is read again, asks nobody', async () => {
    const elsewhere = 'http://127.0.0.1:9/';
    await look(
      `<p>Ahoy</p><svg><style><!--</style><link rel=preconnect href=${elsewhere}>--></style>
      <a xlink:href="${elsewhere}"><text>x</text></a><image href="${elsewhere}i"/></svg>
      <math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=${elsewhere}m&gt;">`,
    );
    const frame = own.page.frameLocator('iframe[title="Message as HTML"]');
    await frame.getByText('Ahoy').waitFor();
    expect(await frame.locator('svg, math, link, a[href], [src], [href]').count()).toBe(0);
    expect(own.mishaps).toEqual([]);
  });
});

describe('Gopher', () => {
  it('shows no answer of a place that was left before it came', async () => {
    const { page } = own;
    const late = Promise.withResolvers<void>();
    await page.route('**/gopher/fetch**', async (route) => {
      const isLate = route.request().url().includes('late');
      if (isLate) await late.promise;
      const display = isLate ? 'Late words' : '\u202eNew words';
      await json(route, { items: [{ type: 'i', display, selector: '', hostname: 'x' }] }).catch(() => {});
    });
    const panel = await own.open('hole: Gopher');
    const go = async (place: string) => {
      await panel.getByLabel('Address').fill(place);
      await page.keyboard.press('Enter');
    };
    await go('/0/late');
    await go('/0/new');
    await panel.getByText('New words').waitFor();
    late.resolve();
    expect(await delayOf(page)).toBeLessThan(STILL_MS);
    expect(await panel.getByText('Late words').count()).toBe(0);
    expect(await panel.getByText('New words').textContent()).not.toContain('\u202e');
  });
});

describe('a terminal', () => {
  it('carries out no sequence two thousand million times', async () => {
    const { page } = own;
    await page.routeWebSocket('**/ssh/shell**', (socket) => {
      for (const final of 'LMSTbIZ') socket.send(Buffer.from(`a\x1b[2147483647${final}`));
      socket.send(Buffer.from('\r\nStill here\r\n'));
    });
    const panel = await own.open('box: Terminal');
    const begin = panel.getByRole('button', { name: /Open|Connect/ }).first();
    if (await begin.isVisible()) await begin.click();
    await expect.poll(() => panel.locator('.xterm-rows').first().textContent()).toContain('Still here');
    expect(await delayOf(page)).toBeLessThan(STILL_MS);
    expect(own.mishaps).toEqual([]);
  });
});

describe('signing in', () => {
  it('as somebody else shows nothing of what the one before was still asking', async () => {
    await using other = await openConsole(browser, gateway.url);
    const { page } = other;
    const late = Promise.withResolvers<void>();
    await page.route('**/access', async (route) => {
      const isFirst = route.request().headers().authorization === 'Bearer token-all';
      if (isFirst) await late.promise;
      await json(route, isFirst ? access('first', ALL) : access('second', [])).catch(() => {});
    });
    await page.getByRole('button', { name: 'Refresh' }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Token').fill('token-reader');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('Token second').waitFor();
    const answered = page.waitForResponse('**/access');
    late.resolve();
    await answered;
    await delayOf(page);
    expect(await page.getByText('Token second').count()).toBe(1);
    expect(await page.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage }))).not.toContain(
      'token-all',
    );
  });

  it('says that the storage is full, and keeps what was kept', async () => {
    await using other = await openConsole(browser, gateway.url);
    const { page } = other;
    await page.evaluate(() => {
      for (let size = 1 << 22; size > 0; size >>= 1)
        for (let i = 0; i < 3; i += 1)
          try {
            sessionStorage.setItem(`x${size}-${i}`, 'x'.repeat(size));
          } catch {
            // The next one is smaller.
          }
    });
    await other.open('Network');
    await page.getByText('storage is full').waitFor();
    expect(other.mishaps).toEqual([]);
  });
});
