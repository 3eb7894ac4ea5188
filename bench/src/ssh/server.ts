// OpenSSH's server of this machine, or of the integration suite's image, with a file, a listing and a key to log in with.
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { type RunningServer, tryPort } from '../server.ts';
import { NoServerError } from '../usage.ts';
import { freePort, waitFor } from '../wait.ts';

const SSHD = '/usr/sbin/sshd';
const FILE_BYTES = 16 * 1_048_576;
const ENTRIES = 300;

/** A server, and what its callers must know. */
export interface SshServer extends RunningServer {
  /** `SSH_KEY`, `SSH_KEY_FILE`, `SSH_USER`, `SSH_FINGERPRINT`, `SSH_FOLDER`. */
  readonly settings: Readonly<Record<string, string>>;
}

/** @throws NoServerError where this machine has no OpenSSH server. */
export async function startSshServer(): Promise<SshServer> {
  if (!existsSync(SSHD)) throw new NoServerError('Install an OpenSSH server: apt-get install openssh-server');
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-bench-ssh-'));
  const makeKey = (name: string) =>
    spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, name)]);
  makeKey('host');
  makeKey('user');
  writeFileSync(join(folder, 'file'), randomBytes(FILE_BYTES));
  mkdirSync(join(folder, 'list'));
  for (let i = 0; i < ENTRIES; i++) writeFileSync(join(folder, 'list', `entry-${i}.txt`), '');
  writeFileSync(join(folder, 'config'), config(folder, port));
  // Privilege separation wants its folder.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true });
  const child = spawn(SSHD, ['-D', '-e', '-f', join(folder, 'config')], { stdio: 'ignore' });
  await waitFor('sshd', () => tryPort(port), child);
  const version = spawnSync(SSHD, ['-V'], { encoding: 'utf8' }).stderr.trim().split(',')[0];
  const shown = spawnSync('ssh-keygen', ['-lf', join(folder, 'host.pub')], { encoding: 'utf8' }).stdout;
  return {
    port,
    what: `${version} of this machine`,
    settings: {
      SSH_KEY: readFileSync(join(folder, 'user'), 'utf8'),
      SSH_KEY_FILE: join(folder, 'user'),
      SSH_USER: userInfo().username,
      SSH_FINGERPRINT: shown.split(' ')[1] ?? '',
      SSH_FOLDER: folder,
    },
    stop() {
      child.kill('SIGTERM');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function config(folder: string, port: number): string {
  return `Port ${port}
ListenAddress 127.0.0.1
HostKey ${join(folder, 'host')}
AuthorizedKeysFile ${join(folder, 'user.pub')}
PidFile none
StrictModes no
UsePAM no
PermitRootLogin yes
MaxStartups 100
Subsystem sftp internal-sftp
`;
}
