// A stranger's tasks in the console of `npm start`, each from the sign-in to its end: by what is written on the page alone.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../../browser/chromium.ts';
import { type Started, startEverything } from '../../browser/start.ts';
import { arrive, choose, search, write } from '../../browser/wayfinding.ts';

const shell = promisify(execFile);

let started: Started;
let browser: Browser;
beforeAll(async () => {
  [started, browser] = await Promise.all([startEverything(), launchBrowser()]);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await started?.stop();
});

const visit = () => arrive(browser, started.url, started.token);

/** Asks the gateway beside the console. @returns The answer's body, which must be a success. */
async function ask(path: string, body?: unknown): Promise<Record<string, unknown>> {
  const response = await fetch(new URL(path, started.url), {
    headers: { Authorization: `Bearer ${started.token}`, 'Content-Type': 'application/json' },
    ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
  });
  expect(response.status, path).toBe(200);
  return (await response.json()) as Record<string, unknown>;
}

describe('a stranger, without documents,', () => {
  it('changes a key’s time to live', async () => {
    await using person = await visit();
    const panel = await search(person, 'ttl', 'cache: Keys');
    await panel.getByRole('button', { name: /^session/ }).click();
    await panel.getByRole('button', { name: /7f3a/ }).click();
    await panel.getByLabel('New time to live').fill('2h');
    await panel.getByRole('button', { name: 'Set time to live' }).click();
    await panel.getByText(/^1 h 59 min|^2 h 0 min/).waitFor();
    const { result } = await ask('/redis/ttl/session:7f3a');
    expect(result).toBeGreaterThan(7_100);
    expect(result).toBeLessThanOrEqual(7_200);
  });

  it('watches a topic, and sees its new value', async () => {
    await using person = await visit();
    const panel = await choose(person, 'bus', 'bus: Topics');
    await panel.getByRole('button', { name: 'Subscribe' }).click();
    await panel.getByRole('treeitem', { name: /^wind .*17 knots/ }).click();
    await ask('/mqtt/publish', { topic: 'harbours/bergen/wind', payload: '31 knots', retain: true });
    await panel.getByRole('treeitem', { name: /^wind 31 knots/ }).waitFor();
    await panel.getByRole('tabpanel', { name: 'Topic' }).getByText('31 knots').first().waitFor();
  });

  it('sends a mail with an attachment', async () => {
    await using person = await visit();
    const panel = await choose(person, 'mail', 'mail: Send mail');
    await panel.getByLabel('From').fill('ann@example.com');
    await panel.getByLabel('To', { exact: true }).fill('harbour@example.com');
    await panel.getByLabel('Subject').fill('The list');
    await panel.getByLabel('Text', { exact: true }).fill('It is attached.');
    const [chooser] = await Promise.all([
      person.page.waitForEvent('filechooser'),
      panel.getByRole('button', { name: 'Attach files' }).click(),
    ]);
    await chooser.setFiles([{ name: 'list.csv', mimeType: 'text/csv', buffer: Buffer.from('id\n1\n') }]);
    await panel.getByText('list.csv').waitFor();
    await panel.getByRole('button', { name: 'Send', exact: true }).click();
    await panel.getByText(/^Sent to/).waitFor();
    const inbox = /what it caught: (\S+)/.exec(started.greeting)?.[1] ?? '';
    await person.page.goto(inbox);
    await person.page.getByRole('link', { name: 'The list' }).click();
    const source = (await person.page.getByText('It is attached.').textContent()) ?? '';
    expect(source).toMatch(/filename="?list\.csv/);
    expect(source).toContain(Buffer.from('id\n1\n').toString('base64'));
  });

  it('uploads a file by SFTP, and finds it in the list', async () => {
    await using person = await visit();
    const panel = await choose(person, 'Files of ssh', 'ssh: Files');
    await panel.getByRole('button', { name: 'reports' }).click();
    const [chooser] = await Promise.all([
      person.page.waitForEvent('filechooser'),
      panel.getByRole('button', { name: 'Upload files' }).click(),
    ]);
    await chooser.setFiles([{ name: 'tides.txt', mimeType: '', buffer: Buffer.from('high at noon\n') }]);
    await panel.getByRole('button', { name: 'file tides.txt' }).click();
    await panel.getByText('high at noon').waitFor();
    const entries = await ask('/sftp/list?path=/reports');
    expect(JSON.stringify(entries)).toContain('"name":"tides.txt","type":"file","size":13');
  });

  it('saves a result as CSV', async () => {
    await using person = await visit();
    const panel = await choose(person, 'main', 'main: SQL');
    await panel.getByRole('button', { name: /^harbours/ }).click();
    await panel.getByText(/^12 rows in/).waitFor();
    await panel.getByRole('button', { name: 'Export…' }).click();
    const [download] = await Promise.all([
      person.page.waitForEvent('download'),
      person.page.getByRole('button', { name: 'Save' }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/\.csv$/);
    const lines = (await readFile(await download.path(), 'utf8')).trim().split(/\r?\n/);
    expect(lines).toHaveLength(13);
    expect(lines[0]).toBe('id,name,country,depth_m,position');
    expect(lines).toContain('7,Gdańsk,PL,17.0,"(54.4,18.67)"');
  });

  it('runs a command over SSH, and reads how it ended', async () => {
    await using person = await visit();
    const panel = await search(person, 'exec', 'ssh: Terminal');
    await panel.getByRole('tab', { name: 'Run a command' }).click();
    await panel.getByLabel('Command line').fill('uptime');
    await panel.getByRole('button', { name: 'Run', exact: true }).click();
    await panel.getByText('Exit status 0').waitFor();
    await panel
      .getByRole('list', { name: 'Output' })
      .getByText(/ up 0:/)
      .waitFor();
    await panel.getByLabel('Command line').fill('no-such-command');
    await panel.getByRole('button', { name: 'Run', exact: true }).click();
    await panel.getByText('Exit status 127').waitFor();
  });

  it('sees that servers answer, and how fast', async () => {
    await using person = await visit();
    const panel = await search(person, 'latency', 'Network');
    for (const server of ['cache', 'bus']) await panel.getByLabel(server, { exact: true }).check();
    await panel.getByRole('button', { name: 'Start' }).click();
    await panel.getByRole('row', { name: /^cache [2-9] 0 % .*ms/ }).waitFor();
    await panel.getByRole('button', { name: 'Stop' }).click();
    await panel.getByRole('row', { name: /^bus \d+ 0 % .*ms/ }).waitFor();
  });

  it('finds a failed request by its id', async () => {
    await using person = await visit();
    const sql = await choose(person, 'main', 'main: SQL');
    await write(sql, 'select * from nowhere');
    await sql.getByRole('button', { name: 'Run statement' }).click();
    const said = await sql.getByText(/^Request /).textContent();
    const id = said?.replace('Request ', '') ?? '';
    const panel = await choose(person, 'Operations', 'Operations');
    await panel.getByRole('tab', { name: 'Recent errors' }).click();
    await panel.getByLabel('Filter').fill(id);
    const row = panel.getByRole('row').filter({ hasText: id });
    await row.getByText('POST /pg/query').waitFor();
    expect(await row.textContent()).toContain('main');
    expect(await panel.getByRole('row').count()).toBe(2);
  });

  it('copies a call as curl, and gets the same answer in a shell', async () => {
    await using person = await visit();
    const panel = await choose(person, 'main', 'main: SQL');
    await write(
      panel,
      "select name, 'it''s \"deep\" $HOME' as words from harbours where depth_m > 19 order by 1",
    );
    await panel.getByRole('button', { name: 'Run statement' }).click();
    await panel.getByText(/^2 rows in/).waitFor();
    await panel.getByText('As curl and TypeScript').click();
    await panel.getByRole('button', { name: 'Copy curl' }).first().click();
    await person.page.getByText('Copied: curl').waitFor();
    const command: string = await person.page.evaluate('navigator.clipboard.readText()');
    expect(command).not.toContain(started.token);
    const env = { ...process.env, FAIRLEAD_TOKEN: started.token };
    const { stdout } = await shell('bash', ['-c', command], { env });
    for (const text of ['Piraeus', 'Rotterdam', 'it\'s \\"deep\\" $HOME']) expect(stdout).toContain(text);
    for (const name of ['Piraeus', 'Rotterdam']) await panel.getByRole('gridcell', { name }).waitFor();
  });
});
