// TLS servers to measure against, with one certificate of P-256. Handshakes: OpenSSL's `s_server`, which sends each line back with
// its letters reversed. Bytes: `node:tls`, which takes the commands `R` and a number (sends as many MiB) and `W` and a number
// (takes as many, and then answers with a byte).
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { createServer, type TLSSocket } from 'node:tls';
import { makeLogin, writeLogin } from '../login.ts';
import { listen, tryPort } from '../server.ts';
import { freePort, waitFor } from '../wait.ts';

const MIB = 1_048_576;
const CHUNK = randomBytes(MIB);
const DONE = Uint8Array.of(1);
/** What a server that resumes no session sends with each one. */
const PROOF = 'CertificateVerify';

/** By what is special there: arguments of `s_server`. */
const KINDS = {
  /** TLS 1.3 with tickets, and a new one for each that was used. */
  resuming: ['-tls1_3'],
  /** TLS 1.3 without tickets. */
  forgetful: ['-tls1_3', '-num_tickets', '0'],
  /** TLS 1.2 without tickets and session ids. */
  old: ['-tls1_2', '-no_ticket', '-no_cache'],
} as const;

/** The servers. */
export interface TlsServers {
  /** Ports of this machine. */
  readonly ports: Readonly<Record<keyof typeof KINDS | 'bytes', number>>;
  /** The authority of their certificate, in PEM. */
  readonly authority: string;
  readonly what: string;
  /** How many sessions the server with tickets did not resume. */
  fullHandshakes(): number;
  stop(): void;
}

/** Starts them. @throws Error where this machine has no `openssl`. */
export async function startTlsServers(): Promise<TlsServers> {
  const login = makeLogin('');
  const { authority, cert, key } = login;
  const files = writeLogin(login);
  const children: ChildProcess[] = [];
  let fullHandshakes = 0;
  const start = async (kind: keyof typeof KINDS): Promise<number> => {
    const port = await freePort();
    const own = ['-accept', `127.0.0.1:${port}`, '-cert', files.cert, '-key', files.key];
    const child = spawn('openssl', ['s_server', '-rev', '-msg', ...own, ...KINDS[kind]], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    children.push(child);
    child.stdout.setEncoding('latin1').on('data', (text: string) => {
      if (kind === 'resuming') fullHandshakes += text.split(PROOF).length - 1;
    });
    await waitFor('openssl s_server', () => tryPort(port), child);
    return port;
  };
  const server = createServer({ cert, key }, serve);
  return {
    ports: {
      resuming: await start('resuming'),
      forgetful: await start('forgetful'),
      old: await start('old'),
      bytes: await listen(server),
    },
    authority,
    what: `openssl s_server, and node:tls with OpenSSL ${process.versions.openssl} for bytes, a certificate of P-256`,
    fullHandshakes: () => fullHandshakes,
    stop() {
      for (const child of children) child.kill('SIGKILL');
      server.close();
      rmSync(files.folder, { recursive: true });
    },
  };
}

function serve(socket: TLSSocket): void {
  let toTake = 0;
  socket.on('error', () => socket.destroy());
  socket.on('data', (bytes) => {
    if (toTake === 0) {
      const [command, mebibytes = 0] = bytes;
      if (command === 'R'.charCodeAt(0)) send(socket, mebibytes);
      if (command !== 'W'.charCodeAt(0)) return;
      // The command itself counts, too.
      toTake = mebibytes * MIB + 2;
    }
    toTake -= bytes.length;
    if (toTake === 0) socket.write(DONE);
  });
}

/** As fast as the socket takes them. */
function send(socket: TLSSocket, mebibytes: number): void {
  for (let left = mebibytes; left > 0; left--) {
    if (socket.write(CHUNK)) continue;
    socket.once('drain', () => send(socket, left - 1));
    return;
  }
}
