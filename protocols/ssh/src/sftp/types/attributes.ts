// What a server tells of files and file systems. Types only.

/** What a file is; `unknown` where the server did not say. */
export type FileKind =
  | 'file'
  | 'directory'
  | 'symlink'
  | 'fifo'
  | 'socket'
  | 'block-device'
  | 'character-device'
  | 'unknown';

/** A file's attributes. A field is `undefined` where the server did not send it. */
export interface FileAttributes {
  readonly kind: FileKind;
  /** In bytes; also `undefined` above 2^53 - 1. It says little of pseudo files, which are read although it is 0. */
  readonly size: number | undefined;
  /** The permissions, 0 to 0o7777. */
  readonly mode: number | undefined;
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  readonly accessedAt: Date | undefined;
  readonly modifiedAt: Date | undefined;
}

/** Attributes to be set. Those that are left out stay as they are. */
export interface NewAttributes {
  /** Truncates the file, or makes it longer by zeros. */
  readonly size?: number | undefined;
  /** The permissions, 0 to 0o7777. */
  readonly mode?: number | undefined;
  /** Only together with `gid`. */
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
  /** Only together with `modifiedAt`; whole seconds of 1970 to 2106. */
  readonly accessedAt?: Date | undefined;
  readonly modifiedAt?: Date | undefined;
}

/** One entry of a folder. */
export interface DirectoryEntry extends FileAttributes {
  /** A name without `/` and NUL, never `.` or `..`. */
  readonly name: string;
  /** The line of `ls -l`, for human eyes only: its form is the server's own. */
  readonly longName: string;
}

/** One entry that `walk` found. */
export interface WalkEntry extends DirectoryEntry {
  /** The path that `walk` was given, with the names below it. */
  readonly path: string;
  /** 0 for what stands directly in the folder that `walk` was given. */
  readonly depth: number;
}

/** A file system's figures (`statvfs@openssh.com`, POSIX `statvfs`). */
export interface FileSystemStats {
  readonly blockSize: bigint;
  /** The unit of `blocks`, `blocksFree` and `blocksAvailable`, in bytes. */
  readonly fragmentSize: bigint;
  readonly blocks: bigint;
  readonly blocksFree: bigint;
  /** Free for users other than root. */
  readonly blocksAvailable: bigint;
  readonly files: bigint;
  readonly filesFree: bigint;
  readonly filesAvailable: bigint;
  readonly id: bigint;
  /** 1: read only; 2: no set-user-id. */
  readonly flags: bigint;
  readonly maxNameBytes: bigint;
}
