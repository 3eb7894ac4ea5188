// POST /ssh/exec and GET /ssh/shell of the built Worker, against OpenSSH and Dropbear.
import { type FaultProxy, startFaultProxy } from '@fairlead/testkit/fault-proxy';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { fingerprintOf, newName, sshEntry } from './files.ts';
import { lines } from './lines.ts';
import { Shell } from './shell.ts';
import { DEAD_PORT, type Gateway, type Json, startGateway } from './support.ts';

const { sshKeys, openssh, otherSsh } = inject('servers');
const { port } = openssh['10.0'];
const NDJSON = { Accept: 'application/x-ndjson' };

const id = { type: 'text', pattern: '^[a-z0-9-]+$' };
const commands = {
  say: { run: 'printf %s {text}', params: { text: { type: 'text' } } },
  count: { run: 'wc -c', stdin: true },
  fail: 'echo out; echo err >&2; exit 3',
  killed: 'kill -TERM $$',
  // Its second half waits for a file.
  wait: {
    run: 'echo ahoy; until test -e /tmp/go-{id}; do sleep 0.05; done; echo late >&2; exit 5',
    params: { id },
  },
  // Goes on until nobody reads what it writes, and then leaves a file.
  tick: {
    run: "trap '' PIPE; while echo tick 2> /dev/null; do sleep 0.05; done; touch /tmp/left-{id}",
    params: { id },
  },
  touch: { run: 'touch /tmp/go-{id}', params: { id } },
  hasLeft: { run: 'test -e /tmp/left-{id}', params: { id } },
  session: 'echo "$SSH_CONNECTION"',
};
const password = 'app-password';

let counter: FaultProxy;
let gateway: Gateway;
beforeAll(async () => {
  counter = await startFaultProxy({ upstream: { port } });
  const connections = {
    openssh: sshEntry(port, { commands }),
    dropbear: sshEntry(otherSsh.dropbear, { commands, privateKey: undefined, password }),
    counted: sshEntry(counter.port, { commands }),
    otherHost: sshEntry(port, {
      commands,
      knownHosts: undefined,
      fingerprint: fingerprintOf(sshKeys.stranger.publicKey),
    }),
    stranger: sshEntry(port, { commands, privateKey: sshKeys.stranger.privateKey }),
    sshDead: sshEntry(DEAD_PORT, { commands }),
  };
  const tokens = [{ name: 'commands', token: 'token-commands', scopes: ['ssh:exec:openssh'] }];
  gateway = await startGateway({ connections, tokens });
});
afterAll(async () => {
  await gateway.close();
  await counter.close();
});

const exec = (connection: string, json: Json, token = 'token-all') =>
  gateway.ask('/ssh/exec', { json: { connection, ...json }, token });

describe.each(['openssh', 'dropbear'])('commands at %s', (connection) => {
  it.each([
    ["'; rm -rf / #"],
    ['$(id) `id` "$HOME" \\ * ~ {a,b} | & > /tmp/x'],
    ['Größe 日本語 😀 \t\u0001'],
    [''],
  ])('get %j as one word', async (text) => {
    const { status, body } = await exec(connection, { command: 'say', params: { text } });
    expect([status, body]).toEqual([200, { code: 0, stdout: text, stderr: '', encoding: 'text' }]);
  });

  it('read what the request brings, and end as they end', async () => {
    const read = await exec(connection, { command: 'count', stdin: 'x'.repeat(300_000) });
    expect([read.status, String(read.body.stdout).trim()]).toEqual([200, '300000']);
    const failed = await exec(connection, { command: 'fail' });
    expect(failed.body).toMatchObject({ code: 3, stdout: 'out\n', stderr: 'err\n' });
    const killed = await exec(connection, { command: 'killed' });
    expect([killed.status, killed.body.signal, killed.body.code]).toEqual([200, 'TERM', undefined]);
  });

  it('tell of themselves while they run', async () => {
    const params = { id: newName() };
    const json = { connection, command: 'wait', params };
    const response = await gateway.fetch('/ssh/exec', { json, headers: NDJSON });
    const events = lines(response);
    expect((await events.next()).value).toEqual({ event: 'started' });
    expect((await events.next()).value).toEqual({ event: 'stdout', data: 'ahoy\n', encoding: 'text' });
    expect((await exec(connection, { command: 'touch', params })).body.code).toBe(0);
    const rest: unknown[] = [];
    for await (const event of events) rest.push(event);
    expect(rest).toEqual([
      { event: 'stderr', data: 'late\n', encoding: 'text' },
      { event: 'exit', code: 5 },
    ]);
  });

  it('end with a caller that leaves', async () => {
    const params = { id: newName() };
    const leave = new AbortController();
    const json = { connection, command: 'tick', params };
    const response = await gateway.fetch('/ssh/exec', { json, headers: NDJSON, signal: leave.signal });
    const events = lines(response);
    await events.next();
    expect((await events.next()).value).toMatchObject({ event: 'stdout' });
    expect((await exec(connection, { command: 'hasLeft', params })).body.code).toBe(1);
    leave.abort();
    const status = async () => (await exec(connection, { command: 'hasLeft', params })).body.code;
    await expect.poll(status, { timeout: 20_000 }).toBe(0);
  });
});

