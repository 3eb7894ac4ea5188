// Lines out of chunks of any size. It never cuts a line, a CR LF or a character in two, and decodes no text.
import { FairleadError } from '@fairlead/errors';
import { ReceiveBuffer } from './receive-buffer.ts';

const CR = 0x0d;
const LF = 0x0a;

/** Options of a `LineDecoder`. */
export interface LineOptions {
  /** The longest line, its end not counted. */
  readonly maxLineBytes: number;
  /** `crlf`: CR LF alone ends a line, and a bare CR or LF is a fault. `lenient`: LF does, with or without CRs before it. */
  readonly lineEnd: 'crlf' | 'lenient';
}

/**
 * Cuts what arrives into lines.
 *
 * ```ts
 * decoder.push(chunk);
 * for (let line = decoder.next(); line; line = decoder.next()) take(line);
 * decoder.keep(); // before the transport's next read
 * ```
 */
export class LineDecoder {
  readonly #buffer: ReceiveBuffer;
  readonly #maxLineBytes: number;
  readonly #strict: boolean;
  /** How far the unread bytes were searched: a line that comes byte by byte is not searched again and again. */
  #searched = 0;

  /** @param maxUnreadBytes How many bytes it holds at most, lines not asked for yet included. Default 1 MiB, or more if a line may be longer. */
  constructor(
    { maxLineBytes, lineEnd }: LineOptions,
    maxUnreadBytes: number = Math.max(1 << 20, maxLineBytes + 2),
  ) {
    this.#buffer = new ReceiveBuffer(maxUnreadBytes);
    this.#maxLineBytes = maxLineBytes;
    this.#strict = lineEnd === 'crlf';
  }

  /**
   * Takes what a read returned. It is borrowed until `keep()`.
   * @throws FairleadError `limit` when more than `maxUnreadBytes` would be unread.
   */
  push(chunk: Uint8Array): void {
    this.#buffer.push(chunk);
  }

  /** Lets go of the borrowed chunk: copies what is unread. Call it before the transport's next read. */
  keep(): void {
    this.#buffer.keep();
  }

  /** How many bytes are unread. */
  get length(): number {
    return this.#buffer.length;
  }

  /**
   * The next line without its end, or `undefined` if it is not whole yet. A view, valid until `push` or `keep`.
   * @throws FairleadError `limit` for a line that is too long, `protocol` for a bare CR or LF where `crlf` is asked for.
   */
  next(): Uint8Array | undefined {
    const unread = this.#buffer.view();
    const found = unread.indexOf(LF, this.#searched);
    if (found === -1) {
      // The CR of an end that is half here does not count.
      const half = unread[unread.length - 1] === CR ? 1 : 0;
      this.#check(unread, unread.length - half);
      this.#searched = unread.length;
      return undefined;
    }
    const end = this.#lineEnd(unread, found);
    this.#check(unread, end);
    this.#searched = 0;
    this.#buffer.consume(found + 1);
    return unread.subarray(0, end);
  }

  /** Everything that is unread, and forgets it: what follows is not lines. */
  rest(): Uint8Array {
    const rest = this.#buffer.view();
    this.#buffer.consume(rest.length);
    this.#searched = 0;
    return rest;
  }

  #lineEnd(unread: Uint8Array, found: number): number {
    if (this.#strict) {
      if (unread[found - 1] !== CR) throw malformedLine('a line feed without its carriage return');
      return found - 1;
    }
    let end = found;
    while (end > 0 && unread[end - 1] === CR) end--;
    return end;
  }

  #check(unread: Uint8Array, end: number): void {
    if (end > this.#maxLineBytes) {
      throw new FairleadError('limit', `a line is longer than ${this.#maxLineBytes} bytes`, {
        blame: 'peer',
      });
    }
    if (!this.#strict) return;
    // Only what is new: the last byte was looked at as the half of an end.
    const cr = unread.indexOf(CR, Math.max(0, this.#searched - 1));
    if (cr !== -1 && cr < end) throw malformedLine('a carriage return within a line');
  }
}

function malformedLine(what: string): FairleadError {
  return new FairleadError('protocol', `the peer sent ${what}`);
}
