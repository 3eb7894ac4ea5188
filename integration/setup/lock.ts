// A lock between processes, held as a directory, so that two runs prepare one machine one after the other.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { SetupError } from './command.ts';

const POLL_MS = 250;

/** Long enough for another run to install an engine and make its images. */
const WAIT_MS = 15 * 60_000;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function tryTake(path: string): Promise<boolean> {
  try {
    await mkdir(path);
  } catch {
    return false;
  }
  await writeFile(join(path, 'pid'), String(process.pid));
  return true;
}

/** Removes the lock of a process that is gone. One without a pid yet is being taken: leave it. */
async function clearStale(path: string): Promise<void> {
  const pid = Number(await readFile(join(path, 'pid'), 'utf8').catch(() => '0'));
  if (pid > 0 && !isAlive(pid)) await rm(path, { recursive: true, force: true });
}

/**
 * Runs `task` while no other process on this machine holds the lock `name`.
 * @throws SetupError when the lock stays taken for 15 minutes; whatever `task` throws.
 */
export async function withLock<T>(name: string, task: () => Promise<T>): Promise<T> {
  const path = join(tmpdir(), `fairlead-${name}.lock`);
  const deadline = Date.now() + WAIT_MS;
  while (!(await tryTake(path))) {
    if (Date.now() > deadline)
      throw new SetupError(`Another run holds ${path}; remove it if none is running.`);
    await clearStale(path);
    await delay(POLL_MS);
  }
  try {
    return await task();
  } finally {
    await rm(path, { recursive: true, force: true });
  }
}
