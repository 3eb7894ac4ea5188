// Options of the SFTP client and of its calls. Types only.
import type { Transport } from '@fairlead/transport';
import type { NameEncoding } from '../wire/names.ts';

/** What SFTP runs over: an SSH client. */
export interface SubsystemOpener {
  /** What the server says it is: some servers take the paths of links in another order than what they announce lets expect. */
  readonly server?: { readonly software: string } | undefined;
  /** Starts it, and sends `input` right behind the request. */
  subsystem(
    name: string,
    options: {
      readonly signal: AbortSignal | undefined;
      readonly timeoutMs: number;
      readonly input: Uint8Array;
    },
  ): Promise<Transport>;
}

/** Options of one call. */
export interface SftpCallOptions {
  /** Ends the call with `aborted`. The session stays usable, and what the call opened is closed. */
  readonly signal?: AbortSignal | undefined;
  /** The limit of the whole call, in milliseconds above 0; `Infinity` for no limit. Default: the session's `timeoutMs`. */
  readonly timeoutMs?: number | undefined;
}

/** Options of an SFTP session. */
export interface SftpOptions {
  /**
   * How names are text. Default `'utf8'`: a name on the server that is not UTF-8 is an error. `'latin1'`: each byte is one
   * character, so that every name can be used.
   */
  readonly names?: NameEncoding | undefined;
  /**
   * The order of SYMLINK's paths. OpenSSH's is the reverse of the draft's. Default: `'openssh'` where the server announces an
   * extension of OpenSSH and is not AsyncSSH, else `'draft'`.
   */
  readonly symlinkOrder?: 'openssh' | 'draft' | undefined;
  /** Requests of one transfer without a reply, at most: 1 to 1,024. Default 64. */
  readonly maxRequests?: number | undefined;
  /**
   * The bytes of one READ or WRITE: 512 to 261,120. Default: what the server announces by `limits@openssh.com`, else
   * 32,768.
   */
  readonly requestBytes?: number | undefined;
  /** Aborts opening; later it ends the session. */
  readonly signal?: AbortSignal | undefined;
  /** The limit of opening the session, in milliseconds above 0; `Infinity` for no limit. Default 10,000. */
  readonly connectTimeoutMs?: number | undefined;
  /**
   * The limit of each call that has no `timeoutMs` of its own, in milliseconds above 0; `Infinity` for no limit. Default
   * 60,000; none for transfers and for `walk`, `list` and `removeAll`.
   */
  readonly timeoutMs?: number | undefined;
  /**
   * The longest silence of a server that owes a reply, in milliseconds above 0; `Infinity` for no limit. It ends the session.
   * Default 60,000.
   */
  readonly replyTimeoutMs?: number | undefined;
}

/** Which part of a file is read. */
export interface ReadOptions extends SftpCallOptions {
  /** The first byte. Default 0. */
  readonly start?: number | undefined;
  /** Behind the last byte. Default: the end of the file. */
  readonly end?: number | undefined;
}

/** Options of `get`. */
export interface GetOptions extends ReadOptions {
  /** The most bytes that are taken; more are `limit`. Default 32 MiB. */
  readonly maxBytes?: number | undefined;
  /** Called with the bytes so far, in order. */
  readonly onProgress?: ((bytes: number) => void) | undefined;
}

/** Options of `writable`. */
export interface WriteOptions extends SftpCallOptions {
  /**
   * `'w'` (default): creates or empties the file. `'wx'`: creates it, and fails where it exists. `'r+'`: overwrites parts of a
   * file that exists. `'a'`: creates it or writes behind its end.
   */
  readonly flags?: 'w' | 'wx' | 'r+' | 'a' | undefined;
  /** The permissions, 0 to 0o7777, also where the server's umask would take some away. Default: the server's own. */
  readonly mode?: number | undefined;
  /** Where the first byte goes. Default 0. Not with `'a'`. */
  readonly start?: number | undefined;
}

/** What is uploaded. Text goes as UTF-8. */
export type UploadSource = Uint8Array | string | ReadableStream<Uint8Array>;

/** Options of `put`. */
export interface PutOptions extends SftpCallOptions {
  /**
   * Whether the upload goes to a temporary file in the same folder, which takes the place of the target when it is complete.
   * Default true, and false with `resume`. The file gets a new owner and mode, and a symlink is replaced by the file.
   */
  readonly atomic?: boolean | undefined;
  /** As of `writable`. */
  readonly mode?: number | undefined;
  /**
   * Whether an earlier upload goes on: what the target holds is taken for the beginning of the source, and skipped there.
   * Default false.
   */
  readonly resume?: boolean | undefined;
  /** Whether the server writes the file to its disk before it takes its place, if it can. Default true. */
  readonly fsync?: boolean | undefined;
  /** Called with the bytes that the server has confirmed, with `resume` those before included. */
  readonly onProgress?: ((bytes: number) => void) | undefined;
}

/** What `put` did. */
export interface PutResult {
  /** The size of the file. */
  readonly bytes: number;
  /**
   * Whether the target was replaced in one step. False with `atomic: false`, and where the server has no
   * `posix-rename@openssh.com` and the target had to get another name first: for a moment there was no file.
   */
  readonly atomic: boolean;
}

/** Options of `mkdir`. */
export interface MkdirOptions extends SftpCallOptions {
  /** Whether missing parents are made too, and a folder that exists is no error. Default false. */
  readonly recursive?: boolean | undefined;
  /** The permissions, 0 to 0o7777, less the server's umask. */
  readonly mode?: number | undefined;
}

/** Options of `rename`. */
export interface RenameOptions extends SftpCallOptions {
  /**
   * Whether a target that exists is replaced: in one step by `posix-rename@openssh.com`, else it gets another name first,
   * and its own again where the renaming fails. Default false: most servers refuse then, but some replace it all the same.
   */
  readonly overwrite?: boolean | undefined;
}

/** Options of `list`. */
export interface ListOptions extends SftpCallOptions {
  /** The most entries; more are `limit`. Default 1,000,000. */
  readonly maxEntries?: number | undefined;
}

/** Options of `walk` and `removeAll`. */
export interface WalkOptions extends SftpCallOptions {
  /** The most entries in all; more are `limit`. Default 100,000. */
  readonly maxEntries?: number | undefined;
  /** The deepest folder whose entries are read; deeper ones are `limit`. Default 64. */
  readonly maxDepth?: number | undefined;
}
