// An SSH server (ssh2) with the commands of this folder, a small shell, and SFTP over a scratch folder. Host key, user key and
// password are made at its start. It forwards nothing and starts no process.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:net';
import ssh2, { type AuthContext, type ParsedKey, type ServerChannel, type Session } from 'ssh2';
import { listenLocally, type RunningServer } from '../local-server.ts';
import type { ScratchFolder } from '../scratch/folder.ts';
import { type CommandContext, runCommand } from './commands.ts';
import { serveSftp } from './sftp.ts';
import { runShell } from './shell.ts';

const MAX_CONNECTIONS = 64;
const MAX_LOGIN_ATTEMPTS = 6;
const LOGIN_MS = 30_000;
const MAX_SESSIONS = 64;
/** The only user. */
export const SSH_USER = 'demo';

/** A running SSH server, and how to get in. */
export interface SshServer extends RunningServer {
  readonly password: string;
  /** Another way in: an unencrypted private key, in OpenSSH's format. */
  readonly privateKey: string;
  /** Of the host key: `SHA256:...`, as `ssh-keygen -l` writes it. */
  readonly fingerprint: string;
}

/**
 * Starts the server.
 * @param folder What `ls`, `cat` and SFTP see.
 * @param port 0 for any free one.
 */
export async function startSsh(folder: ScratchFolder, port = 0): Promise<SshServer> {
  const hostKey = generateKey();
  const userKey = generateKey();
  const password = randomBytes(9).toString('base64url');
  const isAllowed = loginCheck(password, userKey.parsed);
  const server = new ssh2.Server({ hostKeys: [hostKey.pem], ident: 'fairlead-start' }, (client) => {
    let attempts = 0;
    const lateLogin = setTimeout(() => client.end(), LOGIN_MS);
    client.on('error', () => {});
    client.on('close', () => clearTimeout(lateLogin));
    client.on('authentication', (context) => {
      attempts += 1;
      if (isAllowed(context)) context.accept();
      else if (attempts > MAX_LOGIN_ATTEMPTS) client.end();
      else context.reject(['password', 'publickey']);
    });
    client.on('ready', () => clearTimeout(lateLogin));
    let sessions = 0;
    client.on('session', (accept, reject) => {
      if (sessions >= MAX_SESSIONS) return reject();
      sessions += 1;
      const session = accept();
      session.on('close', () => {
        sessions -= 1;
      });
      serveSession(session, folder);
    });
  });
  // The sockets are a listener's of our own, which ends them when it stops.
  const listener = createServer({ noDelay: true }, (socket) => server.injectSocket(socket));
  const running = await listenLocally(listener, port, MAX_CONNECTIONS);
  return { ...running, password, privateKey: userKey.pem, fingerprint: fingerprintOf(hostKey.parsed) };
}

/** An Ed25519 key. ssh2 drops zeros at the beginning of a public key: one in 256 is none that it can read. */
function generateKey(): { readonly pem: string; readonly parsed: ParsedKey } {
  for (;;) {
    const pem = ssh2.utils.generateKeyPairSync('ed25519').private;
    const parsed = ssh2.utils.parseKey(pem);
    if (!(parsed instanceof Error)) return { pem, parsed };
  }
}

function fingerprintOf(key: ParsedKey): string {
  const hash = createHash('sha256').update(key.getPublicSSH()).digest('base64');
  return `SHA256:${hash.replace(/=+$/, '')}`;
}

function loginCheck(password: string, key: ParsedKey): (context: AuthContext) => boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const expected = digest(password);
  return (context) => {
    if (context.username !== SSH_USER) return false;
    if (context.method === 'password') return timingSafeEqual(digest(context.password), expected);
    if (context.method !== 'publickey' || !context.key.data.equals(key.getPublicSSH())) return false;
    // Without a signature the client asks whether this key would do.
    if (!context.signature || !context.blob) return true;
    return key.verify(context.blob, context.signature, context.hashAlgo) === true;
  };
}

function serveSession(session: Session, folder: ScratchFolder): void {
  let size: CommandContext['size'];
  session.on('pty', (accept, _, { rows, cols }) => {
    size = { rows, columns: cols };
    accept?.();
  });
  session.on('window-change', (accept, _, { rows, cols }) => {
    if (size) size = { rows, columns: cols };
    accept?.();
  });
  session.on('env', (_, reject) => reject?.());
  session.on('exec', (accept, _, { command }) => {
    const channel = accept();
    const { stderr } = channel;
    run(channel, () => runCommand(command, { folder, stdin: channel, stdout: channel, stderr, size }));
  });
  session.on('shell', (accept) => {
    const channel = accept();
    run(channel, () => runShell(folder, { input: channel, output: channel, size: () => size }));
  });
  session.on('sftp', (accept) => serveSftp(accept(), folder));
}

/** Runs a program on a channel; its status ends the channel. */
function run(channel: ServerChannel, program: () => Promise<number>): void {
  channel.on('error', () => {});
  program().then(
    (status) => {
      channel.exit(status);
      channel.end();
    },
    // The client has gone.
    () => channel.destroy(),
  );
}
