// Vitest's global setup: an SSH server (ssh2) in Node whose commands run in a real `sh`, whose shell says back what it is told, and
// whose SFTP serves a folder of this test's own. The users are `app` and `pooled`, with a password.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2, { type Connection, type PseudoTtyInfo, type ServerChannel } from 'ssh2';
import type { TestProject } from 'vitest/node';
import { ed25519KeyPair } from '../support/ssh2-key.ts';
import { serveFiles } from './sftp-server.ts';

/** What the tests know of the server. */
export interface RouteServer {
  readonly port: number;
  readonly fingerprint: string;
  /** The folder that entries have as their root. Beside it stands `outside`, with the file `secret`. */
  readonly root: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    routeServer: RouteServer;
  }
}

export const PASSWORD = 'pa55word';

let server: ssh2.Server | undefined;
const clients = new Set<Connection>();
let folder = '';

/** How often a user has logged in, and how many channels that user has opened. */
interface Counts {
  logins: number;
  sessions: number;
}

/** By user: files of tests run side by side, and one that counts has a user of its own. */
const USERS: Readonly<Record<string, Counts>> = {
  app: { logins: 0, sessions: 0 },
  pooled: { logins: 0, sessions: 0 },
};

export async function setup(project: TestProject): Promise<void> {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'fairlead-ssh-')));
  const root = join(folder, 'root');
  fill(root);
  const { private: hostKey, public: publicKey } = ed25519KeyPair();
  const blob = Buffer.from(publicKey.split(' ')[1] ?? '', 'base64');
  const digest = createHash('sha256').update(blob).digest('base64').replace(/=+$/, '');
  server = new ssh2.Server({ hostKeys: [hostKey], ident: 'TestServer_1.0' }, serve);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  project.provide('routeServer', { port, fingerprint: `SHA256:${digest}`, root });
}

export async function teardown(): Promise<void> {
  for (const client of clients) client.end();
  await new Promise<void>((resolve) => server?.close(() => resolve()));
  rmSync(folder, { recursive: true, force: true });
}

function fill(root: string): void {
  const outside = join(root, '..', 'outside');
  for (const path of [root, outside, join(root, 'folder'), join(root, 'trash', 'deep')])
    mkdirSync(path, { recursive: true });
  writeFileSync(join(outside, 'secret'), 'secret');
  writeFileSync(join(root, 'ten'), '0123456789', { mode: 0o640 });
  writeFileSync(join(root, 'empty'), '');
  writeFileSync(join(root, 'big'), Buffer.alloc(3_000_000, 'b'));
  writeFileSync(join(root, 'folder', 'ümlaut "1".txt'), 'x');
  writeFileSync(join(root, 'trash', 'deep', 'file'), 'x');
  symlinkSync(join(outside, 'secret'), join(root, 'leak'));
  symlinkSync(outside, join(root, 'leaking-folder'));
  symlinkSync(join(outside, 'nothing-yet'), join(root, 'dangling'));
  symlinkSync('ten', join(root, 'inside'));
}

function serve(client: Connection): void {
  clients.add(client);
  let counts: Counts | undefined;
  client.on('close', () => clients.delete(client));
  client.on('error', () => undefined);
  client.on('authentication', (context) => {
    counts = USERS[context.username];
    if (context.method !== 'password' || context.password !== PASSWORD || counts === undefined)
      return context.reject(['password']);
    counts.logins += 1;
    context.accept();
  });
  client.on('session', (accept) => {
    if (counts) counts.sessions += 1;
    const session = accept();
    let pty: Partial<PseudoTtyInfo> = {};
    session.on('pty', (acceptPty, _reject, info) => {
      pty = info;
      acceptPty();
    });
    session.on('exec', (acceptExec, _reject, { command }) => run(acceptExec(), command, counts));
    session.on('shell', (acceptShell) => {
      const channel = acceptShell();
      session.on('window-change', (_accept, _refuse, { cols, rows }) =>
        channel.write(`size ${cols}x${rows}\n`),
      );
      shell(channel, pty);
    });
    session.on('sftp', (acceptSftp) => serveFiles(acceptSftp()));
  });
}

function run(channel: ServerChannel, command: string, counts: Counts | undefined): void {
  if (command === 'counts') {
    channel.write(`${counts?.logins} ${counts?.sessions}`);
    channel.exit(0);
    channel.end();
    return;
  }
  const child = spawn('sh', ['-c', command]);
  channel.on('error', () => undefined);
  channel.on('close', () => child.kill('SIGKILL'));
  child.stdin.on('error', () => undefined);
  channel.pipe(child.stdin);
  child.stdout.pipe(channel, { end: false });
  child.stderr.pipe(channel.stderr, { end: false });
  child.on('close', (code, signal) => {
    if (signal === null) channel.exit(code ?? 0);
    else channel.exit(signal.replace('SIG', ''));
    channel.end();
  });
}

/** It repeats each line; `exit N` ends it, `flood` sends without end. */
function shell(channel: ServerChannel, { cols, rows }: Partial<PseudoTtyInfo>): void {
  channel.on('error', () => undefined);
  channel.write(`hello ${cols}x${rows}\n`);
  channel.on('data', (bytes: Buffer) => {
    const [word, code] = bytes.toString().trim().split(' ');
    if (word === 'exit') {
      channel.exit(Number(code));
      channel.end();
    } else if (word === 'flood') flood(channel);
    else if (word === 'drop') channel.destroy();
    else channel.write(bytes);
  });
}

function flood(channel: ServerChannel): void {
  while (channel.writable && channel.write(Buffer.alloc(32_768, 'f')));
  if (channel.writable) channel.once('drain', () => flood(channel));
}
