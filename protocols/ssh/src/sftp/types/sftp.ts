// The SFTP client as its users see it. Types only.
import type { Peer } from '@fairlead/errors';
import type {
  DirectoryEntry,
  FileAttributes,
  FileSystemStats,
  NewAttributes,
  WalkEntry,
} from './attributes.ts';
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
} from './options.ts';

/**
 * One SFTP session. Calls run side by side.
 *
 * Every call throws FairleadError `server` when the server refuses (`server.code` is the status, such as `NO_SUCH_FILE`), `usage`
 * (options; a path with NUL; an extension that the server lacks; a name that is not UTF-8), `timeout`, `aborted`,
 * `connection_lost`, `closed`, `protocol` and `limit`. `safeToRetry` is true where the call changed nothing.
 * A call that times out or is aborted leaves the session usable; a breach of the protocol and a silent server end it.
 */
export interface Sftp extends AsyncDisposable {
  /** The server's address. */
  readonly peer: Peer;
  /** The extensions that the server announces, and what it says of them: `posix-rename@openssh.com` -> `1`. */
  readonly extensions: ReadonlyMap<string, string>;
  /**
   * Downloads a file into memory: many requests at a time, to the end of the file whatever size the server tells.
   * A download goes on from where an earlier one ended by `start`.
   * @example
   * ```ts
   * import { connect } from '@fairlead/ssh';
   * import { openSftp } from '@fairlead/ssh/sftp';
   *
   * await using ssh = await connect('ssh://app@files.example.com', { privateKey: env.SSH_KEY, knownHosts: env.KNOWN_HOSTS });
   * await using sftp = await openSftp(ssh);
   * const report = await sftp.get('/data/report.csv', { maxBytes: 1_000_000 });
   * ```
   */
  get(path: string, options?: GetOptions): Promise<Uint8Array>;
  /**
   * A file as a stream: opened at the first read, closed at its end, on `cancel()` and on an error. At most 4 MiB are read ahead; a
   * reader that stops stops the requests.
   * @example
   * ```ts
   * import { connect } from '@fairlead/ssh';
   * import { openSftp } from '@fairlead/ssh/sftp';
   *
   * await using ssh = await connect('ssh://app@files.example.com', { privateKey: env.SSH_KEY, knownHosts: env.KNOWN_HOSTS });
   * await using sftp = await openSftp(ssh);
   * for await (const chunk of sftp.readable('/data/video.mp4', { start: 1_000 })) console.log(chunk.length);
   * ```
   */
  readable(path: string, options?: ReadOptions): ReadableStream<Uint8Array>;
  /**
   * Uploads a file, by default to a temporary file beside it that takes its place when it is complete; the temporary file is
   * removed when the upload fails or is aborted. The first request that fails ends the upload.
   * @example
   * ```ts
   * import { connect } from '@fairlead/ssh';
   * import { openSftp } from '@fairlead/ssh/sftp';
   *
   * await using ssh = await connect('ssh://app@files.example.com', { privateKey: env.SSH_KEY, knownHosts: env.KNOWN_HOSTS });
   * await using sftp = await openSftp(ssh);
   * await sftp.put('/data/rows.csv', 'a,b\n1,2\n', { mode: 0o640, signal: AbortSignal.timeout(10_000) });
   * ```
   */
  put(path: string, source: UploadSource, options?: PutOptions): Promise<PutResult>;
  /**
   * A stream into a file, which is opened at once. `close()` rejects unless the server has confirmed every byte. An aborted stream
   * leaves what was written; the next piece rejects when `signal` has fired.
   * @example
   * ```ts
   * import { connect } from '@fairlead/ssh';
   * import { openSftp } from '@fairlead/ssh/sftp';
   *
   * await using ssh = await connect('ssh://app@files.example.com', { privateKey: env.SSH_KEY, knownHosts: env.KNOWN_HOSTS });
   * await using sftp = await openSftp(ssh);
   * const { body } = await fetch('https://example.com/feed.xml');
   * await body?.pipeTo(sftp.writable('/data/feed.xml'));
   * ```
   */
  writable(path: string, options?: WriteOptions): WritableStream<Uint8Array>;
  /**
   * The entries of a folder, without `.` and `..`, in the server's order. They are asked for as they are taken.
   * @throws FairleadError also `protocol` for a name with `/` or NUL, which ends the session.
   * @example
   * ```ts
   * import { connect } from '@fairlead/ssh';
   * import { openSftp } from '@fairlead/ssh/sftp';
   *
   * await using ssh = await connect('ssh://app@files.example.com', { privateKey: env.SSH_KEY, knownHosts: env.KNOWN_HOSTS });
   * await using sftp = await openSftp(ssh);
   * for await (const { name, size } of sftp.list('/data')) console.log(name, size);
   * ```
   */
  list(path: string, options?: ListOptions): AsyncGenerator<DirectoryEntry, void, undefined>;
  /**
   * All entries below a folder, each folder before what it holds. Symlinks are not followed, and no name leads out of the folder.
   * @example
   * ```ts
   * import { connect } from '@fairlead/ssh';
   * import { openSftp } from '@fairlead/ssh/sftp';
   *
   * await using ssh = await connect('ssh://app@files.example.com', { privateKey: env.SSH_KEY, knownHosts: env.KNOWN_HOSTS });
   * await using sftp = await openSftp(ssh);
   * for await (const { path, kind } of sftp.walk('/data', { maxDepth: 4 })) console.log(kind, path);
   * ```
   */
  walk(path: string, options?: WalkOptions): AsyncGenerator<WalkEntry, void, undefined>;
  /**
   * Removes a file, a symlink, or a folder with all it holds. Symlinks are removed, not followed. SFTP 3 knows only paths: a
   * user of the server who puts a link in place of a folder at the right moment can lead it elsewhere.
   * @example
   * ```ts
   * import { connect } from '@fairlead/ssh';
   * import { openSftp } from '@fairlead/ssh/sftp';
   *
   * await using ssh = await connect('ssh://app@files.example.com', { privateKey: env.SSH_KEY, knownHosts: env.KNOWN_HOSTS });
   * await using sftp = await openSftp(ssh);
   * await sftp.removeAll('/data/old', { maxEntries: 500 });
   * ```
   */
  removeAll(path: string, options?: WalkOptions): Promise<void>;
  /**
   * A file's attributes. Follows symlinks.
   * @example
   * ```ts
   * import { connect } from '@fairlead/ssh';
   * import { openSftp } from '@fairlead/ssh/sftp';
   *
   * await using ssh = await connect('ssh://app@files.example.com', { privateKey: env.SSH_KEY, knownHosts: env.KNOWN_HOSTS });
   * await using sftp = await openSftp(ssh);
   * const { size, modifiedAt } = await sftp.stat('/data/report.csv');
   * ```
   */
  stat(path: string, options?: SftpCallOptions): Promise<FileAttributes>;
  /** As `stat`, of a symlink itself. */
  lstat(path: string, options?: SftpCallOptions): Promise<FileAttributes>;
  /** Whether there is such a file. A symlink counts as what it leads to. */
  exists(path: string, options?: SftpCallOptions): Promise<boolean>;
  /**
   * Sets attributes. Follows symlinks.
   * @example
   * ```ts
   * import { connect } from '@fairlead/ssh';
   * import { openSftp } from '@fairlead/ssh/sftp';
   *
   * await using ssh = await connect('ssh://app@files.example.com', { privateKey: env.SSH_KEY, knownHosts: env.KNOWN_HOSTS });
   * await using sftp = await openSftp(ssh);
   * await sftp.setStat('/data/run.sh', { mode: 0o755 });
   * ```
   */
  setStat(path: string, attributes: NewAttributes, options?: SftpCallOptions): Promise<void>;
  /** As `setStat`, of a symlink itself (`lsetstat@openssh.com`). */
  setLinkStat(path: string, attributes: NewAttributes, options?: SftpCallOptions): Promise<void>;
  /** Makes a folder. */
  mkdir(path: string, options?: MkdirOptions): Promise<void>;
  /** Removes an empty folder. */
  rmdir(path: string, options?: SftpCallOptions): Promise<void>;
  /** Removes a file or a symlink. */
  remove(path: string, options?: SftpCallOptions): Promise<void>;
  /** Renames or moves within one file system. */
  rename(from: string, to: string, options?: RenameOptions): Promise<void>;
  /** The absolute path, without `..` and, at most servers, without symlinks. Default: of the folder where the session begins. */
  realPath(path?: string, options?: SftpCallOptions): Promise<string>;
  /** As `realPath`, with `~` and `~user` (`expand-path@openssh.com`). */
  expandPath(path: string, options?: SftpCallOptions): Promise<string>;
  /** Where a symlink leads to. */
  readLink(path: string, options?: SftpCallOptions): Promise<string>;
  /** Makes the symlink `path`, which leads to `target`. */
  symlink(target: string, path: string, options?: SftpCallOptions): Promise<void>;
  /** Makes `path` one more name of the file `existing` (`hardlink@openssh.com`). */
  hardLink(existing: string, path: string, options?: SftpCallOptions): Promise<void>;
  /** Has the server write a file to its disk (`fsync@openssh.com`). */
  fsync(path: string, options?: SftpCallOptions): Promise<void>;
  /** Copies a file at the server, over the target if there is one (`copy-data`). */
  copy(from: string, to: string, options?: SftpCallOptions): Promise<void>;
  /** The figures of the file system that holds `path` (`statvfs@openssh.com`). */
  statvfs(path: string, options?: SftpCallOptions): Promise<FileSystemStats>;
  /** Ends calls under way with `closed`, and closes the channel; the SSH connection stays. Never rejects. */
  close(): Promise<void>;
  /** Settles when the session has ended, for whatever reason. Never rejects. */
  readonly closed: Promise<void>;
}
