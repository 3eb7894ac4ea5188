// The public client: its calls, each in its turn. It holds no state of the session.
import { limitOf } from '@fairlead/client';
import { type Peer, usage } from '@fairlead/errors';
import type { Connection } from '../connection/connection.ts';
import type { Opened } from '../connection/open.ts';
import { makeDirectories, makeDirectory, workingDirectory } from '../files/directories.ts';
import { hashOf } from '../files/hash.ts';
import { Lister } from '../files/list.ts';
import { factsOf, noSuchEntry, sizeAndTimeOf, splitPath } from '../files/stat.ts';
import { sizeOfFile, timeOfFile } from '../files/versions.ts';
import { removeAll, walk } from '../files/walk.ts';
import { entryOf } from '../listing/entry.ts';
import type { FtpEntry } from '../listing/types.ts';
import { bytes, get } from '../transfers/download.ts';
import { append, put } from '../transfers/upload.ts';
import type {
  Body,
  BytesOptions,
  CallOptions,
  Digest,
  GetOptions,
  ListOptions,
  MkdirOptions,
  PutOptions,
  PutResult,
  Reply,
  ServerInfo,
  TransferOptions,
  WalkOptions,
} from '../types.ts';
import { ownCommand } from '../wire/commands.ts';
import { pathArgument } from '../wire/names.ts';
import { formatTime } from '../wire/values.ts';
import type { FtpClient, WalkEntry } from './types.ts';

const COMMAND_TIMEOUT_MS = 60_000;

/** The client of one connection. */
export class Client implements FtpClient {
  readonly server: ServerInfo;
  readonly #connection: Connection;
  readonly #lister: Lister;

  constructor({ connection, server }: Opened) {
    this.server = server;
    this.#connection = connection;
    this.#lister = new Lister(connection, server.features);
  }

  get peer(): Peer {
    return this.#connection.transport.peer;
  }

  get closed(): Promise<void> {
    return this.#connection.transport.closed;
  }

  get(path: string, options: GetOptions = {}): Promise<ReadableStream<Uint8Array>> {
    return get(this.#connection, path, options);
  }

  bytes(path: string, options: BytesOptions = {}): Promise<Uint8Array> {
    return bytes(this.#connection, path, options);
  }

  put(path: string, body: Body, options: PutOptions = {}): Promise<PutResult> {
    return put(this.#connection, path, body, options);
  }

  append(path: string, body: Body, options: TransferOptions = {}): Promise<PutResult> {
    return append(this.#connection, path, body, options);
  }

  list(path?: string, options: ListOptions = {}): AsyncIterable<FtpEntry> {
    return this.#lister.list(path, options);
  }

  async stat(path: string, options: CallOptions = {}): Promise<FtpEntry> {
    const argument = pathArgument(path);
    const { features } = this.server;
    const limit = limitOf(options, this.#timeoutMs);
    if (features.has('MLST')) return await this.#call(limit, (connection) => factsOf(connection, argument));
    const file = await this.#call(limit, (connection) => sizeAndTimeOf(connection, argument, features));
    if (file !== undefined) return file;
    const { directory, name } = splitPath(path);
    if (name === '') return entryOf({ name: '/', type: 'directory', raw: '' });
    let found: FtpEntry | undefined;
    for await (const entry of this.list(directory, limit)) if (entry.name === name) found ??= entry;
    if (found === undefined) throw noSuchEntry(name);
    return found;
  }

  async size(path: string, options: CallOptions = {}): Promise<number> {
    return await this.#call(options, (connection) => sizeOfFile(connection, path));
  }

  async modifiedAt(path: string, options: CallOptions = {}): Promise<Date> {
    return await this.#call(options, (connection) => timeOfFile(connection, path));
  }

  async setModifiedAt(path: string, time: Date, options: CallOptions = {}): Promise<void> {
    if (!(time instanceof Date) || Number.isNaN(time.getTime())) throw usage('A time must be a valid Date');
    await this.#ask(`MFMT ${formatTime(time)} ${pathArgument(path)}`, options);
  }

  async hash(path: string, algorithm?: string, options: CallOptions = {}): Promise<Digest> {
    const { features } = this.server;
    return await this.#call(options, (connection) => hashOf(connection, path, features, algorithm));
  }

  async mkdir(path: string, options: MkdirOptions = {}): Promise<void> {
    const make = options.recursive ? makeDirectories : makeDirectory;
    pathArgument(path);
    await this.#call(options, (connection) => make(connection, path));
  }

  async rmdir(path: string, options: CallOptions = {}): Promise<void> {
    await this.#ask(`RMD ${pathArgument(path)}`, options);
  }

  async remove(path: string, options: CallOptions = {}): Promise<void> {
    await this.#ask(`DELE ${pathArgument(path)}`, options);
  }

  async rename(from: string, to: string, options: CallOptions = {}): Promise<void> {
    const [first, second] = [`RNFR ${pathArgument(from)}`, `RNTO ${pathArgument(to)}`];
    await this.#call(options, async (connection) => {
      await connection.ask(first);
      await connection.ask(second, { hasEffect: true });
    });
  }

  walk(path?: string, options: WalkOptions = {}): AsyncIterable<WalkEntry> {
    return walk(this, path, options);
  }

  async removeAll(path: string, options: WalkOptions = {}): Promise<number> {
    return await removeAll(this, path, options);
  }

  async workingDirectory(options: CallOptions = {}): Promise<string> {
    return await this.#call(options, workingDirectory);
  }

  async command(line: string, options: CallOptions = {}): Promise<Reply> {
    return await this.#ask(ownCommand(line), options);
  }

  async noop(options: CallOptions = {}): Promise<void> {
    await this.#call(options, (connection) => connection.ask('NOOP'));
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  get #timeoutMs(): number {
    return this.#connection.settings.timeoutMs ?? COMMAND_TIMEOUT_MS;
  }

  /** One command that may have an effect. */
  #ask(line: string, options: CallOptions): Promise<Reply> {
    return this.#call(options, (connection) => connection.ask(line, { hasEffect: true }));
  }

  async #call<T>(options: CallOptions, work: (connection: Connection) => Promise<T>): Promise<T> {
    const limit = limitOf(options, this.#timeoutMs);
    return await this.#connection.call('command', limit, () => work(this.#connection));
  }
}
