// The SSH server of `npm start`, asked by ssh2's client: logins, commands, the shell, SFTP, and nothing outside of its folder.
import { once } from 'node:events';
import { symlinkSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import ssh2, { type Client, type ConnectConfig, type SFTPWrapper } from 'ssh2';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { makeScratchFolder, type ScratchFolder } from '../src/start/scratch/folder.ts';
import { type SshServer, startSsh } from '../src/start/ssh/server.ts';
import { words } from '../src/start/ssh/words.ts';

let folder: ScratchFolder;
let server: SshServer;
const clients: Client[] = [];

beforeAll(async () => {
  folder = await makeScratchFolder();
  server = await startSsh(folder);
});
afterEach(() => {
  for (const client of clients.splice(0)) client.end();
});
afterAll(async () => {
  await server.stop();
  await folder.remove();
});

async function login(options: ConnectConfig = { password: server.password }): Promise<Client> {
  const client = new ssh2.Client();
  clients.push(client);
  const ready = once(client, 'ready');
  client.connect({ host: '127.0.0.1', port: server.port, username: 'demo', ...options });
  await ready;
  // The server ends before its clients.
  client.on('error', () => {});
  client.setNoDelay();
  return client;
}

async function exec(command: string, input = '') {
  const client = await login();
  const channel = await new Promise<ssh2.ClientChannel>((resolve, reject) =>
    client.exec(command, (error, stream) => (error ? reject(error) : resolve(stream))),
  );
  let [stdout, stderr] = ['', ''];
  channel.on('data', (chunk: Buffer) => {
    stdout += chunk;
  });
  channel.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk;
  });
  channel.end(input);
  const [code] = await once(channel, 'close');
  return { code, stdout, stderr };
}

async function sftp(): Promise<SFTPWrapper> {
  const client = await login();
  return new Promise((resolve, reject) => client.sftp((error, it) => (error ? reject(error) : resolve(it))));
}

/** Calls a method of the SFTP client. */
function ask<T = unknown>(session: SFTPWrapper, method: string, ...args: unknown[]): Promise<T> {
  const call = session as unknown as Record<string, (...all: unknown[]) => void>;
  return new Promise((resolve, reject) =>
    call[method]?.(...args, (error: Error | undefined, value: T) => (error ? reject(error) : resolve(value))),
  );
}

describe('the login', () => {
  it('takes the password, and the key', async () => {
    await login();
    await login({ privateKey: server.privateKey });
  });

  it('shows the host key that it names', async () => {
    let hash = '';
    await login({
      password: server.password,
      hostHash: 'sha256',
      hostVerifier: (given: string) => {
        hash = Buffer.from(given, 'hex').toString('base64').replace(/=+$/, '');
        return true;
      },
    });
    expect(server.fingerprint).toBe(`SHA256:${hash}`);
  });

  it.each([
    ['another password', () => ({ password: `${server.password}x` })],
    ['no password', () => ({ password: '' })],
    ['another user', () => ({ username: 'root', password: server.password })],
    ['another key', () => ({ privateKey: ssh2.utils.generateKeyPairSync('rsa', { bits: 2048 }).private })],
  ])('refuses %s', async (_, options) => {
    await expect(login(options())).rejects.toThrow(/authentication methods failed/);
  });
});

describe('a command', () => {
  it.each([
    ['uptime', 0, /^\d\d:\d\d:\d\d up \d+:\d\d, load average: [\d., ]+\n$/],
    ['ls', 0, /^README.txt\nharbours.csv\nlogs\nreports\n$/],
    ['ls -l logs', 0, /^-rw-r--r-- 1 demo demo +\d+ \w{3} [ \d]\d \d\d:\d\d today.log\n$/],
    ['ls /logs/../harbours.csv', 0, /^\/logs\/..\/harbours.csv\n$/],
    [`echo 'two  words' "and \\"more\\"" \\; it''s`, 0, /^two {2}words and "more" ; its\n$/],
    ['cat logs/today.log', 0, /moored at berth 4\n$/],
    ['pwd', 0, /^\/\n$/],
  ])('%s', async (command, code, stdout) => {
    const answer = await exec(command);
    expect(answer).toMatchObject({ code, stderr: '' });
    expect(answer.stdout).toMatch(stdout);
  });

  it('cat copies its input', async () => {
    const input = 'a line\n'.repeat(20_000);
    expect(await exec('cat', input)).toEqual({ code: 0, stdout: input, stderr: '' });
  });

  it.each([
    ['reboot', 127, 'reboot: command not found; try help\n'],
    ['/bin/sh', 127, '/bin/sh: command not found; try help\n'],
    ['constructor', 127, 'constructor: command not found; try help\n'],
    ['echo a; reboot', 2, 'sh: this server has no shell: quote the character ";"\n'],
    ['echo $(id)', 2, 'sh: this server has no shell: quote the character "$"\n'],
    ['cat < x', 2, 'sh: this server has no shell: quote the character "<"\n'],
    ["echo 'open", 2, "sh: a quotation begins with ' and does not end\n"],
    ['cat nothing', 1, 'cat: No such file or directory\n'],
    ['cat ../../etc/passwd', 1, 'cat: No such file or directory\n'],
    ['cat logs', 1, 'cat: Is a directory\n'],
    ['stty size', 1, 'stty: there is no terminal\n'],
  ])('%s fails', async (command, code, stderr) => {
    expect(await exec(command)).toEqual({ code, stdout: '', stderr });
  });

  it('splits as a shell does', () => {
    expect(words(`  a\t'' "" 'b "c' d\\ e "\\$f \\n"`)).toEqual(['a', '', '', 'b "c', 'd e', '$f \\n']);
  });
});

