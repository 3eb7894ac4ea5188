// A million rows of a real Postgres on the console's SQL page: memory, scrolling, sort, filter and export.
import { readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser } from '../../browser/chromium.ts';
import { openConsole } from '../../browser/console.ts';
import { type Gateway, startGateway } from '../gateway/support.ts';

const ROWS = 1_000_000;
const MIB = 1024 * 1024;
const MAX_BYTES = 300 * MIB;
const MAX_GROWTH_BYTES = 20 * MIB;
const MAX_FRAME_MS = 16;
const FRAMES = 200;
/** A page that freezes while a million rows are sorted draws two or three. */
const MIN_FRAMES_OF_SORT = 10;
/** By a few rows at a time, as a wheel does; and by thousands, as who drags the bar. In pixels. */
const STEPS = [60, 60_000];

const MILLION = `
  select i as id, md5(i::text) || repeat('x', i % 28) as name, timestamptz '2026-01-01' + i * interval '1 s' as at,
         (i * 1.37)::numeric(12,2) as price, i % 3 = 0 as ok, jsonb_build_object('n', i, 'tag', 'a') as doc
    from generate_series(1, ${ROWS}) i`;

let gateway: Gateway;
let browser: Browser;
beforeAll(async () => {
  [gateway, browser] = await Promise.all([startGateway(), launchBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await gateway?.close();
});

/** What the page holds, in bytes: the heap, the elements, and the buffers beside it. */
async function heldBytes(cdp: CDPSession): Promise<number> {
  await cdp.send('HeapProfiler.collectGarbage');
  const usage = (await cdp.send('Runtime.getHeapUsage')) as Readonly<Record<string, number>>;
  const { usedSize = 0, embedderHeapUsedSize = 0, backingStorageSize = 0 } = usage;
  return usedSize + embedderHeapUsedSize + backingStorageSize;
}

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly ts: number;
  /** By the clock, and of the thread's own time, in microseconds: others want the processor too. */
  readonly dur?: number;
  readonly tdur?: number;
  readonly tid: number;
  readonly pid: number;
}

/** Scrolls, and tells the main thread's work for each frame in milliseconds: script, style, layout and paint. */
async function frameWork(page: Page, cdp: CDPSession, step: number): Promise<number[]> {
  const events: TraceEvent[] = [];
  const collect = ({ value }: { value: object[] }) => void events.push(...(value as TraceEvent[]));
  cdp.on('Tracing.dataCollected', collect);
  await cdp.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['disabled-by-default-devtools.timeline', 'blink.user_timing'] },
  });
  await page.evaluate(
    `new Promise((resolve) => {
      const grid = document.querySelector('[role=grid]');
      let left = ${FRAMES};
      const next = () => {
        performance.mark('frame');
        grid.scrollTop += ${step};
        left -= 1;
        if (left > 0) requestAnimationFrame(next);
        else resolve();
      };
      requestAnimationFrame(next);
    })`,
  );
  const isOver = new Promise((resolve) => cdp.once('Tracing.tracingComplete', resolve));
  await cdp.send('Tracing.end');
  await isOver;
  cdp.off('Tracing.dataCollected', collect);
  return workBetweenFrames(events);
}

