// A peer that runs in Node, in a process of its own, with the HTTP face of a Worker.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { freePort, waitFor } from './wait.ts';

/** Starts `peers/<name>.ts`. @param settings Further variables of its environment. */
export async function startNode(
  name: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<{ url: string; stop(): void }> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(process.execPath, [join(import.meta.dirname, '..', 'peers', `${name}.ts`)], {
    env: { ...process.env, ...settings, PORT: String(port) },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  await waitFor(`${url}/ready`, () => fetch(`${url}/ready`), child);
  return { url, stop: () => void child.kill('SIGKILL') };
}
