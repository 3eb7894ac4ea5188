// What the page asks of a server with files, whichever protocol it speaks.

/** What an entry is. */
export type EntryKind = 'folder' | 'file' | 'link' | 'other';

/** An entry of a folder. */
export interface Entry {
  /** As the server wrote it. */
  readonly name: string;
  readonly kind: EntryKind;
  /** In bytes; undefined where the server does not say. */
  readonly size: number | undefined;
  /** In milliseconds since the epoch. */
  readonly modifiedAt: number | undefined;
  /** Permissions, as the server writes them: `0644`, `-rw-r--r--`. */
  readonly mode: string | undefined;
  /** What the server says beside: a link's target, a line that could not be read. */
  readonly note: string | undefined;
}

/** How a call is stopped. */
interface CallSettings {
  readonly signal: AbortSignal;
}

/** A file, or its rest, as it comes. */
export interface Download {
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** Where the body begins: 0 where the server sends the whole file. */
  readonly start: number;
  /** Of the whole file; undefined where the server does not say. */
  readonly size: number | undefined;
  /** The file's version; undefined where the server does not say. */
  readonly etag: string | undefined;
}

/** From where on a download goes on, and of which version. */
export interface DownloadFrom extends CallSettings {
  readonly start: number;
  readonly etag?: string | undefined;
  /** Behind the last byte. Default: the end of the file. */
  readonly end?: number | undefined;
}

/** A server with files. Every call throws FairleadProblem. */
export interface FileStore {
  readonly protocol: 'SFTP' | 'FTP';
  /** Whether names in paths may hold control characters. */
  readonly takesControls: boolean;
  /** Whether the token may change anything. */
  readonly mayWrite: boolean;
  list(path: string, settings: CallSettings): AsyncIterable<Entry>;
  /** Undefined where there is no such entry. */
  stat(path: string, settings: CallSettings): Promise<Entry | undefined>;
  get(path: string, from: DownloadFrom): Promise<Download>;
  /** Writes a whole small file, in place of one that exists. */
  put(path: string, body: Blob, settings: CallSettings): Promise<void>;
  /** Writes behind the `offset` bytes that the file has; 0 begins. */
  putPart(path: string, body: Blob, offset: number, settings: CallSettings): Promise<void>;
  mkdir(path: string, settings: CallSettings): Promise<void>;
  /** Replaces a file of the new name. */
  rename(from: string, to: string, settings: CallSettings): Promise<void>;
  /** Of a folder: with all that it holds. */
  remove(path: string, kind: EntryKind, settings: CallSettings): Promise<void>;
}
