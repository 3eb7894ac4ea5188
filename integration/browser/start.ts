// `npm start` for a browser: the gateway with its servers in memory, on a port of its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');
const START_MS = 60_000;

/** What was started. */
export interface Started extends AsyncDisposable {
  readonly url: URL;
  /** The bearer token that may do everything. */
  readonly token: string;
  /** What it has printed. */
  readonly greeting: string;
  stop(): Promise<void>;
}

/** Starts it, and waits for its greeting. @throws Error with what it said, where none comes in time. */
export async function startEverything(): Promise<Started> {
  const port = await freePort();
  const child = spawn(process.execPath, ['scripts/start.ts'], {
    cwd: ROOT,
    env: { ...process.env, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let greeting = '';
  const collect = (chunk: Buffer): void => {
    greeting += chunk;
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  };
  const until = performance.now() + START_MS;
  while (!greeting.includes('Ctrl-C')) {
    if (performance.now() > until || child.exitCode !== null) {
      await stop();
      throw new Error(`npm start did not come up:\n${greeting}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return {
    url: new URL(`http://127.0.0.1:${port}`),
    token: 'dev',
    greeting,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address ? address.port : 0;
}
