// The received bytes, read by lines, with the size of the current reply counted. It knows no types of values.
import { decodeUtf8, ReceiveBuffer } from '@fairlead/bytes';
import { limitError, protocolError } from '../../errors.ts';

const CR = 13;
const LF = 10;
const BULK = 36;
const ZERO = 48;

/** The longest line of a number or a length. Lines of simple strings and errors may be as long as a reply. */
const MAX_LINE_BYTES = 65_536;
const PLUS = 43;
const MINUS = 45;

/** A receive buffer that reads what every RESP type begins with. After a throw it cannot be read on. */
export class ReplyBuffer extends ReceiveBuffer {
  /** Bytes of the reply that is being read, so far. */
  usedBytes = 0;
  readonly #maxReplyBytes: number;
  /** How far the unfinished line at the start was searched for its end. */
  #searched = 0;

  /** @param maxReplyBytes How many bytes one reply may have. */
  constructor(maxReplyBytes: number) {
    super(maxReplyBytes + MAX_LINE_BYTES * 2);
    this.#maxReplyBytes = maxReplyBytes;
  }

  /** Index of the CR that ends the line at the start, or -1 until the line is whole. */
  lineEnd(): number {
    const { bytes, start, end } = this;
    let at = start + this.#searched;
    while (at < end && bytes[at] !== CR) at++;
    this.#searched = at - start;
    if (this.#searched > MAX_LINE_BYTES) this.#expectWords(bytes[start]);
    if (at + 1 >= end) return -1;
    this.#searched = 0;
    this.expectEnd(at);
    return at;
  }

  /** A long line has words, and is no longer than a reply may be. */
  #expectWords(type: number | undefined): void {
    if (type !== PLUS && type !== MINUS) throw protocolError('an endless line');
    this.expectRoom(this.#searched);
  }

  /** Refuses anything but CR LF at `at`. */
  expectEnd(at: number): void {
    if (this.bytes[at] !== CR || this.bytes[at + 1] !== LF) throw protocolError('no CR LF');
  }

  /** Refuses `count` bytes that would make the current reply too long. */
  expectRoom(count: number): void {
    if (count > this.#maxReplyBytes - this.usedBytes) throw limitError('Bytes', this.#maxReplyBytes);
  }

  /**
   * A whole bulk string of up to 99 bytes, in one go: the usual reply. `undefined` where something else
   * comes next, or not all of it is here; nothing is consumed then.
   */
  shortText(): string | undefined {
    const { bytes, start, end } = this;
    if (start + 6 > end || bytes[start] !== BULK) return undefined;
    let length = (bytes[start + 1] ?? 0) - ZERO;
    let from = start + 4;
    // Anything else is left to the decoder, which says what is wrong with it.
    if (length < 0 || length > 9) return undefined;
    const second = bytes[start + 2] ?? 0;
    if (second !== CR) {
      if (second < ZERO || second > ZERO + 9) return undefined;
      length = length * 10 + second - ZERO;
      from++;
    }
    const to = from + length;
    if (to + 2 > end || bytes[from - 2] !== CR || bytes[from - 1] !== LF) return undefined;
    if (bytes[to] !== CR || bytes[to + 1] !== LF) return undefined;
    const text = decodeUtf8(bytes, from, to);
    if (text !== undefined) this.start = to + 2;
    return text;
  }

  /** Consumes the bytes before `to`, and counts them. */
  moveTo(to: number): void {
    const count = to - this.start;
    this.expectRoom(count);
    this.usedBytes += count;
    this.start = to;
  }
}
