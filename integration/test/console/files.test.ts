// The page of files in a browser, against OpenSSH, vsftpd, ProFTPD and pyftpdlib.
import { Buffer } from 'node:buffer';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { launchBrowser } from '../../browser/chromium.ts';
import { openConsole } from '../../browser/console.ts';
import { tabTo, typeInto } from '../../browser/keyboard.ts';
import { goodLooks, WIDTHS } from '../../browser/looks.ts';
import { filesOf, newName, sha256, sshEntry } from '../gateway/files.ts';
import { type Gateway, startGateway } from '../gateway/support.ts';
import { someBytes } from '../modules/ssh.ts';
import { entries, newFolder, row, upload } from './files.ts';

const { openssh, vsftpd, otherFtp } = inject('servers');
const login = 'app:app-password';
const connections = {
  sftp: sshEntry(openssh['10.0'].port, { root: '/home/app' }),
  vsftpd: { url: `ftp://${login}@localhost:${vsftpd['3.0.5'].plain}`, tls: false },
  proftpd: { url: `ftp://${login}@localhost:${otherFtp.proftpd.plain}`, tls: false },
  pyftpdlib: { url: `ftp://${login}@localhost:${otherFtp.pyftpdlib.plain}`, tls: false },
};
const tokens = [
  { name: 'fileReader', token: 'token-file-reader', scopes: ['sftp:read:sftp', 'ftp:read:vsftpd'] },
];

/** A loaded machine takes its time. */
const POLL = { timeout: 15_000 };

