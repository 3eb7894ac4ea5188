// Listings of directories, entry by entry as the lines come.
import { LineDecoder } from '@fairlead/bytes';
import { isFairleadError, usage } from '@fairlead/errors';
import type { Connection } from '../connection/connection.ts';
import { limitError, truncated } from '../errors.ts';
import { parseListLine } from '../listing/index.ts';
import { parseMlsdLine } from '../listing/mlsd.ts';
import type { FtpEntry } from '../listing/types.ts';
import { transferLimit } from '../transfers/limits-and-progress.ts';
import { openReading, type Reading } from '../transfers/reading.ts';
import type { ListOptions } from '../types.ts';
import { decoderOf, pathArgument } from '../wire/names.ts';

const MAX_ENTRIES = 1_000_000;
const MAX_LINE_BYTES = 16_384;
/** Some servers answer so for an empty directory. */
const NO_FILES = /^no files?( found)?\b/i;
/** Codes of a command that the server does not have. 501 and 504 are about its argument. */
const UNKNOWN_COMMAND = /^50[02]$/;

/** One server's listings. */
export class Lister {
  readonly #connection: Connection;
  #hasMlsd: boolean;

  constructor(connection: Connection, features: ReadonlyMap<string, string>) {
    this.#connection = connection;
    // RFC 3659 section 7.8: the feature MLST stands for both commands.
    this.#hasMlsd = features.has('MLST') || features.has('MLSD');
  }

  /** The entries of a directory, by MLSD where the server has it, else by LIST. */
  async *list(path: string | undefined, options: ListOptions): AsyncGenerator<FtpEntry, void, undefined> {
    const { maxEntries = MAX_ENTRIES } = options;
    if (!(maxEntries >= 0)) throw usage('maxEntries must be a number from 0');
    const opened = await this.#open(path, options);
    if (opened === undefined) return;
    const [reading, what] = opened;
    const now = new Date();
    const parse = what === 'MLSD' ? parseMlsdLine : (line: string) => parseListLine(line, now);
    try {
      let count = 0;
      for await (const lines of linesOf(reading, decoderOf(this.#connection.settings.names))) {
        for (const line of lines) {
          const entry = parse(line);
          if (entry === undefined) continue;
          if (++count > maxEntries) {
            throw reading.fail(limitError(`The listing has more than ${maxEntries} entries (maxEntries)`));
          }
          yield entry;
        }
      }
    } finally {
      await reading.cancel();
    }
  }

  /** `undefined`: the directory is empty, and the server says so by an error. */
  async #open(
    path: string | undefined,
    options: ListOptions,
  ): Promise<[reading: Reading, what: 'MLSD' | 'LIST'] | undefined> {
    if (path !== undefined) pathArgument(path);
    const connection = this.#connection;
    const what = this.#hasMlsd ? 'MLSD' : 'LIST';
    const limit = transferLimit(connection, options);
    try {
      const reading = await openReading(connection, {
        noun: 'listing',
        limit,
        command: () => ({ what, path }),
        // Many servers end TLS without its goodbye; a reset in clear is no end.
        onUnproven: () => {
          if (!connection.settings.isDataPrivate)
            throw truncated('the data connection of a listing was reset');
        },
      });
      return [reading, what];
    } catch (error) {
      if (!isFairleadError(error) || error.code !== 'server') throw error;
      const { code = '', message = '' } = error.server ?? {};
      if (/^[45]50$/.test(code) && NO_FILES.test(message)) return undefined;
      if (what === 'LIST' || !UNKNOWN_COMMAND.test(code)) throw error;
      this.#hasMlsd = false;
      return await this.#open(path, limit);
    }
  }
}

/** The lines of each chunk. @throws FairleadError `limit` for a line that is too long. */
async function* linesOf(
  reading: Reading,
  decode: (bytes: Uint8Array) => string,
): AsyncGenerator<string[], void, undefined> {
  const decoder = new LineDecoder({ maxLineBytes: MAX_LINE_BYTES, lineEnd: 'lenient' });
  for (;;) {
    const chunk = await reading.read();
    if (chunk === undefined) break;
    const lines: string[] = [];
    try {
      decoder.push(chunk);
      for (let line = decoder.next(); line; line = decoder.next()) lines.push(decode(line));
      decoder.keep();
    } catch (error) {
      throw reading.fail(error);
    }
    yield lines;
  }
  // The last line of some servers has no end. Over TLS without its goodbye it may be half a line.
  if (decoder.length > 0) {
    if (reading.isEndUnproven) throw truncated('the last line of a listing is not whole');
    yield [decode(decoder.rest())];
  }
}
