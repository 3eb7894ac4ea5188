// Replies out of bytes (RFC 5321 section 4.2). It takes any chunk, and refuses lines that are no replies, codes that
// change within one reply, control characters, and more than its caps.
import { decodeUtf8Lossy, LineDecoder } from '@fairlead/bytes';
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
 * Reply-code, then a hyphen where more lines follow (RFC 5321 section 4.2.1). Its second digit is 0 to 5 by the grammar;
 * servers use others, as 571, and the first one says all that counts.
 */
const LINE = /^([2-5]\d\d)(?:([ -])(.*))?$/;
/** RFC 3463 section 2; its class repeats the reply's. */
const ENHANCED = /^([245])\.\d{1,3}\.\d{1,3}(?= |$)/;
/** Texts are printable (RFC 5321 section 4.2), and UTF-8 where SMTPUTF8 is spoken. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for
const CONTROL = /[\0-\x08\x0a-\x1f\x7f]/;

/** Cuts what arrives into whole replies. */
export class ReplyDecoder {
  readonly #lines: LineDecoder = new LineDecoder(
    { maxLineBytes: MAX_LINE_BYTES, lineEnd: 'crlf' },
    MAX_UNREAD_BYTES,
  );
  #code: string | undefined;
  #texts: string[] = [];

  /**
   * Takes what a read returned. It is borrowed until `keep()`.
   * @throws FairleadError `limit` when more than 256 KiB would be unread.
   */
  push(chunk: Uint8Array): void {
    this.#lines.push(chunk);
  }

  /** Copies what is unread: call it before the chunk is overwritten. */
  keep(): void {
    this.#lines.keep();
  }

  /** Whether anything has come that `next` has not handed out, be it a part of a reply. */
  get unread(): boolean {
    return this.#lines.length > 0 || this.#code !== undefined;
  }

  /** Forgets everything: what was said before TLS counts for nothing. */
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
      if (this.#take(decodeUtf8Lossy(line))) return this.#finish();
    }
  }

  /** @returns Whether the line was the reply's last. */
  #take(line: string): boolean {
    const [, code = '', separator, text = ''] = LINE.exec(line) ?? [];
    if (code === '') throw protocolError('a line came that is no reply; this may not be a mail server');
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
