// A small FTP server over a scratch folder, for this machine alone: one user, passive mode, no TLS. ftp-srv, npm's own, stands
// on packages that nobody maintains.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:net';
import { listenLocally, type RunningServer } from '../local-server.ts';
import type { ScratchFolder } from '../scratch/folder.ts';
import { serveFtp } from './control-connection.ts';
import { FtpSession, type Login } from './session.ts';

const MAX_CONNECTIONS = 64;
const IDLE_MS = 300_000;
/** The only user. */
export const FTP_USER = 'demo';

/** A running FTP server, and how to get in. */
export interface FtpServer extends RunningServer {
  readonly password: string;
}

/**
 * Starts the server.
 * @param folder What it serves.
 * @param port 0 for any free one.
 */
export async function startFtp(folder: ScratchFolder, port = 0): Promise<FtpServer> {
  const password = randomBytes(9).toString('base64url');
  const listener = createServer({ noDelay: true }, (socket) => {
    serveFtp(socket, new FtpSession(folder, loginOf(password)), IDLE_MS);
  });
  const running = await listenLocally(listener, port, MAX_CONNECTIONS);
  return { ...running, password };
}

function loginOf(password: string): Login {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  let name: string | undefined;
  let isDone = false;
  return {
    get isDone() {
      return isDone;
    },
    user(given) {
      name = given;
      isDone = false;
      return '331 And the password?';
    },
    pass(given) {
      if (name === undefined) return '503 USER comes first';
      isDone = name === FTP_USER && timingSafeEqual(digest(given), digest(password));
      return isDone ? '230 Welcome' : '530 Wrong name or password';
    },
  };
}
