// The public interface of a client.
import type { Peer } from '@fairlead/errors';
import type { FtpEntry } from '../listing/types.ts';
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

/** An entry of a tree, with its place. */
export interface WalkEntry extends FtpEntry {
  /** The path from the directory that was asked for, that directory included: `reports/2026/a.csv`. */
  readonly path: string;
  /** 0 for the entries of the directory itself. */
  readonly depth: number;
}

/**
 * One connection to an FTP server. Concurrent calls are allowed; they run one after the other, since FTP has one command and
 * one transfer at a time.
 *
 * Paths go to the server as they are. A relative one counts from the login directory, which no call changes.
 */
export interface FtpClient extends AsyncDisposable {
  /** The server's greeting and its features. */
  readonly server: ServerInfo;
  /** The server's address, and whether TLS is on. */
  readonly peer: Peer;
  /**
   * Downloads a file as a stream (RETR). The connection is busy until the stream was read to its end or cancelled. The
   * stream fails, instead of ending, unless the server confirms that it sent the whole file.
   * @throws FairleadError `server` (no such file, no permission, no restart), `tls_failed` (with `reason`
   *   `session_reuse` where the server wants the data connection to resume the session), `connect_failed`,
   *   `connect_timeout`, `usage`, `timeout`, `aborted`, `connection_lost`, `closed`, `protocol`.
   * @example
   * ```ts
   * import { connect } from '@fairlead/ftp';
   *
   * await using ftp = await connect('ftp://app@files.example.com', { password: env.FTP_PASSWORD });
   * const stream = await ftp.get('reports/2026.csv', { start: 1024 });
   * for await (const chunk of stream) console.log(chunk.length);
   * ```
   */
  get(path: string, options?: GetOptions): Promise<ReadableStream<Uint8Array>>;
  /**
   * Downloads a file into memory.
   * @throws FairleadError `limit` where it is larger than `maxBytes`; and as `get`.
   * @example
   * ```ts
   * import { connect } from '@fairlead/ftp';
   *
   * await using ftp = await connect('ftp://app@files.example.com', { password: env.FTP_PASSWORD });
   * const text = new TextDecoder().decode(await ftp.bytes('motd.txt', { maxBytes: 65_536 }));
   * ```
   */
  bytes(path: string, options?: BytesOptions): Promise<Uint8Array>;
  /**
   * Uploads a file (STOR). Resolves when the server confirms it.
   * @throws FairleadError as `get`; `server` also where the server refuses in the middle, for instance for want of space.
   * @example
   * ```ts
   * import { connect } from '@fairlead/ftp';
   *
   * await using ftp = await connect('ftp://app@files.example.com', { password: env.FTP_PASSWORD });
   * const { body } = await fetch('https://example.com/data.bin');
   * if (body) await ftp.put('in/data.bin', body, { atomic: true });
   * ```
   */
  put(path: string, body: Body, options?: PutOptions): Promise<PutResult>;
  /** Appends to a file, which is made where there is none (APPE). @throws FairleadError as `put`. */
  append(path: string, body: Body, options?: TransferOptions): Promise<PutResult>;
  /**
   * Lists a directory, entry by entry as it comes: by MLSD where the server has it, else by LIST. `.` and `..` are left out,
   * no other line is. The connection is busy until the loop has ended.
   * @param path Default: the login directory.
   * @throws FairleadError as `get`; `limit` for more than `maxEntries`.
   * @example
   * ```ts
   * import { connect } from '@fairlead/ftp';
   *
   * await using ftp = await connect('ftp://app@files.example.com', { password: env.FTP_PASSWORD });
   * for await (const { name, type, size } of ftp.list('reports')) console.log(name, type, size);
   * ```
   */
  list(path?: string, options?: ListOptions): AsyncIterable<FtpEntry>;
  /**
   * One entry: by MLST, else by SIZE and MDTM, else from the listing of its directory.
   * @throws FairleadError `server` where there is none; and as `size`.
   */
  stat(path: string, options?: CallOptions): Promise<FtpEntry>;
  /**
   * The size of a file in bytes (SIZE).
   * @throws FairleadError `server` (no such file, or no SIZE), `usage`, `timeout`, `aborted`, `connection_lost`, `closed`,
   *   `protocol`.
   */
  size(path: string, options?: CallOptions): Promise<number>;
  /** The time of a file's last change (MDTM, RFC 3659), in UTC. @throws FairleadError as `size`. */
  modifiedAt(path: string, options?: CallOptions): Promise<Date>;
  /** Sets the time of a file's last change, to the second (MFMT). @throws FairleadError as `size`. */
  setModifiedAt(path: string, time: Date, options?: CallOptions): Promise<void>;
  /**
   * A digest of a file, computed by the server: by HASH, or by XSHA512, XSHA256, XSHA1, XMD5, XCRC.
   * @param algorithm `SHA-256`, `MD5`, ... Default: the strongest that the server offers.
   * @throws FairleadError `usage` where the server does not offer it; and as `size`.
   */
  hash(path: string, algorithm?: string, options?: CallOptions): Promise<Digest>;
  /** Makes a directory (MKD). @throws FairleadError as `size`. */
  mkdir(path: string, options?: MkdirOptions): Promise<void>;
  /** Removes an empty directory (RMD). @throws FairleadError as `size`. */
  rmdir(path: string, options?: CallOptions): Promise<void>;
  /** Removes a file (DELE). @throws FairleadError as `size`. */
  remove(path: string, options?: CallOptions): Promise<void>;
  /** Renames or moves a file (RNFR, RNTO). Unix servers replace what has the new name; IIS refuses. @throws FairleadError as `size`. */
  rename(from: string, to: string, options?: CallOptions): Promise<void>;
  /**
   * All entries below a directory, each directory before its own entries. Links are not followed, where the server says that
   * they are links: pyftpdlib's MLSD describes what they lead to.
   * @throws FairleadError `protocol` for a name that leads elsewhere (`/`, control characters) or cannot be read, `limit` for
   *   a tree that is too deep or too large; and as `list`.
   * @example
   * ```ts
   * import { connect } from '@fairlead/ftp';
   *
   * await using ftp = await connect('ftp://app@files.example.com', { password: env.FTP_PASSWORD });
   * for await (const { path, type } of ftp.walk('reports')) if (type === 'file') console.log(path);
   * ```
   */
  walk(path?: string, options?: WalkOptions): AsyncIterable<WalkEntry>;
  /**
   * Removes a directory with everything in it. The whole tree is listed and checked before the first file is removed; links
   * are removed, not followed. Each directory is tried by DELE first where the server may show links as directories.
   * @returns How many entries were removed, the directory itself included.
   * @throws FairleadError as `walk`, and `usage` for the root or a path that ends in `.` or `..`.
   */
  removeAll(path: string, options?: WalkOptions): Promise<number>;
  /** The directory that relative paths count from (PWD). @throws FairleadError as `size`. */
  workingDirectory(options?: CallOptions): Promise<string>;
  /**
   * Sends one command of your own that uses no data connection: `SITE CHMOD 644 a.txt`.
   * @returns The reply, 200 to 399.
   * @throws FairleadError `usage` for more than one line and for commands that the client sends itself; `server` for a
   *   refusal; and as `size`.
   * @example
   * ```ts
   * import { connect } from '@fairlead/ftp';
   *
   * await using ftp = await connect('ftp://app@files.example.com', { password: env.FTP_PASSWORD });
   * const { lines } = await ftp.command('SITE CHMOD 644 a.txt');
   * ```
   */
  command(line: string, options?: CallOptions): Promise<Reply>;
  /** NOOP: resolves if the connection is alive. @throws FairleadError as `size`. */
  noop(options?: CallOptions): Promise<void>;
  /**
   * Ends downloads and listings that were not read to their end, waits for other calls, sends QUIT and closes; takes three
   * seconds at most after that wait. Never rejects. `await using` calls it at the end of the block.
   */
  close(): Promise<void>;
  /** Resolves when the connection has ended, for whatever reason. Never rejects. */
  readonly closed: Promise<void>;
}
