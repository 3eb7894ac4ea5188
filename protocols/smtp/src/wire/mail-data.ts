// The octets of a message after DATA or BDAT: line ends repaired, dots stuffed (RFC 5321 section 4.5.2), chunk by chunk.
// It refuses NULs, lines that are too long and, where the server does not take them, bytes beyond ASCII.
import { usage } from '@fairlead/errors';
import { limitError } from '../errors.ts';
import { encodeLines } from './encode.ts';
import { lineTooLong, MAX_LINE_BYTES, nulRefused } from './message-facts.ts';

const NUL = 0x00;
const LF = 0x0a;
const CR = 0x0d;
const DOT = 0x2e;
/** A byte becomes at most three here: CR LF in front of it, and a dot. */
const MAX_GROWTH = 3;
/** Room in front of what `take` hands out: the longest line of a BDAT command. */
const HEADROOM_BYTES = 32;

/** The rules for encoding one message. */
export interface MailDataRules {
  /** For DATA: dots doubled, and the dot at the end. BDAT (RFC 3030) has neither. */
  readonly stuffing: boolean;
  /** Whether the body may hold bytes beyond ASCII (8BITMIME). */
  readonly eightBit: boolean;
  /** Whether the header may hold them too (SMTPUTF8). */
  readonly utf8Header: boolean;
  /** The most bytes that the server or the caller allows, dots not counted. */
  readonly maxBytes: number;
}

/**
 * Encodes into one buffer that is used again and again: `fill` until `full`, `take`, send, and so on; `end` at last.
 * A bare CR and a bare LF both become CR LF before dots are stuffed: a server that takes either of them for a line end must
 * not find the end of the message there (SMTP smuggling).
 */
export class MailDataEncoder {
  readonly #rules: MailDataRules;
  readonly #out: Uint8Array;
  #at: number = HEADROOM_BYTES;
  /** Whether a CR has come whose LF, if there is one, has not. */
  #afterCr = false;
  #lineBytes = 0;
  #inHeader = true;
  #bytes = 0;

  /** @param bufferBytes The most that `take` hands out at a time. */
  constructor(rules: MailDataRules, bufferBytes: number) {
    this.#rules = rules;
    this.#out = new Uint8Array(HEADROOM_BYTES + bufferBytes);
  }

  /** Whether `take` is due before more can go in. */
  get full(): boolean {
    return this.#at + MAX_GROWTH > this.#out.length;
  }

  /**
   * Encodes `chunk` from `start` on, until it ends or the buffer is full.
   * @returns The index behind the last byte that went in.
   * @throws FairleadError `usage`, `limit`.
   */
  fill(chunk: Uint8Array, start: number): number {
    let at = start;
    while (at < chunk.length && !this.full) {
      const end = runEnd(chunk, at, this.#out.length - this.#at - MAX_GROWTH + 1);
      if (end > at) this.#putRun(chunk, at, end);
      else this.#put(chunk[at] ?? 0);
      at = Math.max(end, at + 1);
    }
    return at;
  }

  /** Copies printable ASCII within one line, without a check of each byte. */
  #putRun(chunk: Uint8Array, start: number, end: number): void {
    const count = end - start;
    if (this.#lineBytes === 0 && chunk[start] === DOT && this.#rules.stuffing) this.#out[this.#at++] = DOT;
    this.#out.set(chunk.subarray(start, end), this.#at);
    this.#at += count;
    this.#bytes += count;
    this.#lineBytes += count;
    this.#afterCr = false;
    if (this.#lineBytes > MAX_LINE_BYTES) throw lineTooLong();
  }

  /** The end: an unfinished line gets its CR LF and, with stuffing, the dot follows. At most five bytes. */
  end(): void {
    if (this.#lineBytes > 0) this.#endLine();
    this.#checkSize();
    if (!this.#rules.stuffing) return;
    this.#out.set([DOT, CR, LF], this.#at);
    this.#at += 3;
  }

  /** Whether `end` has room. */
  get hasRoomForEnd(): boolean {
    return this.#at + 5 <= this.#out.length;
  }

  /** What is encoded: a view, valid until the next `fill` or `end`. */
  take(): Uint8Array {
    const taken = this.#out.subarray(HEADROOM_BYTES, this.#at);
    this.#at = HEADROOM_BYTES;
    this.#checkSize();
    return taken;
  }

  #put(byte: number): void {
    if (byte === LF && this.#afterCr) {
      this.#afterCr = false;
      return;
    }
    this.#afterCr = byte === CR;
    if (byte === CR || byte === LF) {
      this.#endLine();
      return;
    }
    if (byte === NUL || byte > 0x7f) this.#checkByte(byte);
    this.#out[this.#at++] = byte;
    this.#bytes++;
    if (++this.#lineBytes > MAX_LINE_BYTES) throw lineTooLong();
  }

  #endLine(): void {
    this.#out[this.#at++] = CR;
    this.#out[this.#at++] = LF;
    this.#bytes += 2;
    if (this.#lineBytes === 0) this.#inHeader = false;
    this.#lineBytes = 0;
  }

  #checkByte(byte: number): void {
    if (byte === NUL) throw nulRefused();
    if (!this.#rules.eightBit) {
      throw usage('The message holds bytes beyond ASCII and the server does not offer 8BITMIME; encode them');
    }
    if (this.#inHeader && !this.#rules.utf8Header) {
      throw usage(
        "The message's header holds bytes beyond ASCII, which needs SMTPUTF8: encode them (RFC 2047) or ask for smtpUtf8",
      );
    }
  }

  #checkSize(): void {
    const { maxBytes } = this.#rules;
    if (this.#bytes <= maxBytes) return;
    throw limitError(`The message is larger than the ${maxBytes} bytes that are allowed`);
  }
}

/** Where the printable ASCII from `start` on ends, at most `max` bytes further. */
function runEnd(chunk: Uint8Array, start: number, max: number): number {
  const limit = Math.min(chunk.length, start + max);
  let end = start;
  for (let byte = chunk[end] ?? 0; end < limit && byte > CR && byte < 0x7f; byte = chunk[end] ?? 0) end++;
  return end;
}

/**
 * What `take` handed out as one chunk (RFC 3030 section 2): the BDAT command goes into the room in front of it, so
 * nothing is copied.
 * @param isLast Whether the message ends with this chunk.
 */
export function bdatChunk(taken: Uint8Array, isLast: boolean): Uint8Array {
  const command = encodeLines([`BDAT ${taken.length}${isLast ? ' LAST' : ''}`]);
  const start = taken.byteOffset - command.length;
  const chunk = new Uint8Array(taken.buffer, start, command.length + taken.length);
  chunk.set(command);
  return chunk;
}
