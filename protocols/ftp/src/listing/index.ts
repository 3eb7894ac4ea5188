// Parsers of listings, without a connection. They lose no line: what fits no known form is an entry of the type `unparsed`.
// Each takes time in proportion to the text's length.
import { FairleadError } from '@fairlead/errors';
import { parseDosLine } from './dos.ts';
import { unparsed } from './entry.ts';
import { parseMlsdLine } from './mlsd.ts';
import type { FtpEntry } from './types.ts';
import { parseUnixLine } from './unix.ts';

export { parseMlsdLine } from './mlsd.ts';
export type { EntryType, FtpEntry } from './types.ts';

/** Options of `parseMlsd` and `parseList`. */
export interface ParseOptions {
  /** For the year of times that have none. Default: now. */
  readonly now?: Date | undefined;
  /** The most entries. Default 1,000,000. */
  readonly maxEntries?: number | undefined;
}

/** Of one line, in characters. A longer one is not looked at. */
const MAX_LINE_CHARACTERS = 16_384;
const MAX_ENTRIES = 1_000_000;

/**
 * The entries of an answer to MLSD (RFC 3659 section 7). `.` and `..` are left out.
 * @throws FairleadError `limit` for more than `maxEntries`.
 * @example
 * ```ts
 * import { parseMlsd } from '@fairlead/ftp/listing';
 *
 * const [entry] = parseMlsd('type=file;size=5;modify=20260102030405; a.txt\r\n');
 * entry?.size; // 5
 * ```
 */
export function parseMlsd(text: string, options: ParseOptions = {}): FtpEntry[] {
  return parseLines(text, options, parseMlsdLine);
}

/**
 * The entries of an answer to LIST, in the form of Unix (`ls -l`) or DOS (IIS). `.` and `..` are left out.
 * @throws FairleadError `limit` for more than `maxEntries`.
 * @example
 * ```ts
 * import { parseList } from '@fairlead/ftp/listing';
 *
 * const [entry] = parseList('-rw-r--r--   1 app  staff   5 Jan  2  2026 a.txt\r\n');
 * entry?.name; // 'a.txt'
 * ```
 */
export function parseList(text: string, options: ParseOptions = {}): FtpEntry[] {
  const { now = new Date() } = options;
  return parseLines(text, options, (line) => parseListLine(line, now));
}

/** The entry of one line of LIST; `undefined` for `total 12`, `.`, `..` and an empty line. */
export function parseListLine(line: string, now: Date): FtpEntry | undefined {
  if (line.trim() === '' || /^total:? +\d+$/i.test(line)) return undefined;
  const entry =
    line.length > MAX_LINE_CHARACTERS
      ? unparsed(line)
      : (parseUnixLine(line, now) ?? parseDosLine(line) ?? unparsed(line));
  return entry.name === '.' || entry.name === '..' ? undefined : entry;
}

function parseLines(
  text: string,
  { maxEntries = MAX_ENTRIES }: ParseOptions,
  parse: (line: string) => FtpEntry | undefined,
): FtpEntry[] {
  const entries: FtpEntry[] = [];
  for (let at = 0; at < text.length; ) {
    const found = text.indexOf('\n', at);
    const end = found < 0 ? text.length : found;
    const entry = parse(withoutCr(text.slice(at, end)));
    if (entry !== undefined) entries.push(entry);
    if (entries.length > maxEntries) {
      throw new FairleadError('limit', `The listing has more than ${maxEntries} entries`, { blame: 'peer' });
    }
    at = end + 1;
  }
  return entries;
}

function withoutCr(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
