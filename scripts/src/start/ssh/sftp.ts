// SFTP 3 of the local SSH server, over the scratch folder. No links are made or followed; a rename replaces its target.
import { constants, type Stats } from 'node:fs';
import {
  chmod,
  type FileHandle,
  lstat,
  mkdir,
  open,
  readdir,
  rename,
  rmdir,
  truncate,
  unlink,
  utimes,
} from 'node:fs/promises';
import { join } from 'node:path';
import ssh2, { type Attributes, type FileEntry, type SFTPWrapper } from 'ssh2';
import { absolutePath, type ScratchFolder } from '../scratch/folder.ts';
import { listLine } from '../scratch/list-line.ts';

const { OPEN_MODE, STATUS_CODE } = ssh2.utils.sftp;
const MAX_HANDLES = 64;
const MAX_READ_BYTES = 1 << 18;
const NAMES_PER_REPLY = 100;

const STATUS: Readonly<Record<string, number>> = {
  ENOENT: STATUS_CODE.NO_SUCH_FILE,
  EACCES: STATUS_CODE.PERMISSION_DENIED,
  EPERM: STATUS_CODE.PERMISSION_DENIED,
};

/** What a handle stands for: a file, or the rest of a directory. */
type Opened = { readonly file: FileHandle } | { readonly names: FileEntry[] };

/** Answers the requests of one SFTP channel. */
export function serveSftp(sftp: SFTPWrapper, folder: ScratchFolder): void {
  const handles = new Handles();
  sftp.on('close', () => void handles.closeAll());
  // The client waits for it.
  sftp.on('end', () => sftp.end());
  servePaths(sftp, folder, handles);
  serveHandles(sftp, handles);
  for (const request of ['READLINK', 'SYMLINK', 'EXTENDED']) {
    sftp.on(request, (id: number) => sftp.status(id, STATUS_CODE.OP_UNSUPPORTED));
  }
}

/** How requests are answered. */
function responder(sftp: SFTPWrapper) {
  /** Registers a handler whose failure is a status. */
  function answer<Args extends unknown[]>(
    request: string,
    handle: (id: number, ...args: Args) => Promise<void>,
  ) {
    sftp.on(request, (id: number, ...args: Args) => {
      handle(id, ...args).catch(({ code }: NodeJS.ErrnoException) =>
        sftp.status(id, STATUS[code ?? ''] ?? STATUS_CODE.FAILURE),
      );
    });
  }
  /** The same, with OK as the answer. */
  function perform<Args extends unknown[]>(request: string, action: (...args: Args) => Promise<unknown>) {
    answer<Args>(request, async (id, ...args) => {
      await action(...args);
      sftp.status(id, STATUS_CODE.OK);
    });
  }
  return { answer, perform };
}

/** Requests that name a path. */
function servePaths(sftp: SFTPWrapper, folder: ScratchFolder, handles: Handles): void {
  const { answer, perform } = responder(sftp);
  const at = (path: string) => folder.locate(path);
  const stat = async (id: number, path: string) => sftp.attrs(id, attributes(await lstat(await at(path))));
  answer('STAT', stat);
  answer('LSTAT', stat);
  answer('REALPATH', async (id, path: string) => {
    const filename = absolutePath(path);
    sftp.name(id, [{ filename, longname: filename, attrs: {} as Attributes }]);
  });
  perform('SETSTAT', async (path: string, attrs: Partial<Attributes>) => change(await at(path), attrs));
  perform('REMOVE', async (path: string) => unlink(await at(path)));
  perform('RMDIR', async (path: string) => rmdir(await at(path)));
  perform('MKDIR', async (path: string) => mkdir(await at(path)));
  perform('RENAME', async (from: string, to: string) => rename(await at(from), await at(to)));
  answer('OPEN', async (id, path: string, flags: number) => {
    sftp.handle(id, handles.add({ file: await open(await at(path), systemFlags(flags)) }));
  });
  answer('OPENDIR', async (id, path: string) => {
    sftp.handle(id, handles.add({ names: await entries(await at(path)) }));
  });
}

