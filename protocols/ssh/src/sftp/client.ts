// The SFTP client: each call as one or a few requests.
import { type Peer, usage } from '@fairlead/errors';
import { Call, withHandle } from './connection/call.ts';
import type { SftpSession } from './connection/session.ts';
import { isMissing } from './errors.ts';
import { download, readableFile } from './files/download.ts';
import { upload } from './files/upload.ts';
import { writableFile } from './files/writable.ts';
import { listFolder } from './folders/list.ts';
import { makeAll, makeOne } from './folders/make.ts';
import { replaceFile } from './folders/replace.ts';
import { beginWalk, removeEntry, walkFolder } from './folders/walk.ts';
import type {
  DirectoryEntry,
  FileAttributes,
  FileSystemStats,
  NewAttributes,
  WalkEntry,
} from './types/attributes.ts';
import type {
  GetOptions,
  ListOptions,
  MkdirOptions,
  PutOptions,
  PutResult,
  ReadOptions,
  RenameOptions,
  SftpCallOptions,
  UploadSource,
  WalkOptions,
  WriteOptions,
} from './types/options.ts';
import type { Sftp } from './types/sftp.ts';
import { attributesWriter, checkWhole } from './wire/attributes.ts';
import * as FXP from './wire/numbers/fxp.ts';
import * as OPEN_FLAG from './wire/numbers/open-flag.ts';
import { readFileSystemStats } from './wire/replies.ts';
import * as request from './wire/requests.ts';

const MAX_LISTED = 1_000_000;

/** One session, as its user sees it. */
export class SftpClient implements Sftp {
  readonly #session: SftpSession;

  constructor(session: SftpSession) {
    this.#session = session;
  }

  get peer(): Peer {
    return this.#session.connection.transport.peer;
  }

  get extensions(): ReadonlyMap<string, string> {
    return this.#session.extensions;
  }

  get closed(): Promise<void> {
    return this.#session.connection.transport.closed;
  }