/** The tasks of the page's thread, summed up from one frame to the next. */
function workBetweenFrames(events: readonly TraceEvent[]): number[] {
  const marks = events.filter(({ name }) => name === 'frame');
  const { pid, tid } = marks[0] ?? { pid: -1, tid: -1 };
  const starts = marks.map(({ ts }) => ts).sort((a, b) => a - b);
  const tasks = events.filter(
    (event) => event.name === 'RunTask' && event.ph === 'X' && event.pid === pid && event.tid === tid,
  );
  const work = starts.map(() => 0);
  for (const { ts, dur = 0, tdur = dur } of tasks) {
    const frame = starts.findLastIndex((start) => start <= ts + dur);
    if (frame >= 0) work[frame] = (work[frame] ?? 0) + tdur / 1_000;
  }
  return work;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

/** Waits for what is computed. */
async function settled(page: Page, words: string | RegExp, timeout = 30_000): Promise<void> {
  await page.locator('.grid-count').filter({ hasText: words }).waitFor({ timeout });
  await expect.poll(() => page.getByRole('progressbar').count(), { timeout: 30_000 }).toBe(0);
}

/** What is measured, in words: for who reads the run. */
type Figures = Record<string, string>;

async function timed(figures: Figures, name: string, work: () => Promise<void>): Promise<void> {
  const startedAt = performance.now();
  await work();
  figures[name] = `${((performance.now() - startedAt) / 1_000).toFixed(2)} s`;
}

const inMib = (bytes: number): string => `${(bytes / MIB).toFixed(0)} MiB`;

async function load(page: Page): Promise<void> {
  await page.getByRole('textbox', { name: 'SQL' }).fill(MILLION);
  await page.getByRole('button', { name: 'Run statement' }).click();
  await settled(page, /^1,000,000 rows$/, 60_000);
}

async function scroll(page: Page, cdp: CDPSession, figures: Figures): Promise<void> {
  for (const step of STEPS) {
    const work = await frameWork(page, cdp, step);
    figures[`work a frame, scrolled by ${step} px`] = `${median(work).toFixed(1)} ms at the median`;
    expect(work.length).toBe(FRAMES);
    expect(median(work)).toBeGreaterThan(0);
    expect(median(work)).toBeLessThan(MAX_FRAME_MS);
  }
}

const firstId = (page: Page) => page.locator('[aria-rowindex="2"] [aria-colindex="2"]').textContent();

/** Sorts twice, so that the largest comes first. @returns How many frames were drawn meanwhile. */
async function sort(page: Page): Promise<number> {
  await page.evaluate(
    'window.frames_ = 0; (function next() { frames_ += 1; requestAnimationFrame(next); })()',
  );
  await page.getByRole('columnheader', { name: 'price' }).click();
  await page.getByRole('columnheader', { name: 'price' }).click();
  await page.getByRole('grid').focus();
  await page.keyboard.press('Control+Home');
  await expect.poll(() => firstId(page), { timeout: 30_000 }).toBe(String(ROWS));
  return page.evaluate('frames_');
}

async function filter(page: Page): Promise<void> {
  await page.getByLabel('Filter rows').fill('c4ca4238');
  await settled(page, ' of 1,000,000 rows');
  await expect.poll(() => firstId(page), { timeout: 30_000 }).toBe('1');
}

/** Saves all rows as CSV. @returns The file's size in bytes. */
async function save(page: Page): Promise<number> {
  await page.getByRole('button', { name: 'Clear', exact: true }).click();
  await settled(page, /^1,000,000 rows$/);
  await page.getByRole('button', { name: 'Export…' }).click();
  const [download] = await Promise.all([
    page.waitForEvent('download', { timeout: 60_000 }),
    page.getByRole('button', { name: 'Save', exact: true }).click(),
  ]);
  return (await stat(await download.path())).size;
}

/** What the page's process takes in all, for information; undefined where there is no /proc. */
async function processBytes(): Promise<number | undefined> {
  const cdp = await browser.newBrowserCDPSession();
  const { processInfo } = await cdp.send('SystemInfo.getProcessInfo');
  const sizes = processInfo.flatMap(({ type, id }) => {
    if (type !== 'renderer') return [];
    try {
      return [Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1]) * 1_024];
    } catch {
      // The process has ended meanwhile, or this is no Linux.
      return [];
    }
  });
  return sizes.length === 0 ? undefined : Math.max(...sizes);
}

it('loads, scrolls, sorts, filters and exports a million rows', { timeout: 180_000 }, async () => {
  await using console = await openConsole(browser, gateway.url);
  const { page, mishaps, open } = console;
  await open('main: SQL');
  const cdp = await page.context().newCDPSession(page);
  const figures: Figures = {};

  await timed(figures, 'loaded', () => load(page));
  const loaded = await heldBytes(cdp);
  figures.memory = inMib(loaded);
  figures['memory of the process'] = inMib((await processBytes()) ?? Number.NaN);
  expect(loaded).toBeLessThanOrEqual(MAX_BYTES);

  await scroll(page, cdp, figures);
  const scrolled = await heldBytes(cdp);
  figures['memory after scrolling'] = inMib(scrolled);
  expect(scrolled - loaded).toBeLessThan(MAX_GROWTH_BYTES);

  await timed(figures, 'sorted', async () => {
    const frames = await sort(page);
    figures['frames drawn meanwhile'] = String(frames);
    expect(frames).toBeGreaterThan(MIN_FRAMES_OF_SORT);
  });
  await timed(figures, 'filtered', () => filter(page));
  await timed(figures, 'exported', async () => {
    expect(await save(page)).toBeGreaterThan(100 * ROWS);
  });
  expect(await heldBytes(cdp)).toBeLessThanOrEqual(MAX_BYTES);
  expect(mishaps).toEqual([]);
  process.stdout.write(`A million rows: ${JSON.stringify(figures, null, 2)}\n`);
});
