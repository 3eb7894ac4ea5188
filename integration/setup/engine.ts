// Finds a Docker engine, or installs and starts Debian's. It stops none: the next run wants it too.
import { spawn } from 'node:child_process';
import { existsSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { mustRun, progress, runCommand, SetupError } from './command.ts';

const LOG = '/var/log/fairlead-dockerd.log';
const APT = { DEBIAN_FRONTEND: 'noninteractive' };
const INFO_TIMEOUT_MS = 15_000;
const INSTALL_TIMEOUT_MS = 8 * 60_000;
const START_TIMEOUT_MS = 60_000;

/** The version of the engine that answers, or undefined. */
async function engineVersion(): Promise<string | undefined> {
  const info = await runCommand('docker', ['info', '--format', '{{.ServerVersion}}'], INFO_TIMEOUT_MS);
  const version = info.stdout.trim();
  return info.status === 0 && version !== '' ? version : undefined;
}

/** Whether Debian's package manager is here and ours to use. */
export function canInstall(): boolean {
  return process.getuid?.() === 0 && existsSync('/etc/debian_version') && existsSync('/usr/bin/apt-get');
}

/**
 * Installs Debian packages.
 * @throws SetupError with apt's last lines.
 */
export async function aptInstall(packages: readonly string[]): Promise<void> {
  progress(`installing ${packages.join(', ')} from Debian's archive`);
  await mustRun('apt-get', ['update'], INSTALL_TIMEOUT_MS, APT);
  await mustRun(
    'apt-get',
    ['install', '--yes', '--no-install-recommends', ...packages],
    INSTALL_TIMEOUT_MS,
    APT,
  );
}

/** Whether a program of this name is on the path. */
export async function isInstalled(program: string): Promise<boolean> {
  return (await runCommand('which', [program], 5_000)).status === 0;
}

async function mountControlGroups(): Promise<void> {
  const mounts = await readFile('/proc/mounts', 'utf8');
  if (/ cgroup2? /.test(mounts)) return;
  await aptInstall(['cgroupfs-mount']);
  await mustRun('cgroupfs-mount', [], 15_000);
}

/** Starts the daemon as a process of its own. @returns What to call to learn that it has ended already. */
async function spawnDaemon(): Promise<() => boolean> {
  await mountControlGroups();
  const log = openSync(LOG, 'a');
  const daemon = spawn('dockerd', [], { detached: true, stdio: ['ignore', log, log], cwd: '/' });
  let ended = false;
  daemon.on('error', () => {
    ended = true;
  });
  daemon.on('exit', () => {
    ended = true;
  });
  daemon.unref();
  progress(`started dockerd (process ${daemon.pid ?? 'unknown'}, log ${LOG}); it stays for the next run`);
  return () => ended;
}

/** Starts the daemon by the machine's init system where there is one, else by itself, and waits until it answers. */
async function startEngine(): Promise<string> {
  let hasEnded = () => false;
  if (existsSync('/run/systemd/system')) await mustRun('systemctl', ['start', 'docker'], START_TIMEOUT_MS);
  else hasEnded = await spawnDaemon();
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline && !hasEnded()) {
    const version = await engineVersion();
    if (version !== undefined) return version;
    await delay(500);
  }
  const tail = await runCommand('tail', ['-n', '5', LOG], 5_000);
  throw new SetupError(`The Docker engine does not start on this machine (${LOG}):\n${tail.stdout.trim()}`);
}

/**
 * Makes sure that a Docker engine answers. Where none does and we are root on Debian, installs and starts one.
 * @throws SetupError with one line that says what to install, where we cannot.
 */
export async function ensureEngine(): Promise<void> {
  const running = await engineVersion();
  if (running !== undefined) {
    progress(`Docker engine ${running}`);
    return;
  }
  if (!canInstall()) {
    throw new SetupError(
      'The integration tests need a running Docker engine: install Docker (https://docs.docker.com/engine/install/) ' +
        'and start it, then check that `docker info` answers for this user.',
    );
  }
  if (!(await isInstalled('dockerd'))) await aptInstall(['docker.io']);
  progress(`Docker engine ${await startEngine()}`);
}
