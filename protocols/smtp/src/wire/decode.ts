// Decodes replies (RFC 5321 section 4.2) from chunks of any size. It refuses malformed lines, codes that change within one
// reply, control characters, and replies over its limits.
import { decodeUtf8, decodeUtf8Lossy, LineDecoder } from '@fairlead/bytes';
import { FairleadError } from '@fairlead/errors';
import { protocolError } from '../errors.ts';
import type { Reply } from '../types.ts';

/** RFC 5321 section 4.5.3.1.5 has 512; servers with long texts exceed it. */
const MAX_LINE_BYTES = 2048;
/** Lines of one reply. */
const MAX_LINES = 128;
/** Bytes that may wait to be read: the replies to a pipelined batch come together. */
const MAX_UNREAD_BYTES = 1 << 18;

/**
 * Reply-code, then a hyphen where more lines follow (RFC 5321 section 4.2.1). By the grammar the second digit is 0 to 5;
 * servers use others too, as in 571, and the client decides by the first digit.
 */
const LINE = /^([2-5]\d\d)(?:([ -])(.*))?$/;
/** RFC 3463 section 2; its class repeats the reply's. */
const ENHANCED = /^([245])\.\d{1,3}\.\d{1,3}(?= |$)/;
/** Texts are printable (RFC 5321 section 4.2), and UTF-8 where SMTPUTF8 is spoken. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for
const CONTROL = /[\0-\x08\x0a-\x1f\x7f]/;

/** Bytes in, whole replies out. */
export class ReplyDecoder {
  readonly #lines: LineDecoder = new LineDecoder(
    { maxLineBytes: MAX_LINE_BYTES, lineEnd: 'crlf' },
    MAX_UNREAD_BYTES,
  );
  #code: string | undefined;
  #texts: string[] = [];

  /**
   * Takes the chunk of a read. The chunk is borrowed until `keep()`.
   * @throws FairleadError `limit` when more than 256 KiB would be unread.
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
    return this.#lines.length > 0 || this.#code !== undefined;
  }

  /** Drops all bytes from before TLS. */
  reset(): void {
    this.#lines.rest();
    this.#code = undefined;
    this.#texts = [];
  }

  /**
   * The next whole reply, or `undefined`.
   * @throws FairleadError `protocol`, `limit`; nothing that follows can be trusted.
   */
  next(): Reply | undefined {
    for (;;) {
      const line = this.#lines.next();
      if (line === undefined) return undefined;
      if (this.#take(decodeUtf8(line) ?? decodeUtf8Lossy(line))) return this.#finish();
    }
  }

  /** @returns Whether the line was the reply's last. */
  #take(line: string): boolean {
    const [, code = '', separator, text = ''] = LINE.exec(line) ?? [];
    if (code === '') throw protocolError('a line came that is not a reply; this may not be a mail server');
    if (CONTROL.test(text)) throw protocolError('a reply holds control characters');
    if (this.#code !== undefined && this.#code !== code) {
      throw protocolError(`the code changes from ${this.#code} to ${code} within one reply`);
    }
    if (this.#texts.length >= MAX_LINES) {
      throw new FairleadError('limit', `A reply has more than ${MAX_LINES} lines`, { blame: 'peer' });
    }
    this.#code = code;
    this.#texts.push(text);
    return separator !== '-';
  }

  #finish(): Reply {
    const code = Number(this.#code);
    const lines = this.#texts;
    this.#code = undefined;
    this.#texts = [];
    const found = ENHANCED.exec(lines[0] ?? '');
    const enhanced = found !== null && Number(found[1]) === Math.floor(code / 100) ? found[0] : undefined;
    return { code, enhanced, lines };
  }
}