  async get(path: string, options: GetOptions = {}): Promise<Uint8Array> {
    return await download(this.#session, path, options);
  }

  readable(path: string, options: ReadOptions = {}): ReadableStream<Uint8Array> {
    return readableFile(this.#session, path, options);
  }

  async put(path: string, source: UploadSource, options: PutOptions = {}): Promise<PutResult> {
    return await upload(this.#session, path, source, options);
  }

  writable(path: string, options: WriteOptions = {}): WritableStream<Uint8Array> {
    return writableFile(this.#session, path, options);
  }

  list(path: string, options: ListOptions = {}): AsyncGenerator<DirectoryEntry, void, undefined> {
    const { maxEntries = MAX_LISTED } = options;
    checkWhole('maxEntries', maxEntries);
    const encoded = this.#session.path(path);
    return this.#iterate('list', path, options, (call) =>
      listFolder(this.#session, call, encoded, maxEntries),
    );
  }

  walk(path: string, options: WalkOptions = {}): AsyncGenerator<WalkEntry, void, undefined> {
    this.#session.path(path);
    return this.#iterate('walk', path, options, (call) =>
      walkFolder(beginWalk(this.#session, call, options), path),
    );
  }

  async removeAll(path: string, options: WalkOptions = {}): Promise<void> {
    const limits = this.#session.limit(options, Number.POSITIVE_INFINITY);
    await this.#run('removeAll', path, limits, (call) =>
      removeEntry(beginWalk(this.#session, call, options), path),
    );
  }

  async stat(path: string, options: SftpCallOptions = {}): Promise<FileAttributes> {
    return await this.#ask('stat', path, options, (encoded) => request.stat(encoded, FXP.STAT));
  }

  async lstat(path: string, options: SftpCallOptions = {}): Promise<FileAttributes> {
    return await this.#ask('lstat', path, options, (encoded) => request.stat(encoded, FXP.LSTAT));
  }

  async exists(path: string, options: SftpCallOptions = {}): Promise<boolean> {
    try {
      await this.stat(path, options);
      return true;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  }

  async setStat(path: string, attributes: NewAttributes, options: SftpCallOptions = {}): Promise<void> {
    const fields = attributesWriter(attributes);
    await this.#ask('setStat', path, options, (encoded) => request.setStat(encoded, fields));
  }

  async setLinkStat(path: string, attributes: NewAttributes, options: SftpCallOptions = {}): Promise<void> {
    const fields = attributesWriter(attributes);
    this.#session.need('lsetstat@openssh.com');
    await this.#ask('setLinkStat', path, options, (encoded) => request.setLinkStat(encoded, fields));
  }

  async mkdir(path: string, options: MkdirOptions = {}): Promise<void> {
    const { recursive = false, mode } = options;
    const make = recursive ? makeAll : makeOne;
    await this.#run('mkdir', path, options, (call) => make(this.#session, call, path, mode));
  }

  async rmdir(path: string, options: SftpCallOptions = {}): Promise<void> {
    await this.#ask('rmdir', path, options, (encoded) => request.remove(encoded, FXP.RMDIR));
  }

  async remove(path: string, options: SftpCallOptions = {}): Promise<void> {
    await this.#ask('remove', path, options, (encoded) => request.remove(encoded, FXP.REMOVE));
  }

  async rename(from: string, to: string, options: RenameOptions = {}): Promise<void> {
    const target = this.#session.path(to);
    await this.#run('rename', from, options, async (call, encoded) => {
      if (options.overwrite === true) await replaceFile(this.#session, call, from, to);
      else await call.ask(request.rename(encoded, target));
    });
  }

  async realPath(path = '.', options: SftpCallOptions = {}): Promise<string> {
    const found = await this.#ask('realPath', path, options, (encoded) =>
      request.resolvePath(encoded, FXP.REALPATH),
    );
    return this.#session.name(found);
  }

  async expandPath(path: string, options: SftpCallOptions = {}): Promise<string> {
    this.#session.need('expand-path@openssh.com');
    return this.#session.name(await this.#ask('expandPath', path, options, request.expandPath));
  }

  async readLink(path: string, options: SftpCallOptions = {}): Promise<string> {
    const found = await this.#ask('readLink', path, options, (encoded) =>
      request.resolvePath(encoded, FXP.READLINK),
    );
    return this.#session.name(found);
  }

  async symlink(target: string, path: string, options: SftpCallOptions = {}): Promise<void> {
    const leadsTo = this.#session.path(target);
    await this.#ask('symlink', path, options, (encoded) =>
      this.#session.hasOpenSshSymlinks
        ? request.symlink(leadsTo, encoded)
        : request.symlink(encoded, leadsTo),
    );
  }

  async hardLink(existing: string, path: string, options: SftpCallOptions = {}): Promise<void> {
    this.#session.need('hardlink@openssh.com');
    const from = this.#session.path(existing);
    await this.#ask('hardLink', path, options, (encoded) => request.hardLink(from, encoded));
  }

  async fsync(path: string, options: SftpCallOptions = {}): Promise<void> {
    this.#session.need('fsync@openssh.com');
    await this.#run('fsync', path, options, (call, encoded) =>
      withHandle(call, request.openFile(encoded, OPEN_FLAG.WRITE), (handle) =>
        call.ask(request.fsync(handle)),
      ),
    );
  }

  async copy(from: string, to: string, options: SftpCallOptions = {}): Promise<void> {
    this.#session.need('copy-data');
    if (from === to) throw usage('copy takes two files: the one that is written is emptied first');
    const target = this.#session.path(to);
    await this.#run('copy', from, options, (call, encoded) =>
      withHandle(call, request.openFile(encoded, OPEN_FLAG.READ), async (source) => {
        const flags = OPEN_FLAG.WRITE | OPEN_FLAG.CREAT | OPEN_FLAG.TRUNC;
        await withHandle(call, request.openFile(target, flags), (copy) =>
          call.ask(request.copyData(source, copy)),
        );
      }),
    );
  }

  async statvfs(path: string, options: SftpCallOptions = {}): Promise<FileSystemStats> {
    const name = 'statvfs@openssh.com';
    this.#session.need(name);
    return await this.#ask('statvfs', path, options, (encoded) =>
      request.question(name, FXP.EXTENDED_REPLY, (writer) => writer.string(encoded), readFileSystemStats),
    );
  }

  close(): Promise<void> {
    return this.#session.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** One request of one path. */
  async #ask<T>(
    noun: string,
    path: string,
    options: SftpCallOptions,
    make: (path: Uint8Array) => request.SftpRequest<T>,
  ): Promise<T> {
    return await this.#run(noun, path, options, (call, encoded) => call.ask(make(encoded)));
  }

  async #run<T>(
    noun: string,
    path: string,
    options: SftpCallOptions,
    work: (call: Call, path: Uint8Array) => Promise<T>,
  ): Promise<T> {
    const encoded = this.#session.path(path);
    return await this.#session.call(noun, path, options, (call) => work(call, encoded));
  }

  /** Entries as one call, which begins with the first. */
  async *#iterate<T>(
    noun: string,
    path: string,
    options: SftpCallOptions,
    begin: (call: Call) => AsyncGenerator<T, void, undefined>,
  ): AsyncGenerator<T, void, undefined> {
    const limit = this.#session.limit(options, Number.POSITIVE_INFINITY);
    const call = new Call(this.#session.connection, noun, path, limit);
    try {
      yield* begin(call);
    } catch (error) {
      throw call.failure(error);
    } finally {
      call.end();
    }
  }
}
