// The documents' pictures of the console of `npm start`, each page with something worth seeing on it.
import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { launchBrowser } from '../../browser/chromium.ts';
import { openPage, openStudio, type Scene, takePicture } from '../../browser/pictures.ts';
import { type Started, startEverything } from '../../browser/start.ts';
import { write } from '../../browser/wayfinding.ts';

const STATEMENT = `select h.name, h.country, count(*) as calls, sum((c.cargo->>'tons')::int) as tons
  from calls c
  join harbours h on h.id = c.harbour
 where c.arrived > '2026-02-01'
 group by h.name, h.country
 order by tons desc`;

let started: Started;
let browser: Browser;
beforeAll(async () => {
  [started, browser] = await Promise.all([startEverything(), launchBrowser()]);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await started?.stop();
});

const open = (title: string, look: Partial<Scene> = {}): Promise<Locator> =>
  openPage(browser, { gateway: started.url, token: started.token, ...look }, title);

/** Requests that succeed, and some that fail, four times a second until it is disposed of. */
function traffic(): Disposable {
  const timer = setInterval(() => {
    for (const path of ['/redis/get/motd', '/redis/hgetall/flags', '/pg/q/deep-harbours', '/pg/q/nowhere'])
      void fetch(new URL(path, started.url), { headers: { Authorization: `Bearer ${started.token}` } });
  }, 250);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

async function runStatement(panel: Locator): Promise<void> {
  await write(panel, STATEMENT);
  await panel.getByRole('button', { name: 'Run statement' }).click();
  await panel.getByText(/^12 rows in/).waitFor();
}

describe('the pictures', () => {
  it('of the sign-in and the start', async () => {
    const page = await openStudio(browser, { gateway: started.url });
    await takePicture(page, 'sign-in', [page.locator('.sign-in strong')]);
    const panel = await open('main: SQL');
    await panel.page().keyboard.press('Alt+w');
    await panel.page().getByRole('heading', { name: 'What would you like to look at?' }).waitFor();
    await takePicture(panel.page(), 'start');
  });

  it('of SQL: rows, a plan, in the dark, on a telephone', async () => {
    for (const [name, look] of [
      ['sql', {}],
      ['sql-dark', { theme: 'dark' }],
      ['sql-phone', { width: 360 }],
    ] as const) {
      const panel = await open('main: SQL', look);
      await runStatement(panel);
      await takePicture(panel.page(), name, [panel.getByText(/^12 rows in/)]);
    }
    const panel = await open('main: SQL');
    await write(panel, STATEMENT);
    await panel.getByRole('button', { name: 'Explain and run' }).click();
    const plan = panel.getByRole('region', { name: 'Plan' });
    await plan.waitFor();
    await takePicture(panel.page(), 'sql-plan', [plan]);
  });

  it('of keys, topics and mail', async () => {
    const keys = await open('cache: Keys');
    await keys.getByRole('button', { name: /^forecast/ }).click();
    await keys.getByRole('button', { name: /rotterdam/ }).click();
    await keys.getByText('waves_m').waitFor();
    await takePicture(keys.page(), 'redis', [keys.getByText(/Time to live:|\d+ h \d+ min/)]);

    const topics = await open('bus: Topics');
    await topics.getByRole('button', { name: 'Subscribe' }).click();
    await topics.getByRole('treeitem', { name: /^state.*"free":1/ }).click();
    await topics.getByText('berths:').waitFor();
    const numbers = topics.locator('.mqtt-numbers, .mqtt-facts, dd');
    await takePicture(topics.page(), 'mqtt', [numbers, topics.getByText(/a second/)]);

    const mail = await open('mail: Send mail');
    await mail.getByLabel('From').fill('Ann <ann@example.com>');
    await mail.getByLabel('To', { exact: true }).fill('harbour@example.com, pilots@example.com');
    await mail.getByLabel('Subject').fill('Arrival');
    await mail.getByLabel('Text', { exact: true }).fill('We are there at noon.\n\nAnn');
    const crew = { name: 'crew.csv', mimeType: 'text/csv', buffer: Buffer.alloc(2_000) };
    await mail.getByLabel('Attach files').setInputFiles([crew]);
    await mail.getByText('crew.csv').waitFor();
    await takePicture(mail.page(), 'smtp');
  });

  it('of files, a terminal and Gopher', async () => {
    const files = await open('ssh: Files');
    await files.getByRole('button', { name: 'file harbours.csv' }).click();
    await files.getByText('Piraeus').waitFor();
    await takePicture(files.page(), 'files', [files.getByText(/\d{4}-\d\d-\d\d/)]);

    const terminal = await open('ssh: Terminal');
    await terminal.getByRole('button', { name: 'Disconnect' }).waitFor();
    const rows = terminal.getByRole('group', { name: 'Terminal 1', exact: true });
    await rows.getByText('Type help').waitFor();
    await terminal.page().keyboard.type('help\nls\ncat harbours.csv\n');
    await rows.getByText('Gdansk').waitFor();
    await takePicture(terminal.page(), 'ssh');

    const gopher = await open('docs: Gopher');
    await gopher.getByText('Working on Fairlead').waitFor();
    await takePicture(gopher.page(), 'gopher');
  });

  it('of the network, pools and operations', async () => {
    using _ = traffic();
    const [pools, operations] = [await open('Pools'), await open('Operations')];
    await pools.getByLabel('Pool', { exact: true }).selectOption('cache');
    await pools.getByText('A connection of its own').waitFor();
    // What is drawn over time needs some.
    const drawn = pools.page().waitForTimeout(7_000);

    const network = await open('Network');
    for (const name of ['main', 'cache', 'bus']) await network.getByLabel(name, { exact: true }).check();
    await network.getByLabel('Interval').selectOption('250');
    await network.getByRole('button', { name: 'Start' }).click();
    await network.getByRole('row', { name: /^cache 1\d 0 %/ }).waitFor();
    await network.getByRole('button', { name: 'Stop' }).click();
    const figures = network.getByRole('region', { name: 'TCP connection: figures' });
    await takePicture(network.page(), 'network', [network.getByRole('img'), figures.getByRole('cell')]);

    await drawn;
    const addresses = pools.getByText(/127\.0\.0\.1/);
    await takePicture(pools.page(), 'pools', [pools.getByRole('img'), pools.getByRole('cell'), addresses]);
    await takePicture(operations.page(), 'operations', [operations.getByRole('tabpanel')]);
  });
});
