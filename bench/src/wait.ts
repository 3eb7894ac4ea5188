// Free ports, and waiting for a server that starts.
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const START_MS = 20_000;

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address ? address.port : 0;
}

/**
 * Tries until it succeeds.
 * @throws Error when the process has ended, or after 20 seconds.
 */
export async function waitFor(
  what: string,
  attempt: () => Promise<unknown>,
  child: ChildProcess,
): Promise<void> {
  const end = Date.now() + START_MS;
  for (;;) {
    try {
      await attempt();
      return;
    } catch (cause) {
      if (child.exitCode !== null) throw new Error(`${what} ended with code ${child.exitCode}`, { cause });
      if (Date.now() > end) throw new Error(`${what} did not start in time`, { cause });
      await sleep(5);
    }
  }
}
