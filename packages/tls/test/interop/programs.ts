// The programs that the interop tests run against. One that is missing is installed where that is ours to do, and else ends the
// tests with one line that says what to install: none of them is skipped.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const INSTALL_TIMEOUT_MS = 120_000;
const MAX_ATTEMPTS = 20;
const RETRY_MS = 3_000;

/** The servers, by program, and the Debian package that each is in. */
const PACKAGES = { openssl: 'openssl', 'gnutls-serv': 'gnutls-bin' } as const;

/** A program that serves TLS. */
export type Program = keyof typeof PACKAGES;

/**
 * Makes sure that a program is there.
 * @throws Error that says what to install, where we are not root on Debian.
 */
export async function ensureProgram(program: Program): Promise<void> {
  if (await isThere(program)) return;
  const name = PACKAGES[program];
  const isOurs = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
  if (!isOurs) throw new Error(`The interop tests need ${program}: install the package ${name}`);
  for (let attempt = 1; ; attempt++) {
    try {
      await install(name);
      break;
    } catch (error) {
      if (attempt === MAX_ATTEMPTS) throw error;
      // Another run, or another file of this one, installs something at this moment.
      await delay(RETRY_MS);
      if (await isThere(program)) return;
    }
  }
  if (!(await isThere(program)))
    throw new Error(`The package ${name} was installed, and ${program} is not there`);
}

async function install(name: string): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const options = { env, timeout: INSTALL_TIMEOUT_MS, maxBuffer: 10_000_000 };
  await run('apt-get', ['update'], options);
  await run('apt-get', ['install', '--yes', '--no-install-recommends', name], options);
}

async function isThere(program: Program): Promise<boolean> {
  return run('which', [program]).then(
    () => true,
    () => false,
  );
}