/** Requests that name a handle. */
function serveHandles(sftp: SFTPWrapper, handles: Handles): void {
  const { answer, perform } = responder(sftp);
  answer('READ', async (id, handle: Buffer, offset: number, length: number) => {
    const buffer = Buffer.allocUnsafe(Math.min(length, MAX_READ_BYTES));
    const { bytesRead } = await handles.file(handle).read(buffer, 0, buffer.length, offset);
    if (bytesRead === 0) sftp.status(id, STATUS_CODE.EOF);
    else sftp.data(id, buffer.subarray(0, bytesRead));
  });
  answer('READDIR', async (id, handle: Buffer) => {
    const names = handles.names(handle).splice(0, NAMES_PER_REPLY);
    if (names.length === 0) sftp.status(id, STATUS_CODE.EOF);
    else sftp.name(id, names);
  });
  answer('FSTAT', async (id, handle: Buffer) =>
    sftp.attrs(id, attributes(await handles.file(handle).stat())),
  );
  perform('WRITE', (handle: Buffer, offset: number, data: Buffer) =>
    // The library's buffer is used again once this function has returned.
    handles.file(handle).write(Buffer.from(data), 0, data.length, offset),
  );
  perform('FSETSTAT', (handle: Buffer, attrs: Partial<Attributes>) => change(handles.file(handle), attrs));
  perform('CLOSE', (handle: Buffer) => handles.close(handle));
}

/** The open handles of a channel, by number. */
class Handles {
  readonly #opened = new Map<number, Opened>();
  #last = 0;

  add(opened: Opened): Buffer {
    if (this.#opened.size >= MAX_HANDLES) {
      if ('file' in opened) opened.file.close().catch(() => {});
      throw new Error('Too many open handles');
    }
    this.#last += 1;
    this.#opened.set(this.#last, opened);
    const handle = Buffer.alloc(4);
    handle.writeUInt32BE(this.#last);
    return handle;
  }

  file(handle: Buffer): FileHandle {
    const opened = this.#find(handle);
    if (!('file' in opened)) throw new Error('Not the handle of a file');
    return opened.file;
  }

  names(handle: Buffer): FileEntry[] {
    const opened = this.#find(handle);
    if (!('names' in opened)) throw new Error('Not the handle of a directory');
    return opened.names;
  }

  async close(handle: Buffer): Promise<void> {
    const opened = this.#find(handle);
    this.#opened.delete(handle.readUInt32BE());
    if ('file' in opened) await opened.file.close();
  }

  async closeAll(): Promise<void> {
    for (const opened of this.#opened.values())
      if ('file' in opened) await opened.file.close().catch(() => {});
    this.#opened.clear();
  }

  #find(handle: Buffer): Opened {
    const opened = handle.length === 4 ? this.#opened.get(handle.readUInt32BE()) : undefined;
    if (!opened) throw new Error('Unknown handle');
    return opened;
  }
}

async function entries(place: string): Promise<FileEntry[]> {
  const names = (await readdir(place)).sort();
  return Promise.all(
    names.map(async (filename) => {
      const stats = await lstat(join(place, filename));
      return { filename, longname: listLine(filename, stats), attrs: attributes(stats) };
    }),
  );
}

function attributes({ mode, uid, gid, size, atimeMs, mtimeMs }: Stats): Attributes {
  return { mode, uid, gid, size, atime: Math.floor(atimeMs / 1000), mtime: Math.floor(mtimeMs / 1000) };
}

async function change(file: string | FileHandle, { mode, size, atime, mtime }: Partial<Attributes>) {
  const isPath = typeof file === 'string';
  if (size !== undefined) await (isPath ? truncate(file, size) : file.truncate(size));
  if (mode !== undefined) await (isPath ? chmod(file, mode & 0o777) : file.chmod(mode & 0o777));
  if (atime === undefined || mtime === undefined) return;
  await (isPath ? utimes(file, atime, mtime) : file.utimes(atime, mtime));
}

/** SFTP's flags (draft-ietf-secsh-filexfer-02, 6.3) as the system's. */
function systemFlags(flags: number): number {
  const reads = flags & OPEN_MODE.READ;
  const writes = flags & OPEN_MODE.WRITE;
  const access = writes ? (reads ? constants.O_RDWR : constants.O_WRONLY) : constants.O_RDONLY;
  const append = flags & OPEN_MODE.APPEND ? constants.O_APPEND : 0;
  const create = flags & OPEN_MODE.CREAT ? constants.O_CREAT : 0;
  const empty = flags & OPEN_MODE.TRUNC ? constants.O_TRUNC : 0;
  const only = flags & OPEN_MODE.EXCL ? constants.O_EXCL : 0;
  return access | append | create | empty | only;
}
