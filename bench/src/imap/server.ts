// Dovecot 2.4 in Docker, from integration/images/imap, whose mailboxes are filled. It runs once, plain and with TLS.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeLogin } from '../login.ts';
import { docker } from '../server.ts';
import { freePort, waitFor } from '../wait.ts';

const IMAGE = 'fairlead-bench-imap';
const SOURCE = join(import.meta.dirname, '..', '..', '..', 'integration', 'images', 'imap');

/** The server. */
export interface ImapBenchServer {
  readonly plainPort: number;
  readonly tlsPort: number;
  /** The authority of the certificate, in PEM. */
  readonly authority: string;
  readonly what: string;
  stop(): void;
}

/** @throws NoServerError where Docker cannot build it. */
export async function startImapServer(): Promise<ImapBenchServer> {
  const build = ['build', '-q', '--build-arg', 'SUITE=sid', '-t', IMAGE, SOURCE];
  docker(build, 'The server is Dovecot in Docker');
  const login = makeLogin('');
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-bench-imap-'));
  writeFileSync(join(folder, 'server.pem'), login.cert);
  writeFileSync(join(folder, 'server.key'), login.key);
  const [plainPort, tlsPort] = [await freePort(), await freePort()];
  const name = `${IMAGE}-${plainPort}`;
  const ports = ['-p', `127.0.0.1:${plainPort}:143`, '-p', `127.0.0.1:${tlsPort}:993`];
  const options = ['run', '--rm', ...ports, `--volume=${folder}:/etc/fairlead:ro`, `--name=${name}`, IMAGE];
  const child = spawn('docker', options, { stdio: 'ignore' });
  await waitFor('Dovecot in Docker', () => greeted(plainPort), child);
  return {
    plainPort,
    tlsPort,
    authority: login.authority,
    what: 'Dovecot 2.4 in Docker, from integration/images/imap',
    stop() {
      spawnSync('docker', ['rm', '-f', name]);
      rmSync(folder, { recursive: true });
    },
  };
}

/** Docker's proxy takes connections before the server listens: only a greeting shows it. @throws Error without one. */
async function greeted(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('data', () => resolve());
      socket.once('error', reject);
      socket.once('close', () => reject(new Error('no greeting')));
    });
  } finally {
    socket.destroy();
  }
}