describe('the shell', () => {
  it('echoes, edits, knows its size, and ends with a status', async () => {
    const client = await login();
    const shell = await new Promise<ssh2.ClientChannel>((resolve, reject) =>
      client.shell({ rows: 24, cols: 80 }, (error, stream) => (error ? reject(error) : resolve(stream))),
    );
    let screen = '';
    shell.on('data', (chunk: Buffer) => {
      screen += chunk;
    });
    const sees = async (text: string) => {
      while (!screen.includes(text)) await once(shell, 'data');
      screen = screen.slice(screen.indexOf(text) + text.length);
    };
    await sees('Type help for the commands.\r\ndemo$ ');
    shell.write('echo hé\x7fi\x1b[A\r');
    await sees('echo hé\b \bi\r\nhi\r\ndemo$ ');
    shell.write('stty size\r');
    await sees('24 80\r\n');
    shell.setWindow(50, 132, 0, 0);
    shell.write('stty size\r');
    await sees('50 132\r\n');
    shell.write('nonsense\x03');
    await sees('^C\r\ndemo$ ');
    shell.write('exit 3\r');
    const [code] = await once(shell, 'exit');
    expect(code).toBe(3);
  });

  it('echoes nothing without a terminal', async () => {
    const client = await login();
    const shell = await new Promise<ssh2.ClientChannel>((resolve, reject) =>
      client.shell(false, (error, stream) => (error ? reject(error) : resolve(stream))),
    );
    let output = '';
    shell.on('data', (chunk: Buffer) => {
      output += chunk;
    });
    shell.end('echo one\nreboot\n');
    const [code] = await once(shell, 'close');
    expect(output).toBe(
      'Type help for the commands.\ndemo$ one\ndemo$ reboot: command not found; try help\ndemo$ ',
    );
    expect(code).toBe(127);
  });
});

describe('SFTP', () => {
  it('writes, renames over, reads and deletes', async () => {
    const session = await sftp();
    await ask(session, 'mkdir', '/box');
    const bytes = Buffer.alloc(300_000, 'abc');
    await ask(session, 'writeFile', '/box/a', bytes);
    await ask(session, 'writeFile', '/box/b', 'old');
    await ask(session, 'rename', '/box/a', '/box/b');
    expect(await ask<Buffer>(session, 'readFile', 'box/b')).toEqual(bytes);
    expect(await ask(session, 'stat', '/box/b')).toMatchObject({ size: 300_000 });
    await ask(session, 'utimes', '/box/b', 1_000_000, 2_000_000);
    expect(await ask(session, 'stat', '/box/b')).toMatchObject({ mtime: 2_000_000 });
    await ask(session, 'appendFile', '/box/b', 'xyz');
    expect((await ask<Buffer>(session, 'readFile', '/box/b')).subarray(-4).toString()).toBe('cxyz');
    const names = (await ask<{ filename: string; longname: string }[]>(session, 'readdir', '/')).map(
      ({ filename }) => filename,
    );
    expect(names).toEqual(['README.txt', 'box', 'harbours.csv', 'logs', 'reports']);
    await expect(ask(session, 'rmdir', '/box')).rejects.toMatchObject({ code: 4 });
    await ask(session, 'unlink', '/box/b');
    await ask(session, 'rmdir', '/box');
    await expect(ask(session, 'stat', '/box')).rejects.toMatchObject({ code: 2 });
  });

  it.each([
    ['.', '/'],
    ['../../..', '/'],
    ['logs/../logs/./x', '/logs/x'],
  ])('resolves %s to %s', async (path, expected) => {
    expect(await ask(await sftp(), 'realpath', path)).toBe(expected);
  });

  it('leaves its folder neither by dots nor by links', async () => {
    const session = await sftp();
    await expect(ask(session, 'readFile', '../../etc/passwd')).rejects.toMatchObject({ code: 2 });
    await expect(ask(session, 'symlink', '/etc', '/etc')).rejects.toMatchObject({ code: 8 });
    const top = await folder.locate('/');
    symlinkSync('/etc', `${top}/away`);
    symlinkSync(`${top}/README.txt`, `${top}/link`);
    for (const path of ['/away', '/away/passwd', '/link']) {
      await expect(ask(session, 'readFile', path)).rejects.toMatchObject({ code: 3 });
      await expect(ask(session, 'writeFile', path, 'x')).rejects.toMatchObject({ code: 3 });
    }
    await expect(ask(session, 'readdir', '/away')).rejects.toMatchObject({ code: 3 });
  });

  it('has no more than 64 open files a channel', async () => {
    const session = await sftp();
    writeFileSync(await folder.locate('/many'), '');
    for (let n = 0; n < 64; n++) await ask(session, 'open', '/many', 'r');
    await expect(ask(session, 'open', '/many', 'r')).rejects.toMatchObject({ code: 4 });
  });
});

it('runs any number of commands over one connection', async () => {
  const client = await login();
  for (let n = 0; n < 70; n++) {
    const channel = await new Promise<ssh2.ClientChannel>((resolve, reject) =>
      client.exec('pwd', (error, stream) => (error ? reject(error) : resolve(stream))),
    );
    channel.resume();
    await once(channel, 'close');
  }
});

it('forwards nothing', async () => {
  const client = await login();
  const forwarded = new Promise((resolve, reject) =>
    client.forwardOut('127.0.0.1', 1, '127.0.0.1', server.port, (error, stream) =>
      error ? reject(error) : resolve(stream),
    ),
  );
  await expect(forwarded).rejects.toThrow(/Channel open failure/);
});

it('stops though clients are connected', async () => {
  const other = await startSsh(folder);
  const silent = createConnection(other.port, '127.0.0.1');
  silent.on('error', () => {});
  await once(silent, 'data');
  const closed = once(silent, 'close');
  await other.stop();
  await closed;
});
