// vsftpd of this machine: once plain, once with TLS from the first byte, on one folder with a file, small files and a listing.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeLogin, writeLogin } from '../login.ts';
import { tryPort } from '../server.ts';
import { NoServerError } from '../usage.ts';
import { freePort, waitFor } from '../wait.ts';

const VSFTPD = '/usr/sbin/vsftpd';
const FILE_BYTES = 16 * 1_048_576;
/** A file with holes only: it takes no room. */
const FLOOD_BYTES = 1 << 30;
const ENTRIES = 300;
const SMALL_FILES = 100;

/** Both servers. */
export interface FtpServers {
  readonly plainPort: number;
  readonly tlsPort: number;
  /** The authority of the certificate, in PEM. */
  readonly authority: string;
  readonly what: string;
  stop(): void;
}

/** @throws NoServerError where this machine has no vsftpd, or for anybody but root. */
export async function startFtpServers(): Promise<FtpServers> {
  if (!existsSync(VSFTPD) || process.getuid?.() !== 0)
    throw new NoServerError('Run it as root, with vsftpd: apt-get install vsftpd');
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-bench-ftp-'));
  const files = makeFiles(folder);
  const login = makeLogin('');
  const { cert, key } = writeLogin(login, folder);
  const children: ChildProcess[] = [];
  const start = async (name: string, more: string): Promise<number> => {
    const port = await freePort();
    const path = join(folder, name);
    writeFileSync(path, `listen_port=${port}\n${config(files)}${more}`);
    const child = spawn(VSFTPD, [path], { stdio: 'ignore' });
    children.push(child);
    await waitFor('vsftpd', () => tryPort(port), child);
    return port;
  };
  const tls = `ssl_enable=YES\nimplicit_ssl=YES\nallow_anon_ssl=YES\nrsa_cert_file=${cert}\nrsa_private_key_file=${key}\n`;
  const plainPort = await start('plain.conf', '');
  const tlsPort = await start('tls.conf', tls);
  const version = spawnSync('sh', ['-c', `${VSFTPD} -v 0>&1`], { encoding: 'utf8' }).stdout.trim();
  return {
    plainPort,
    tlsPort,
    authority: login.authority,
    what: `${version || 'vsftpd'} of this machine`,
    stop() {
      for (const child of children) child.kill('SIGTERM');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The folder that is served: vsftpd wants its root to be nobody's to write. */
function makeFiles(folder: string): string {
  const root = join(folder, 'root');
  for (const path of [root, join(root, 'list'), join(root, 'small'), join(root, 'in')]) mkdirSync(path);
  writeFileSync(join(root, 'file'), randomBytes(FILE_BYTES), { mode: 0o644 });
  writeFileSync(join(root, 'flood'), '', { mode: 0o644 });
  truncateSync(join(root, 'flood'), FLOOD_BYTES);
  for (let i = 0; i < ENTRIES; i++) writeFileSync(join(root, 'list', `entry-${i}.txt`), '');
  for (let i = 0; i < SMALL_FILES; i++)
    writeFileSync(join(root, 'small', `${i}`), 'a small file\n', { mode: 0o644 });
  chmodSync(folder, 0o755);
  chmodSync(join(root, 'in'), 0o777);
  return root;
}

function config(root: string): string {
  return `listen=YES
background=NO
listen_address=127.0.0.1
anonymous_enable=YES
anon_root=${root}
write_enable=YES
anon_upload_enable=YES
anon_other_write_enable=YES
anon_umask=022
no_anon_password=YES
seccomp_sandbox=NO
`;
}
