// The octets of a message after DATA or BDAT: line ends repaired, dots stuffed (RFC 5321 section 4.5.2), chunk by chunk.
// It refuses NULs, lines that are too long and, where the server does not take them, bytes beyond ASCII.
import { type FairleadError, usage } from '@fairlead/errors';
import { limitError } from '../errors.ts';
import { encodeLines } from './encode.ts';
import {
  lineTooLong,
  MAX_LINE_BYTES,
  type MessageFacts,
  nulRefused,
  readMessageFacts,
} from './message-facts.ts';

const NUL = 0x00;
const TAB = 0x09;
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
    const { stuffing } = this.#rules;
    let at = start;
    while (at < chunk.length && !this.full) {
      const byte = chunk[at] ?? 0;
      if (this.#afterCr) {
        this.#afterCr = false;
        if (byte === LF) at++;
        continue;
      }
      if (stuffing && byte === DOT && this.#lineBytes === 0) this.#out[this.#at++] = DOT;
      const end = this.#putRun(chunk, at);
      if (end === at) this.#put(byte);
      at = Math.max(end, at + 1);
    }
    return at;
  }

  /**
   * Copies what goes as it is, from `start` on: whole lines and parts of them, up to a byte that `put` looks at, or a dot that
   * is doubled. Most messages are one such run, or few.
   * @returns The index behind it.
   */
  #putRun(chunk: Uint8Array, start: number): number {
    const { stuffing, eightBit, utf8Header } = this.#rules;
    const limit = Math.min(chunk.length, start + this.#out.length - this.#at - MAX_GROWTH + 1);
    let lineStart = start - this.#lineBytes;
    let end = start;
    while (end < limit) {
      const byte = chunk[end] ?? 0;
      if ((byte > CR && byte < 0x80) || byte === TAB) end++;
      else if (byte === CR && chunk[end + 1] === LF && end + 1 < limit) {
        if (end - lineStart > MAX_LINE_BYTES) throw lineTooLong();
        if (end === lineStart) this.#inHeader = false;
        end += 2;
        lineStart = end;
        if (stuffing && chunk[end] === DOT) break;
      } else if (byte > 0x7f && eightBit && (utf8Header || !this.#inHeader)) end++;
      else break;
    }
    if (end - lineStart > MAX_LINE_BYTES) throw lineTooLong();
    this.#out.set(chunk.subarray(start, end), this.#at);
    this.#at += end - start;
    this.#bytes += end - start;
    this.#lineBytes = end - lineStart;
    return end;
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
    this.#afterCr = byte === CR;
    if (byte === CR || byte === LF) {
      this.#endLine();
      return;
    }
    if (byte === NUL || byte > 0x7f) throw this.#refused(byte);
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

  #refused(byte: number): FairleadError {
    if (byte === NUL) return nulRefused();
    return usage(
      this.#rules.eightBit
        ? "The message's header holds bytes beyond ASCII, which needs SMTPUTF8: encode them (RFC 2047) or ask for smtpUtf8"
        : 'The message holds bytes beyond ASCII and the server does not offer 8BITMIME; encode them',
    );
  }

  #checkSize(): void {
    const { maxBytes } = this.#rules;
    if (this.#bytes <= maxBytes) return;
    throw limitError(`The message is larger than the ${maxBytes} bytes that are allowed`);
  }
}

/** A whole message as one piece of data, with what is known of it. */
export interface WholeMailData {
  readonly facts: MessageFacts;
  readonly data: Uint8Array;
}

/**
 * Encodes a whole message at once. Whether the server takes its bytes beyond ASCII is left to the caller.
 * @throws FairleadError `usage`.
 */
export function encodeWhole(message: Uint8Array, stuffing: boolean): WholeMailData {
  const facts = readMessageFacts(message);
  // Repairs only add bytes: without one, the message is its own encoding.
  if (!stuffing && facts.size === message.length) return { facts, data: message };
  const rules = { stuffing, eightBit: true, utf8Header: true, maxBytes: Number.POSITIVE_INFINITY };
  // With a dot on each line, or a CR before each LF, it doubles at most.
  const encoder = new MailDataEncoder(rules, message.length * 2 + 16);
  encoder.fill(message, 0);
  encoder.end();
  return { facts, data: encoder.take() };
}

/** The command of a chunk (RFC 3030 section 2). @param isLast Whether the message ends with this chunk. */
export function bdatCommand(bytes: number, isLast: boolean): string {
  return `BDAT ${bytes}${isLast ? ' LAST' : ''}`;
}

/** What `take` handed out as one chunk: its command goes into the room in front of it, so nothing is copied. */
export function bdatChunk(taken: Uint8Array, isLast: boolean): Uint8Array {
  const command = encodeLines([bdatCommand(taken.length, isLast)]);
  const start = taken.byteOffset - command.length;
  const chunk = new Uint8Array(taken.buffer, start, command.length + taken.length);
  chunk.set(command);
  return chunk;
}
