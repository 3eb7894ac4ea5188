// The page of topics at 2,000 messages a second of a real Mosquitto: all counted, none late, the page at hand all the time.
import { connect } from '@fairlead/mqtt';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { launchBrowser } from '../../browser/chromium.ts';
import { openConsole } from '../../browser/console.ts';
import { type Gateway, startGateway } from '../gateway/support.ts';

const { mosquitto } = inject('servers');
const PER_SECOND = 2_000;
const SECONDS = 8;
const TOTAL = PER_SECOND * SECONDS;
const TOPICS = 200;
const TEXT = 'abcdefghij'.repeat(12);

let gateway: Gateway;
let browser: Browser;
beforeAll(async () => {
  const url = `mqtt://app:app-password@localhost:${mosquitto.good.plainPort}`;
  [gateway, browser] = await Promise.all([
    startGateway({ connections: { broker: { url } } }),
    launchBrowser(),
  ]);
});
afterAll(async () => {
  await browser?.close();
  await gateway?.close();
});

/** Publishes evenly. @returns When the last one left, in milliseconds since the epoch. */
async function publishAll(root: string): Promise<number> {
  await using publisher = await connect({
    hostname: 'localhost',
    port: mosquitto.good.plainPort,
    tls: false,
    username: 'app',
    password: 'app-password',
  });
  const begin = performance.now();
  let sent = 0;
  let last = publisher.publish(`${root}/begin`, '', { qos: 0 });
  while (sent < TOTAL) {
    const due = Math.min(TOTAL, Math.floor(((performance.now() - begin) * PER_SECOND) / 1000));
    for (; sent < due; sent++) {
      const payload = JSON.stringify({ n: sent, text: TEXT });
      last = publisher.publish(`${root}/${sent % 20}/${sent % TOPICS}`, payload, { qos: 0 });
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await last;
  return Date.now();
}

/** What the page's main thread did: tasks of more than 50 ms, and the time between two frames. */
interface Busyness {
  readonly tasks: number[];
  readonly frames: number[];
}

/** Begins to watch; the page's own clock and observers tell. */
async function watchThread(page: Page): Promise<void> {
  await page.evaluate(`
    globalThis.busyness = { tasks: [], frames: [] };
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) busyness.tasks.push(duration);
    }).observe({ type: 'longtask' });
    let before = performance.now();
    const frame = (now) => {
      busyness.frames.push(now - before);
      before = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  `);
}

/** Bytes of the page's objects that are in use, and the processor's seconds that its main thread has had. */
async function measure(session: CDPSession): Promise<{ heap: number; seconds: number }> {
  await session.send('HeapProfiler.collectGarbage');
  const { metrics } = await session.send('Performance.getMetrics');
  const figure = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? Number.NaN;
  return { heap: figure('JSHeapUsedSize'), seconds: figure('ThreadTime') };
}

// Another process may take the processor for a while: what counts is the best of three.
describe('2,000 messages a second', { retry: 2 }, () => {
  it('are all counted, the last one within a second, by a page that stays at hand', async () => {
    const root = `load-${crypto.randomUUID().slice(0, 8)}`;
    await using person = await openConsole(browser, gateway.url);
    const { page } = person;
    const panel = await person.open('broker: Topics');
    await panel.getByLabel('Topic filters').fill(`${root}/+/#`);
    await panel.getByRole('button', { name: 'Subscribe' }).click();
    await panel.getByText('Subscribed', { exact: true }).waitFor();
    await panel.getByRole('tab', { name: 'Messages' }).click();
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    const before = await measure(session);
    await watchThread(page);

    // The first message is of the filter too: one level below the root.
    const count = panel.getByText(`${(TOTAL + 1).toLocaleString('en')} messages`, { exact: true });
    const shown = count.waitFor({ timeout: 30_000 }).then(() => Date.now());
    const lastSentAt = await publishAll(root);
    const lagMs = (await shown) - lastSentAt;

    const { tasks, frames } = (await page.evaluate('busyness')) as Busyness;
    const after = await measure(session);
    const heapGrowth = after.heap - before.heap;
    const share = (after.seconds - before.seconds) / SECONDS;
    const median = frames.sort((a, b) => a - b)[frames.length >> 1] ?? Number.NaN;
    console.log(
      `[mqtt] lag ${lagMs} ms, frames ${median.toFixed(1)} ms at the median, ${tasks.length} tasks over 50 ms, the longest ` +
        `${Math.max(0, ...tasks)} ms, ${(100 * share).toFixed(0)} % of a processor, ${(heapGrowth / 1e6).toFixed(1)} MB more`,
    );
    expect(share).toBeLessThan(0.5);
    expect(heapGrowth).toBeLessThan(30_000_000);
    expect(lagMs).toBeLessThan(1_000);
    expect(median).toBeLessThan(34);
    // Timed by the wall: what takes 100 ms by itself may take twice as long beside other processes.
    expect(tasks.filter((ms) => ms >= 250)).toEqual([]);
    await panel
      .getByText(`The last 10,000; ${(TOTAL + 1 - 10_000).toLocaleString('en')} older messages`)
      .waitFor();
    await panel.getByText(`${TOPICS + 1} topics`).waitFor();
    expect(person.mishaps).toEqual([]);
  });
});
