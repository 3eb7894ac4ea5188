// What the console loads before anything is opened, from where, and how soon something is seen: against `npm start`.
import { gzipSync } from 'node:zlib';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../../browser/chromium.ts';
import { openConsole, watch } from '../../browser/console.ts';
import { type Started, startEverything } from '../../browser/start.ts';

const MOST_BYTES = 90_000;
const FIRST_PAINT_MS = 1_000;

let started: Started;
let browser: Browser;
beforeAll(async () => {
  [started, browser] = await Promise.all([startEverything(), launchBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await started?.stop();
});

describe('the first load', () => {
  it('is small, all from the gateway, and soon to be seen', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    const mishaps: string[] = [];
    const sizes: Record<string, number> = {};
    watch(page, started.url, mishaps);
    page.on('response', async (response) => {
      const body = await response.body().catch(() => Buffer.alloc(0));
      sizes[new URL(response.url()).pathname] = gzipSync(body, { level: 9 }).length;
    });
    await page.goto(new URL('/console/', started.url).href, { waitUntil: 'networkidle' });
    const total = Object.values(sizes).reduce((sum, size) => sum + size, 0);
    console.log(`first load ${total} bytes gzipped: ${JSON.stringify(sizes)}`);
    expect(Object.keys(sizes).length).toBeGreaterThan(2);
    expect(total).toBeLessThan(MOST_BYTES);
    expect(mishaps).toEqual([]);
    await context.close();
  });

  it('is seen within a second', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    const paints: number[] = [];
    for (let i = 0; i < 3; i++) {
      await page.goto(new URL('/console/', started.url).href);
      await page.getByLabel('Token').waitFor();
      paints.push(await page.evaluate('performance.getEntriesByName("first-contentful-paint")[0].startTime'));
    }
    console.log(`first paint after ${paints.map(Math.round).join(', ')} ms`);
    expect(Math.min(...paints)).toBeLessThan(FIRST_PAINT_MS);
    await context.close();
  });

  it('shows every connection of npm start, which the greeting leads to', async () => {
    expect(started.greeting).toContain(`${started.url.origin}/console/`);
    await using person = await openConsole(browser, started.url, { token: started.token });
    const names = await person.page.locator('.sidebar .connection .name').allTextContents();
    expect(names).toEqual(['main', 'cache', 'bus', 'mail', 'docs', 'ssh', 'ftp']);
  });
});
