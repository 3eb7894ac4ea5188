// Decodes replies (RFC 959 section 4.2) from chunks of any size. It refuses lines that are no reply, and replies over its
// limits; bare line feeds are taken for line ends.
import { decodeUtf8Lossy, LineDecoder } from '@fairlead/bytes';
import { limitError, protocolError } from '../errors.ts';
import type { Reply } from '../types.ts';
import { decodeLatin1, type NameEncoding } from './names.ts';

/** No RFC has a limit; welcome texts are long. */
const MAX_LINE_BYTES = 4096;
const MAX_REPLY_BYTES = 65_536;
/** Bytes that may wait to be read. */
const MAX_UNREAD_BYTES = 2 * MAX_REPLY_BYTES;

/** Reply code, then a hyphen where more lines follow. */
const LINE = /^([1-5]\d\d)(?:([ -])(.*))?$/s;

/** Bytes in, whole replies out. */
export class ReplyDecoder {
  readonly #lines: LineDecoder = new LineDecoder(
    { maxLineBytes: MAX_LINE_BYTES, lineEnd: 'lenient' },
    MAX_UNREAD_BYTES,
  );
  readonly #decode: (bytes: Uint8Array) => string;
  /** The code of a reply whose last line has not come. */
  #open: string | undefined;
  #texts: string[] = [];
  #bytes = 0;

  constructor(names: NameEncoding = 'utf8') {
    this.#decode = names === 'latin1' ? decodeLatin1 : decodeUtf8Lossy;
  }

  /**
   * Takes the chunk of a read. The chunk is borrowed until `keep()`.
   * @throws FairleadError `limit` when more than 128 KiB would be unread.
   */
  push(chunk: Uint8Array): void {
    this.#lines.push(chunk);
  }

  /** Copies the unread bytes. Call it before the chunk is overwritten. */
  keep(): void {
    this.#lines.keep();
  }

  /** Whether bytes have come that `next` has not handed out, even if they are part of a reply. */
  get unread(): boolean {
    return this.#lines.length > 0 || this.#open !== undefined;
  }

  /**
   * The next whole reply, or `undefined`.
   * @throws FairleadError `protocol`, `limit`; nothing that follows can be trusted.
   */
  next(): Reply | undefined {
    for (;;) {
      const bytes = this.#lines.next();
      if (bytes === undefined) return undefined;
      this.#bytes += bytes.length + 2;
      if (this.#bytes > MAX_REPLY_BYTES) throw limitError(`A reply has more than ${MAX_REPLY_BYTES} bytes`);
      const reply = this.#take(this.#decode(bytes));
      if (reply !== undefined) return reply;
    }
  }

  #take(line: string): Reply | undefined {
    const [, code = '', separator, text = ''] = LINE.exec(line) ?? [];
    if (this.#open === undefined) {
      if (code === '') throw protocolError('a line came that is not a reply; this may not be an FTP server');
      if (separator !== '-') return this.#finish(code, text);
      this.#open = code;
      this.#texts.push(text);
      return undefined;
    }
    // Only the same code and a space end the reply: other lines may begin with digits.
    if (code === this.#open && separator !== '-') return this.#finish(code, text);
    // Some servers repeat the code in each line.
    this.#texts.push(code === this.#open ? text : line);
    return undefined;
  }

  #finish(code: string, text: string): Reply {
    const lines = [...this.#texts, text];
    this.#open = undefined;
    this.#texts = [];
    this.#bytes = 0;
    return { code: Number(code), lines };
  }
}