let gateway: Gateway;
let browser: Browser;
beforeAll(async () => {
  [gateway, browser] = await Promise.all([startGateway({ connections, tokens }), launchBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await gateway?.close();
});

describe.each(['sftp', 'vsftpd', 'proftpd', 'pyftpdlib'] as const)('at %s', (connection) => {
  it('files go up and down, get other names, and go', async () => {
    await using console = await openConsole(browser, gateway.url);
    const { page, mishaps } = console;
    const panel = await console.open(`${connection}: Files`);
    const folder = await newFolder(page, panel);
    const bytes = someBytes(3_000_000);
    await upload(page, panel, [
      ['größe 1.bin', bytes],
      ['notes.txt', new TextEncoder().encode('<b>ahoy</b>\n')],
    ]);
    await panel.getByText('done, 2.86 MiB').waitFor();
    await row(panel, 'notes.txt').click();
    await panel.getByRole('region', { name: 'Content' }).getByText('<b>ahoy</b>').waitFor();
    const files = filesOf(() => gateway, connection === 'sftp' ? '/sftp' : '/ftp', connection);
    expect(sha256(await files.bytes(`${folder}/größe 1.bin`))).toBe(sha256(bytes));
    await files.put(`${folder}/notes.txt`, new TextEncoder().encode('written meanwhile\n'));
    await panel.getByRole('button', { name: 'Reload' }).click();
    await panel.getByRole('region', { name: 'Content' }).getByText('written meanwhile').waitFor();

    await panel.getByRole('button', { name: 'Close the preview' }).click();
    await panel.getByLabel('Choose größe 1.bin').check();
    const [saved] = await Promise.all([
      page.waitForEvent('download'),
      panel.getByRole('button', { name: 'Download' }).click(),
    ]);
    expect(saved.suggestedFilename()).toBe('größe 1.bin');
    const chunks: Uint8Array[] = [];
    for await (const chunk of await saved.createReadStream()) chunks.push(chunk);
    expect(sha256(Buffer.concat(chunks))).toBe(sha256(bytes));

    await panel.getByRole('button', { name: 'Rename or move' }).click();
    await page.getByLabel('New name or path').fill('small.bin');
    await page.getByRole('button', { name: 'Rename', exact: true }).click();
    await row(panel, 'small.bin').waitFor();
    await panel.getByRole('button', { name: 'Up', exact: true }).click();
    await panel.getByLabel(`Choose ${folder.slice(1)}`, { exact: true }).check();
    await panel.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByText('with everything inside').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await panel.getByLabel(`Choose ${folder.slice(1)}`, { exact: true }).waitFor({ state: 'detached' });
    expect(mishaps).toEqual([]);
  });
});

describe.each(['sftp', 'vsftpd'] as const)('what breaks off at %s', (connection) => {
  it('goes on: an upload after failures, a download that was stopped', async () => {
    await using console = await openConsole(browser, gateway.url);
    const { page } = console;
    const panel = await console.open(`${connection}: Files`);
    const folder = await newFolder(page, panel);
    const bytes = someBytes(6_000_000);
    // Every part but the first is lost on its way, until the network is back.
    await page.route(/ftp\/put\?.*offset=[1-9]/, (route) => route.abort());
    await upload(page, panel, [['big.bin', bytes]]);
    const failed = panel.getByRole('region', { name: 'Transfers' });
    await failed.getByText('broke off at').waitFor();
    await failed.getByText('No answer').waitFor();
    await page.unroute(/ftp\/put\?.*offset=[1-9]/);
    await failed.getByRole('button', { name: 'Try again' }).click();
    await failed.getByText(/done, 5\.72 MiB, went on at 1 MiB/).waitFor();
    const files = filesOf(() => gateway, connection === 'sftp' ? '/sftp' : '/ftp', connection);
    expect(sha256(await files.bytes(`${folder}/big.bin`))).toBe(sha256(bytes));

    const network = await page.context().newCDPSession(page);
    const throttle = (downloadThroughput: number) =>
      network.send('Network.emulateNetworkConditions', {
        offline: false,
        latency: 0,
        downloadThroughput,
        uploadThroughput: -1,
      });
    const ranges: string[] = [];
    page.on('request', (request) => {
      if (request.url().includes('ftp/get')) ranges.push(request.headers().range ?? 'whole');
    });
    await throttle(1_000_000);
    await panel.getByLabel('Choose big.bin').check();
    await panel.getByRole('button', { name: 'Download' }).click();
    await expect
      .poll(
        () =>
          panel.getByRole('progressbar', { name: 'Download of big.bin' }).getAttribute('value').then(Number),
        POLL,
      )
      .toBeGreaterThan(0.1);
    await panel.getByRole('button', { name: 'Stop download of big.bin' }).click();
    await throttle(-1);
    const [saved] = await Promise.all([
      page.waitForEvent('download'),
      panel.getByRole('button', { name: 'Go on with big.bin' }).click(),
    ]);
    const chunks: Uint8Array[] = [];
    for await (const chunk of await saved.createReadStream()) chunks.push(chunk);
    expect(sha256(Buffer.concat(chunks))).toBe(sha256(bytes));
    expect(ranges).toEqual(['whole', expect.stringMatching(/^bytes=[1-9]\d*-$/)]);
  });
});

describe('the page of files', () => {
  it('takes what is dropped, and asks before it replaces', async () => {
    await using console = await openConsole(browser, gateway.url);
    const { page } = console;
    const panel = await console.open('sftp: Files');
    const folder = await newFolder(page, panel);
    const drop = async (text: string) => {
      const dataTransfer = await page.evaluateHandle(`(() => {
        const data = new DataTransfer();
        data.items.add(new File([${JSON.stringify(text)}], 'dropped.txt'));
        return data;
      })()`);
      await panel.getByRole('navigation', { name: 'Folder' }).dispatchEvent('drop', { dataTransfer });
    };
    await drop('first');
    await row(panel, 'dropped.txt').waitFor();
    await drop('second');
    const dialog = page.getByRole('dialog', { name: 'Replace 1 file?' });
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await drop('third');
    await dialog.getByRole('button', { name: 'Replace' }).click();
    const files = filesOf(() => gateway, '/sftp', 'sftp');
    await expect.poll(async () => (await files.get(`${folder}/dropped.txt`)).text(), POLL).toBe('third');
  });

  it('shows odd names as they are, and works with them', async () => {
    const folder = newName();
    const names = [
      '<img src=x onerror=alert(1)>',
      'gpj\u202eexe',
      'new\nline',
      ' lead ',
      '-rf',
      'javascript:alert(1)',
    ];
    const { body } = await gateway.ask('/sftp/mkdir', { json: { connection: 'sftp', path: `/${folder}` } });
    expect(body).toMatchObject({ path: `/${folder}` });
    const files = filesOf(() => gateway, '/sftp', 'sftp');
    for (const name of names) await files.put(`/${folder}/${name}`, new TextEncoder().encode(`in ${name}`));

    await using console = await openConsole(browser, gateway.url);
    const { page, mishaps } = console;
    const panel = await console.open('sftp: Files');
    await panel.getByRole('button', { name: `folder ${folder}` }).click();
    const shown = [
      '<img src=x onerror=alert(1)>',
      'gpj⟨202E⟩exe',
      'new␊line',
      '␠lead␠',
      '-rf',
      'javascript:alert(1)',
    ];
    for (const name of shown) {
      await row(panel, name).click();
      await panel.getByRole('heading', { name, exact: true }).waitFor();
      await panel.getByRole('region', { name: 'Content' }).getByText('in ').waitFor();
      await panel.getByRole('button', { name: 'Close the preview' }).click();
    }
    await panel.getByLabel('Choose new␊line').check();
    await panel.getByRole('button', { name: 'Rename or move' }).click();
    await page.getByLabel('New name or path').fill('plain');
    await page.getByRole('button', { name: 'Rename', exact: true }).click();
    await row(panel, 'plain').waitFor();
    await panel.getByLabel('Filter by name').fill('EXE');
    await expect.poll(() => entries(panel).count(), POLL).toBe(1);
    expect(mishaps).toEqual([]);
  });

  it('offers nothing that changes to a token that only reads', async () => {
    await using console = await openConsole(browser, gateway.url, { token: 'token-file-reader' });
    const panel = await console.open('vsftpd: Files');
    await panel.getByRole('button', { name: 'Reload' }).waitFor();
    await panel.getByRole('checkbox').first().check();
    await panel.getByRole('button', { name: 'Download' }).waitFor();
    for (const name of ['Upload files', 'Upload a folder', 'New folder', 'Rename or move', 'Delete'])
      expect(await panel.getByRole('button', { name }).count()).toBe(0);
  });

  it('lists the folder that is looked at, also where a deletion in another one ends late', async () => {
    await using console = await openConsole(browser, gateway.url);
    const { page } = console;
    const panel = await console.open('sftp: Files');
    const folder = await newFolder(page, panel);
    await upload(page, panel, [['late.txt', new Uint8Array(3)]]);
    await row(panel, 'late.txt').waitFor();
    const gate = Promise.withResolvers<void>();
    await page.route('**/sftp/remove*', async (route) => {
      await gate.promise;
      await route.continue();
    });
    await panel.getByLabel('Choose late.txt').check();
    await panel.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await panel.getByRole('group', { name: 'Working' }).waitFor();
    await panel.getByRole('button', { name: 'Up', exact: true }).click();
    const own = panel.getByRole('button', { name: `folder ${folder.slice(1)}` });
    await own.waitFor();
    const listed = page.waitForResponse(/\/sftp\/list/);
    gate.resolve();
    await listed;
    await panel.getByRole('group', { name: 'Listing' }).waitFor({ state: 'detached' });
    await own.waitFor();
    expect(await panel.getByText('This folder is empty').count()).toBe(0);
  });

  it('is used by keyboard alone', async () => {
    await using console = await openConsole(browser, gateway.url);
    const { page } = console;
    const panel = await console.open('sftp: Files');
    await entries(panel).first().waitFor();
    const name = newName();
    await tabTo(page, panel.getByRole('button', { name: 'New folder' }));
    await page.keyboard.press('Enter');
    await page.getByLabel('Name', { exact: true }).waitFor();
    await page.keyboard.type(name);
    await page.keyboard.press('Enter');
    await panel.getByRole('button', { name: `folder ${name}` }).waitFor();
    await typeInto(page, panel.getByLabel('Filter by name'), name);
    await expect.poll(() => entries(panel).count(), POLL).toBe(1);
    await tabTo(page, panel.getByLabel(`Choose ${name}`, { exact: true }));
    await page.keyboard.press('Tab');
    await page.keyboard.press('F2');
    await page.getByLabel('New name or path').press('Control+a');
    await page.keyboard.type(`${name}-b`);
    await page.keyboard.press('Enter');
    await tabTo(page, panel.getByRole('button', { name: `folder ${name}-b` }));
    await page.keyboard.press('Delete');
    await tabTo(page, page.getByRole('dialog').getByRole('button', { name: 'Delete' }));
    await page.keyboard.press('Enter');
    await panel.getByText('No name holds this text').waitFor();
  });

  it('says what fails, and a way out', async () => {
    await using console = await openConsole(browser, gateway.url);
    const { page } = console;
    const panel = await console.open('sftp: Files');
    const folder = await newFolder(page, panel);
    await gateway.ask('/sftp/remove', { json: { connection: 'sftp', path: folder } });
    await panel.getByRole('button', { name: 'Reload' }).click();
    const problem = panel.getByRole('alert');
    await problem.getByText('The server refused').waitFor();
    await problem.getByRole('button', { name: 'Try again' }).waitFor();
  });

  it.each(WIDTHS)('is readable at %i px', async (width) => {
    await goodLooks(browser, gateway.url, width, async ({ page, open, check }) => {
      const panel = await open('sftp: Files');
      await newFolder(page, panel);
      await upload(page, panel, [
        [
          'a long name of a file that goes on for a while and has no end in sight.txt',
          new Uint8Array(70).fill(65),
        ],
        ['b.bin', new Uint8Array(700)],
      ]);
      await row(panel, 'b.bin').waitFor();
      await panel.getByLabel('Choose b.bin').check();
      await check('a folder');
      await row(panel, 'b.bin').click();
      await panel.getByRole('list', { name: 'Content as bytes' }).waitFor();
      await check('a file');
    });
  });
});
