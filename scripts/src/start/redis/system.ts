// A Redis or Valkey that is installed on this machine, run on a loopback port of its own for as long as this process lives: with a
// password of its own, and without persistence.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningServer } from '../local-server.ts';

const HOST = '127.0.0.1';
const NAMES = ['redis-server', 'valkey-server'];
const READY_MS = 10_000;

/**
 * The server becomes the process of this shell. Beside it, a second shell reads from the pipe that the caller holds: that ends with
 * the caller, however the caller ends, and the server with it.
 */
const RUN = `exec 3<&0 </dev/null
( read -r _ <&3; kill $$; rm -rf "$2" ) >/dev/null 2>&1 &
exec "$1" "$2/server.conf" 3<&-`;

/** A running server that asks for a password. */
export interface SystemRedis extends RunningServer {
  readonly password: string;
  /** Such as `redis-server 7.0.15`. */
  readonly name: string;
}

/** The path of the first of redis-server and valkey-server in `path`, if one is there. */
export function findSystemRedis(path = process.env.PATH ?? ''): string | undefined {
  if (process.platform === 'win32') return undefined;
  const folders = path.split(delimiter).filter(Boolean);
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

/**
 * Starts the program and waits until it listens.
 * @throws Error with what it printed, when it ends before that.
 */
export async function startSystemRedis(program: string): Promise<SystemRedis> {
  const port = await freePort();
  const password = randomBytes(18).toString('base64url');
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-redis-'));
  writeFileSync(join(folder, 'server.conf'), configuration({ port, password, folder }), { mode: 0o600 });
  // In a process group of its own: Ctrl-C is for the caller, who stops it last.
  const child = spawn('/bin/sh', ['-c', RUN, 'sh', program, folder], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  });
  const ended = once(child, 'exit').then(() => {
    child.stdin?.end();
    rmSync(folder, { recursive: true, force: true });
  });
  const stop = () => {
    child.kill('SIGTERM');
    return ended;
  };
  try {
    await untilListening(child, port);
  } catch (error) {
    await stop();
    throw error;
  }
  return { port, password, name: nameOf(program), stop };
}

function configuration(options: { port: number; password: string; folder: string }): string {
  return `bind ${HOST}
port ${options.port}
requirepass ${options.password}
dir "${options.folder}"
save ""
appendonly no
daemonize no
loglevel warning
`;
}

async function untilListening(child: ChildProcess, port: number): Promise<void> {
  let printed = '';
  child.stdout?.on('data', (chunk) => {
    printed = `${printed}${chunk}`.slice(-4000);
  });
  for (const end = Date.now() + READY_MS; Date.now() < end; await sleep(20)) {
    if (child.exitCode !== null) throw new Error(`The machine's Redis ended at once.\n${printed}`);
    if (await accepts(port)) return;
  }
  throw new Error(`The machine's Redis did not listen within ${READY_MS / 1000} s.\n${printed}`);
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, HOST, () => resolve(true));
    socket.on('connect', () => socket.destroy());
    socket.on('error', () => resolve(false));
  });
}

/** The server cannot be asked to choose one itself: for it, port 0 means none. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, HOST);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

/** From `Redis server v=7.0.15 sha=...`, as Valkey prints it too. */
function nameOf(program: string): string {
  const text = execFileSync(program, ['--version'], { encoding: 'utf8' });
  const name = program.slice(program.lastIndexOf('/') + 1);
  return `${name} ${/\bv=(\S+)/.exec(text)?.[1] ?? ''}`.trim();
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
