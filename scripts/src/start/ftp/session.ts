// The state of a control connection of the local FTP server, and its transfers.
import type { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ScratchFolder } from '../scratch/folder.ts';
import { openPassivePort, type PassivePort } from './data-connection.ts';

/** Where the bytes of a transfer come from, and where they go. */
interface Flow {
  readonly from: Readable;
  readonly to: Writable;
}

/** The login's two steps; each returns a reply. */
export interface Login {
  user(name: string): string;
  pass(password: string): string;
  readonly isDone: boolean;
}

/** The state of a control connection, as commands see it. */
export class FtpSession {
  directory = '/';
  restartAt = 0;
  /** The place on the disk that RNTO moves. */
  renameFrom: string | undefined;
  /** The command that is being answered. */
  command = '';
  readonly login: Login;
  readonly #folder: ScratchFolder;
  #passive: PassivePort | undefined;
  #data: Socket | undefined;

  constructor(folder: ScratchFolder, login: Login) {
    this.#folder = folder;
    this.login = login;
  }

  /** Where a path is on the disk. */
  locate(path: string): Promise<string> {
    return this.#folder.locate(path, this.directory);
  }

  /** The port of the next data connection. */
  async openPassivePort(): Promise<PassivePort> {
    this.#passive?.close();
    this.#passive = await openPassivePort();
    return this.#passive;
  }

  /** Moves bytes over the data connection. @returns The last reply; the first one was sent. */
  async transfer(flow: (socket: Socket) => Flow): Promise<string> {
    const passive = this.#passive;
    if (!passive) return '425 EPSV or PASV comes first';
    this.say('150 Here it comes');
    let socket: Socket;
    try {
      socket = await passive.socket();
    } catch {
      return '425 No data connection came';
    } finally {
      this.#passive = undefined;
    }
    this.#data = socket;
    try {
      const { from, to } = flow(socket);
      await pipeline(from, to);
      return '226 Done';
    } catch {
      return '426 The transfer was broken off';
    } finally {
      socket.destroySoon();
      this.#data = undefined;
    }
  }

  /** Writes a reply; the server sets it. */
  say: (reply: string) => void = () => {};

  /** Breaks a transfer off. */
  abort(): void {
    this.#data?.destroy();
  }

  /** Ends what belongs to the connection. */
  close(): void {
    this.#passive?.close();
    this.abort();
  }
}
