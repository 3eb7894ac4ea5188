// A peer outside Workers, in a process of its own, with the HTTP face of a Worker.
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { freePort, waitFor } from './wait.ts';

/** Programs that run peers, by the prefix of their names. */
const RUNTIMES: Readonly<Record<string, string>> = { node: process.execPath, bun: 'bun' };

/** A running peer. */
export interface Peer {
  readonly url: string;
  readonly pid: number;
  stop(): void;
}

/** Whether it is a peer outside Workers: `node:` or `bun:` and the name of a file in `peers`. */
export function isPeer(name: string): boolean {
  return runtimeOf(name) in RUNTIMES;
}

/** Whether this machine has what runs it. */
export function canRun(name: string): boolean {
  return spawnSync(RUNTIMES[runtimeOf(name)] ?? '', ['--version']).status === 0;
}

/** Starts `peers/<file>.ts`. @param settings Further variables of its environment. */
export async function startPeer(
  name: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<Peer> {
  const runtime = runtimeOf(name);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const file = join(import.meta.dirname, '..', 'peers', `${name.slice(runtime.length + 1)}.ts`);
  const child = spawn(RUNTIMES[runtime] ?? '', [file], {
    env: { ...process.env, ...settings, PORT: String(port) },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  await waitFor(`${url}/ready`, () => fetch(`${url}/ready`), child);
  return { url, pid: child.pid ?? 0, stop: () => void child.kill('SIGKILL') };
}

function runtimeOf(name: string): string {
  return name.includes(':') ? name.slice(0, name.indexOf(':')) : '';
}
