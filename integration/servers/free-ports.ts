// Finds ports that are free one after another, for servers that tell clients a port by number. It listens on none of them.
import { once } from 'node:events';
import { createServer } from 'node:net';
import { SetupError } from '../setup/command.ts';

/** Below those that systems give to outgoing connections and to port 0. */
const LOWEST = 20_000;
const HIGHEST = 32_000;
const ATTEMPTS = 50;

/** What this process has given out already: its servers may not have begun to listen yet. */
const given = new Set<number>();

/**
 * The first of `count` ports of localhost that are free.
 * @throws SetupError if there is no such row of ports.
 */
export async function freePorts(count: number): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const first = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST - count));
    const row = Array.from({ length: count }, (_, index) => first + index);
    if (row.some((port) => given.has(port))) continue;
    for (const port of row) given.add(port);
    const free = await Promise.all(row.map(isFree));
    if (!free.includes(false)) return first;
  }
  throw new SetupError(`No ${count} ports in a row are free between ${LOWEST} and ${HIGHEST}.`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port);
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
