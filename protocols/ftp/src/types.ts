// The public types of the client: what calls take and what they give.

/** Options of one call. */
export interface CallOptions {
  /**
   * Ends the call with `aborted`. A transfer is stopped and the connection stays usable if the server confirms it within
   * five seconds; any other command that was sent already ends the connection.
   */
  readonly signal?: AbortSignal | undefined;
  /**
   * The limit of the whole call, the wait for its turn included, in milliseconds above 0; `Infinity` for no limit.
   * Default: the connection's `timeoutMs`.
   */
  readonly timeoutMs?: number | undefined;
}

/** One reply, all its lines (RFC 959 section 4.2). */
export interface Reply {
  /** 100 to 599. */
  readonly code: number;
  /** The lines' texts. The first and the last without the code; lines between them as they came. */
  readonly lines: readonly string[];
}

/** The server, from its greeting and its answer to FEAT. */
export interface ServerInfo {
  /** The text of its greeting. */
  readonly greeting: string;
  /** The features inside TLS (RFC 2389), names in upper case, with their parameters; empty where FEAT is unknown. */
  readonly features: ReadonlyMap<string, string>;
}

/** The bytes of an upload. A stream is read no faster than the server takes the bytes. */
export type Body = string | Uint8Array | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;

/** What identifies the content of a file, as far as the server says it: `stat`, `size` and `modifiedAt` give it. */
export interface FileVersion {
  readonly size?: number | undefined;
  readonly modifiedAt?: Date | undefined;
}

/**
 * Options of one transfer. `timeoutMs` covers the whole transfer, with a default of an hour; a transfer in which no byte
 * moves ends much earlier, by the connection's `replyTimeoutMs`.
 */
export interface TransferOptions extends CallOptions {
  /** Called with the count of all bytes transferred so far, after each piece. */
  readonly onProgress?: ((bytes: number) => void) | undefined;
}

/** Options of `get`. */
export interface GetOptions extends TransferOptions {
  /** The first byte to send, from 0 (REST). Default 0. */
  readonly start?: number | undefined;
  /** Resumes only a file that still has this size and this time of change; else the call fails with `server`. */
  readonly ifUnchanged?: FileVersion | undefined;
}

/** Options of `bytes`. */
export interface BytesOptions extends GetOptions {
  /** The most that is kept in memory. Default 16 MiB. A larger file is `limit`. */
  readonly maxBytes?: number | undefined;
}

/** Options of `put`. */
export interface PutOptions extends TransferOptions {
  /**
   * Writes under a temporary name in the same directory, compares the size (where the server has SIZE), and renames. What
   * stood there before stays until the new file is whole. Default false.
   */
  readonly atomic?: boolean | undefined;
  /**
   * Goes on behind what the server has already: as many bytes of the body are skipped (the body is the whole file), the
   * rest is appended. An object: only if the server's part still has this size and time of change. Not with `atomic`.
   */
  readonly resume?: boolean | FileVersion | undefined;
}

/** The result of an upload. */
export interface PutResult {
  /** Bytes sent by this call. */
  readonly bytes: number;
  /** Bytes of the body that the server had already; 0 without `resume`. */
  readonly skipped: number;
}

/** Options of `list`. */
export interface ListOptions extends CallOptions {
  /** The most entries. Default 1,000,000. A longer listing is `limit`. */
  readonly maxEntries?: number | undefined;
}

/** Options of `mkdir`. */
export interface MkdirOptions extends CallOptions {
  /** Makes the missing directories above it too, and takes one that exists. Default false. */
  readonly recursive?: boolean | undefined;
}

/** Options of `walk` and `removeAll`. `timeoutMs` is for each command. */
export interface WalkOptions extends CallOptions {
  /** Levels below the directory: 0 is its own entries. Default 32. A deeper tree is `limit`. */
  readonly maxDepth?: number | undefined;
  /** Entries in all. Default 100,000. More are `limit`. */
  readonly maxEntries?: number | undefined;
}

/** A digest that the server computed. */
export interface Digest {
  /** `SHA-256`, `MD5`, ... */
  readonly algorithm: string;
  /** In lower-case hexadecimal digits. */
  readonly value: string;
}