describe('the pool', () => {
  it('runs two requests by one login', async () => {
    const first = await exec('counted', { command: 'session' });
    const second = await exec('counted', { command: 'session' });
    expect(first.body.stdout).toMatch(/\d/);
    expect(second.body).toEqual(first.body);
    expect(counter.stats().connections).toBe(1);
  });

  it('comes back when the connection was cut', async () => {
    counter.resetAll();
    const status = async () => (await exec('counted', { command: 'session' })).status;
    await expect.poll(status, { timeout: 10_000 }).toBe(200);
  });
});

describe('refusals', () => {
  it.each([
    ['a host key that is not the expected one', 'otherHost', 'auth'],
    ['a key that the server does not know', 'stranger', 'auth'],
    ['nobody listening', 'sshDead', 'connect_failed'],
  ])('%s', async (_name, connection, code) => {
    const { status, body } = await exec(connection, { command: 'session' });
    expect([status, body.code, body.safeToRetry], JSON.stringify(body)).toEqual([502, code, true]);
    expect(JSON.stringify(body)).not.toContain('PRIVATE KEY');
  });

  it('a host key that is not the expected one, with both fingerprints', async () => {
    const { body } = await exec('otherHost', { command: 'session' });
    expect(body).toMatchObject({ server: { code: 'host_key' } });
    expect(body.detail).toMatch(/SHA256:.*expected was SHA256:/);
  });

  it('what the entry does not list, and command lines without the scope', async () => {
    expect((await exec('openssh', { command: 'reboot' })).status).toBe(404);
    expect((await exec('openssh', { run: 'echo $((1 + 1)) | tr 2 3' })).body.stdout).toBe('3\n');
    const own = await exec('openssh', { run: 'id' }, 'token-commands');
    expect([own.status, own.body.needs]).toEqual([403, 'ssh:any:openssh']);
    expect((await exec('openssh', { command: 'session' }, 'token-commands')).status).toBe(200);
    expect((await exec('dropbear', { command: 'session' }, 'token-commands')).status).toBe(403);
    await expect(Shell.open(gateway.url, 'connection=openssh', 'token-commands')).rejects.toThrow();
  });
});

describe.each(['openssh', 'dropbear'])('a shell at %s', (connection) => {
  it('has the terminal’s size, learns a new one, and tells its exit', async () => {
    const shell = await Shell.open(gateway.url, `connection=${connection}&columns=91&rows=27&term=vt100`);
    // The echo of what is typed has the quotes in it.
    shell.type('echo "[$(stty size) $TERM]"\n');
    await shell.shows('[27 91 vt100]');
    shell.say({ resize: { columns: 120, rows: 40 } });
    shell.type('echo "[$(stty size)]"\n');
    await shell.shows('[40 120]');
    shell.type('exit 4\n');
    expect(await shell.closed).toMatchObject({ code: 1000, reason: expect.stringMatching(/^done /) });
    expect(shell.messages).toEqual([{ exit: { code: 4 } }]);
  });

  it('ends with a caller that leaves', async () => {
    const shell = await Shell.open(gateway.url, `connection=${connection}`);
    shell.type('echo "[pid $$]"\n');
    const [, pid] = await shell.shows(/\[pid (\d+)\]/);
    const isThere = async () => (await exec(connection, { run: `kill -0 ${pid}` })).body.code;
    expect(await isThere()).toBe(0);
    shell.close();
    await expect.poll(isThere, { timeout: 20_000 }).not.toBe(0);
  });
});

describe('for operators', () => {
  it('GET /settings shows neither keys, passwords nor commands', async () => {
    const text = await (await gateway.fetch('/settings')).text();
    expect(text).toContain(fingerprintOf(sshKeys.stranger.publicKey));
    expect(text).not.toMatch(/PRIVATE KEY|-password|token-all|printf/);
  });

  it('the OpenAPI document has the operations', async () => {
    const { body } = await gateway.ask('/openapi.json', { token: null });
    expect(Object.keys(body.paths ?? {})).toEqual(
      expect.arrayContaining([
        ...['/ssh/exec', '/ssh/shell'],
        ...['list', 'stat', 'get', 'put', 'mkdir', 'rename', 'remove'].map((name) => `/sftp/${name}`),
        ...['get', 'put', 'list', 'stat', 'mkdir', 'rename', 'delete'].map((name) => `/ftp/${name}`),
      ]),
    );
  });
});
