// The lines before the first packet (RFC 4253 section 4.2). Text that is not the identification is counted, then dropped.
import { LineDecoder } from '@fairlead/bytes';
import { FairleadError } from '@fairlead/errors';
import { protocolError } from '../../errors.ts';
import { printable } from './transport-messages.ts';

/** Without the end of its line; hashed in each exchange. */
export const CLIENT_IDENTIFICATION = 'SSH-2.0-Fairlead_0.0';
/** The longest line with its end is 255 bytes. */
const MAX_LINE_BYTES = 253;
/** Lines that may precede the identification. */
const MAX_LINES_BEFORE = 64;

const latin1 = new TextDecoder('latin1');

/** What the server said it is. */
export interface Identification {
  /** The line as it came, without its end: hashed in each exchange. */
  readonly line: Uint8Array;
  /** What follows `SSH-2.0-`. */
  readonly software: string;
}

/** Finds the identification in what arrives. */
export class IdentificationDecoder {
  readonly #lines: LineDecoder = new LineDecoder({ maxLineBytes: MAX_LINE_BYTES, lineEnd: 'lenient' });
  #before = 0;

  /** Takes what a read returned, and borrows it until `keep()`. */
  push(chunk: Uint8Array): void {
    this.#lines.push(chunk);
  }

  /** Lets go of the borrowed chunk. Call it before the transport's next read. */
  keep(): void {
    this.#lines.keep();
  }

  /**
   * @returns `undefined` while it has not come.
   * @throws FairleadError `protocol` for another version, a line that is too long, or too many lines.
   */
  next(): Identification | undefined {
    for (let line = this.#next(); line !== undefined; line = this.#next()) {
      const text = latin1.decode(line);
      if (text.startsWith('SSH-')) return identificationOf(line.slice(), text);
      if (++this.#before > MAX_LINES_BEFORE) throw notSsh(`${this.#before} lines without an identification`);
      // A web server, a mail server: say what answered instead of waiting for more.
      if (/^(HTTP\/|\d{3}[ -])/.test(text)) throw notSsh(`"${printable(text)}"`);
    }
    return undefined;
  }

  /** What came behind the identification: packets. */
  rest(): Uint8Array {
    return this.#lines.rest();
  }

  #next(): Uint8Array | undefined {
    try {
      return this.#lines.next();
    } catch (cause) {
      if (cause instanceof FairleadError) throw notSsh('a line longer than 255 bytes');
      throw cause;
    }
  }
}

function identificationOf(line: Uint8Array, text: string): Identification {
  const [prefix] = /^SSH-(2\.0|1\.99)-/.exec(text) ?? [];
  if (prefix === undefined) throw protocolError(`The server speaks another version: "${printable(text)}"`);
  return { line, software: printable(text.slice(prefix.length)) };
}

function notSsh(what: string): FairleadError {
  return protocolError(`No SSH server answers: it sent ${what}`);
}
