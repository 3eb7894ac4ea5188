// One entry of a listing: the type that both parsers give.

/**
 * What an entry is. `link`: a symbolic link. `other`: a device, a pipe, a socket, or a type that the server does not say.
 * `unparsed`: a line that fits no known form; it stands in `raw`, and `name` is empty.
 */
export type EntryType = 'file' | 'directory' | 'link' | 'other' | 'unparsed';

/** One entry of a directory, as the server lists it. */
export interface FtpEntry {
  /**
   * The name without a directory; empty for `unparsed`. It is the server's word: check it before you build a path from it.
   * U+FFFD in it stands for bytes that are not UTF-8: connect with `names: 'latin1'` to reach the file.
   */
  readonly name: string;
  readonly type: EntryType;
  /** Bytes; undefined where the server does not say, and beyond 2^53 - 1, where `raw` has the digits. */
  readonly size: number | undefined;
  /** The last change. From MLSD and MLST it is exact, from LIST it is guessed: see `isTimeApproximate`. */
  readonly modifiedAt: Date | undefined;
  /** True where `modifiedAt` comes from LIST: to the minute or the day, in the server's own time zone, read as UTC. */
  readonly isTimeApproximate: boolean;
  /** The target of a link, where the server says it. */
  readonly target: string | undefined;
  /** `rwxr-xr-x` from LIST, or the octal digits of MLSD's fact `UNIX.mode`. */
  readonly permissions: string | undefined;
  readonly owner: string | undefined;
  readonly group: string | undefined;
  /** The facts of MLSD and MLST, their names in lower case; empty for LIST. */
  readonly facts: ReadonlyMap<string, string>;
  /** The line as it came, without its end. */
  readonly raw: string;
}
