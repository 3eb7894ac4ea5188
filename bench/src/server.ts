// What all servers have in common: one that runs, whom it runs as, and the way into Docker.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { connect, type Server } from 'node:net';
import { join } from 'node:path';
import { NoServerError } from './usage.ts';
import { waitFor } from './wait.ts';

/** A server to measure against. */
export interface RunningServer {
  readonly port: number;
  /** For the report: what runs, and where it comes from. */
  readonly what: string;
  stop(): void;
}

/** Whom a server runs as that refuses to run as root. */
export function userOf(name: string): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const [uid, gid] = ['-u', '-g'].map((flag) => spawnSync('id', [flag, name], { encoding: 'utf8' }).stdout);
  return { uid: Number(uid), gid: Number(gid) };
}

/** Removes a server's folder, once it has ended. */
export function removeBehind(server: ChildProcess, folder: string): void {
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  if (server.exitCode !== null || server.signalCode !== null) remove();
  else server.once('exit', remove);
}

/** Where a container finds the folder that it is given. */
export const MOUNT = '/bench';

/**
 * Runs a command of Docker's to its end.
 * @param otherwise What is said first where it fails.
 * @throws NoServerError
 */
export function docker(args: readonly string[], otherwise: string): void {
  const { status, stderr, error } = spawnSync('docker', args, { encoding: 'utf8' });
  if (status === 0) return;
  const why = error === undefined ? stderr : `docker is not in PATH (${error.message})`;
  throw new NoServerError(`${otherwise}. docker ${args[0]} failed: ${why.trim()}`);
}

/**
 * Builds the integration suite's image and runs it on this machine's network.
 * @param folder What stands under `MOUNT`; read-only, and removed when the server stops.
 * @throws NoServerError
 */
export async function inDocker(
  name: string,
  port: number,
  command: string[],
  folder?: string,
): Promise<RunningServer> {
  const image = `fairlead-bench-${name}`;
  const source = join(import.meta.dirname, '..', '..', 'integration', 'images', name);
  docker(
    ['build', '-q', '-t', image, source],
    `There is no ${name} server on this machine. Install one, or Docker`,
  );
  const [entrypoint = '', ...args] = command;
  const child = spawn(
    'docker',
    [
      'run',
      '--rm',
      '--init',
      '--network=host',
      ...(folder === undefined ? [] : [`--volume=${folder}:${MOUNT}:ro`]),
      `--name=${image}-${port}`,
      `--entrypoint=${entrypoint}`,
      image,
      ...args,
    ],
    { stdio: 'ignore' },
  );
  await waitFor(`${name} in Docker`, () => tryPort(port), child);
  return {
    port,
    what: `${name} in Docker, from integration/images/${name}`,
    stop() {
      spawnSync('docker', ['rm', '-f', `${image}-${port}`]);
      if (folder !== undefined) rmSync(folder, { recursive: true });
    },
  };
}

/** @throws Error while nothing listens there. */
export async function tryPort(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
  } finally {
    socket.destroy();
  }
}

/** Listens on this machine, on a free port. @returns The port. */
export async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}
