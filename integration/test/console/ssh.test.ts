// The page of SSH in a browser, against OpenSSH: shells, what a hostile server writes to them, and commands.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { launchBrowser } from '../../browser/chromium.ts';
import { openConsole } from '../../browser/console.ts';
import { typeInto } from '../../browser/keyboard.ts';
import { goodLooks, WIDTHS } from '../../browser/looks.ts';
import { SeenTerminal } from '../../browser/terminal.ts';
import { sshEntry } from '../gateway/files.ts';
import { type Gateway, startGateway } from '../gateway/support.ts';

const { openssh, sshKeys } = inject('servers');
const { port } = openssh['10.0'];

const commands = {
  say: { run: 'printf "%s\\n" {text}', params: { text: { type: 'text', description: 'What is said' } } },
  mode: { run: 'echo mode {mode}', params: { mode: { type: 'text', enum: ['fast', 'slow'] } } },
};
const connections = {
  box: sshEntry(port, { commands }),
  stranger: sshEntry(port, { privateKey: sshKeys.stranger.privateKey }),
};
const tokens = [{ name: 'commands', token: 'token-named', scopes: ['ssh:exec:box'] }];

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

describe('a shell', () => {
  it('shows what it runs, learns its size, and says how it ended', async () => {
    await using console = await openConsole(browser, gateway.url);
    const { page, mishaps } = console;
    const panel = await console.open('box: Terminal');
    const terminal = new SeenTerminal(page, panel);
    await panel.getByRole('button', { name: 'Disconnect' }).waitFor();
    await terminal.type('echo ready-$((6*7))');
    await terminal.shows('ready-42');
    await terminal.type('echo "size $(stty size)"');
    await terminal.shows(/^size \d+ \d+$/);
    const before = (await terminal.rows()).find((row) => /^size \d/.test(row)) ?? '';
    for (let i = 0; i < 6; i += 1) await panel.getByRole('button', { name: 'Larger letters' }).click();
    await terminal.type('clear; echo "now $(stty size)"');
    await terminal.shows(/^now \d+ \d+$/);
    const after = (await terminal.rows()).find((row) => /^now \d/.test(row)) ?? '';
    const columns = (row: string) => Number(row.split(' ')[2]);
    expect(columns(after)).toBeLessThan(columns(before));

    // A shell goes on while a command is run beside it.
    await panel.getByRole('tab', { name: 'Run a command' }).click();
    await panel.getByRole('tab', { name: 'Terminal', exact: true }).click();
    await terminal.type('seq 200000; echo at-the-end; exit 3');
    await panel.getByText('Exit status 3').waitFor();
    await terminal.shows('at-the-end');
    await panel.getByRole('button', { name: 'Open again' }).click();
    await panel.getByRole('button', { name: 'Disconnect' }).click();
    await panel.getByText('You closed the connection').waitFor();
    expect(mishaps).toEqual([]);
  });

  it('is used by keyboard alone, several at once', async () => {
    await using console = await openConsole(browser, gateway.url);
    const { page, open } = console;
    const panel = await open('box: Terminal');
    const terminal = new SeenTerminal(page, panel);
    await expect
      .poll(() => page.evaluate('document.activeElement?.className'), POLL)
      .toContain('xterm-helper-textarea');
    await page.keyboard.type('echo one-$((1+0))\n');
    await terminal.shows('one-1');
    await page.keyboard.press('Control+F6');
    expect(await page.evaluate('document.activeElement?.textContent')).toBe('New terminal');
    await page.keyboard.press('Enter');
    await panel.getByRole('group', { name: 'Terminal 2', exact: true }).waitFor();
    await expect.poll(() => terminal.rows(), POLL).not.toContain('one-1');
    await expect
      .poll(() => page.evaluate('document.activeElement?.className'), POLL)
      .toContain('xterm-helper-textarea');
    await page.keyboard.type('echo two-$((1+1))\n');
    await terminal.shows('two-2');
    // Ctrl K is the shell's here, and not the palette's.
    await page.keyboard.press('Control+k');
    await expect(page.getByRole('combobox').count()).resolves.toBe(0);
    await page.keyboard.press('Control+F6');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    await terminal.shows('one-1');
  });

  it('asks before several lines are pasted', async () => {
    await using console = await openConsole(browser, gateway.url);
    const { page } = console;
    const panel = await console.open('box: Terminal');
    const terminal = new SeenTerminal(page, panel);
    const paste = panel.getByRole('button', { name: 'Paste' });
    const copied = (text: string) => page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(text)})`);
    await terminal.type('echo ready-$((6*7))');
    await terminal.shows('ready-42');
    await copied('echo first-$((1+1))\necho second-$((2+2))\n\u0007');
    await paste.click();
    const dialog = page.getByRole('dialog', { name: 'Paste 3 lines?' });
    await dialog.getByText('1 control character').waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await copied('echo line-$((3+3))');
    await paste.click();
    await expect
      .poll(() => terminal.rows(), POLL)
      .toContainEqual(expect.stringContaining('echo line-$((3+3))'));
    await page.keyboard.press('Enter');
    await terminal.shows('line-6');
    expect((await terminal.rows()).join()).not.toContain('first-2');
    await copied('echo first-$((1+1))\necho second-$((2+2))\n');
    await page.keyboard.press('Control+Shift+V');
    await dialog.getByRole('button', { name: 'Paste' }).click();
    // The shell knows that it was pasted, and waits for Enter.
    await terminal.shows('echo second-$((2+2))');
    await page.keyboard.press('Enter');
    await terminal.shows('second-4');
  });

  it('that does not open says why', async () => {
    await using console = await openConsole(browser, gateway.url);
    const panel = await console.open('stranger: Terminal');
    const problem = panel.getByRole('alert');
    await problem.getByText('user and password are in the connection’s settings').waitFor();
    await problem.getByRole('button', { name: 'Try again' }).waitFor();
    expect(console.mishaps).toEqual([]);
  });
});

describe('a hostile server', () => {
  it('gets neither the title nor the clipboard nor an answer that types', async () => {
    await using console = await openConsole(browser, gateway.url);
    const { page, mishaps } = console;
    const panel = await console.open('box: Terminal');
    const terminal = new SeenTerminal(page, panel);
    await panel.getByRole('button', { name: 'Disconnect' }).waitFor();
    const title = await page.title();
    await page.evaluate(`navigator.clipboard.writeText('mine')`);
    const size = await page.evaluate('[innerWidth, innerHeight]');
    // Titles, the clipboard (written and asked for), notifications, windows moved and resized, and what would be downloaded.
    const sequences = [
      '\\033]0;T\\110\\007',
      '\\033]2;T\\110\\007',
      '\\033]52;c;SEFDS0VE\\007',
      '\\033]9;N\\007',
    ];
    const windows = ['\\033[3;9;9t', '\\033[8;5;20t', '\\033[2t', '\\033]1337;File=inline=0:QUJD\\007'];
    await terminal.type(`printf '${[...sequences, ...windows].join('')}'; echo shown-$((1+1))`);
    await terminal.shows('shown-2');
    await page.getByText('The server tried to use your clipboard. It was refused.').waitFor();
    expect(await page.title()).toBe(title);
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe('mine');
    expect(await page.evaluate('[innerWidth, innerHeight]')).toEqual(size);

    // What is asked for by ENQ, title reports, the clipboard and an unknown DECRQSS is not answered by words of the server's own.
    const questions = '\\005\\033[21t\\033[20t\\033]52;c;?\\007\\033P$q\\110\\101CK\\033\\\\';
    await terminal.type(
      `clear; stty raw -echo; printf '${questions}'; timeout 1 cat > /tmp/answers; stty sane; echo "answers $(od -An -c /tmp/answers | tr -d ' \\n')."`,
    );
    await terminal.shows(/^answers .*\.$/);
    const answers = (await terminal.rows()).find((row) => row.startsWith('answers ')) ?? '';
    expect(answers).not.toContain('HACK');
    expect(answers.replace(/033P[01]\$r033\\/g, '')).toBe('answers .');
    expect(mishaps).toEqual([]);
  });

  it('has its links opened only where they lead to the web, and only after a question', async () => {
    await using console = await openConsole(browser, gateway.url);
    const { page, mishaps } = console;
    const panel = await console.open('box: Terminal');
    const terminal = new SeenTerminal(page, panel);
    await panel.getByRole('button', { name: 'Disconnect' }).waitFor();
    const link = (url: string, text: string) => `\\033]8;;${url}\\033\\\\${text}\\033]8;;\\033\\\\`;
    const links = [
      link('javascript:window.hacked=1', 'evil'),
      link('https://example.com/real', 'bank.example'),
    ];
    await terminal.type(`clear; printf '> ${links.join(' ')}\\n'`);
    await terminal.shows('> evil bank.example');
    const click = async (word: string) => {
      const { x, y } = await terminal.spotOf('> evil', word);
      // From another row: xterm.js looks for links when the mouse comes to a row.
      await page.mouse.move(x, y + 60);
      await page.mouse.move(x, y);
      await page.mouse.click(x, y);
    };
    await click('evil');
    expect(await page.getByRole('dialog').count()).toBe(0);
    await click('bank.example');
    const dialog = page.getByRole('dialog', { name: 'Open this link of the server?' });
    await dialog.getByText('https://example.com/real').waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    expect(page.context().pages()).toHaveLength(1);
    expect(await page.evaluate('window.hacked')).toBeUndefined();
    expect(mishaps).toEqual([]);
  });
});

describe('a command', () => {
  it('shows its output and its errors apart, how it ended, and can be stopped', async () => {
    await using console = await openConsole(browser, gateway.url);
    const { page, mishaps } = console;
    const panel = await console.open('box: Terminal');
    await panel.getByRole('tab', { name: 'Run a command' }).click();
    const line = panel.getByLabel('Command line');
    await line.fill("echo '<img src=x onerror=alert(1)>'; echo wrong >&2; printf '\\033[31m'; exit 3");
    await line.press('Enter');
    await panel.getByText('Exit status 3').waitFor();
    const output = panel.getByRole('list', { name: 'Output' });
    await output.getByText('<img src=x onerror=alert(1)>').waitFor();
    await output.getByText('␛[31m').waitFor();
    await panel.getByLabel('Show').selectOption({ label: 'Errors (stderr)' });
    expect(await output.getByRole('listitem').allInnerTexts()).toEqual([
      expect.stringMatching(/err\s*wrong/),
    ]);

    await panel.getByLabel('Show').selectOption({ label: 'Output and errors' });
    await line.fill('echo begun; exec sleep 30');
    await line.press('Enter');
    await output.getByText('begun').waitFor();
    await panel.getByRole('button', { name: 'Stop' }).click();
    await panel.getByText('Stopped.').waitFor();
    await page.reload();
    expect(await panel.getByLabel('Command line').inputValue()).toBe('echo begun; exec sleep 30');
    await panel.getByText('Earlier command lines (2)').waitFor();
    expect(mishaps).toEqual([]);
  });

  it('is one of the listed ones where the token may run no other, by keyboard alone', async () => {
    await using console = await openConsole(browser, gateway.url, { token: 'token-named' });
    const { page } = console;
    const panel = await console.open('box: Terminal');
    await panel.getByText('This token may run the commands that the connection lists').waitFor();
    await panel.getByText('The connection lists say, mode.').waitFor();
    expect(await panel.getByLabel('Command line').count()).toBe(0);
    await typeInto(page, panel.getByLabel('text', { exact: true }), 'ahoy $(id)');
    await page.keyboard.press('Enter');
    await panel.getByText('Exit status 0').waitFor();
    await panel.getByRole('list', { name: 'Output' }).getByText('ahoy $(id)').waitFor();
    await panel.getByLabel('Command', { exact: true }).selectOption('mode');
    await panel.getByLabel('mode', { exact: true }).selectOption('slow');
    await panel.getByRole('button', { name: 'Run' }).click();
    await panel.getByText('mode slow', { exact: true }).waitFor();
  });
});

describe('the page of SSH', () => {
  it.each(WIDTHS)('is readable at %i px', async (width) => {
    await goodLooks(browser, gateway.url, width, async ({ page, open, check }) => {
      const panel = await open('box: Terminal');
      await panel.getByRole('button', { name: 'Disconnect' }).waitFor();
      await new SeenTerminal(page, panel).type(
        "printf '\\033[31mred \\033[33myellow \\033[37;47mwhite\\033[0m\\n'",
      );
      await new SeenTerminal(page, panel).shows('red yellow white');
      await check('a terminal');
      await panel.getByRole('tab', { name: 'Run a command' }).click();
      await panel.getByLabel('Command line').fill('echo out; echo err >&2; false');
      await panel.getByLabel('Command line').press('Enter');
      await panel.getByText('Exit status 1').waitFor();
      await check('a command');
    });
  });
});
