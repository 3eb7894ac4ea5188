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
/** A simple string that is longer is searched for its end by the decoder. */
const SHORT = 48;

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
   * A whole bulk string of up to 99 bytes, or a short simple one, in one go: the usual reply. `undefined` where something
   * else comes next, or not all of it is here; nothing is consumed then, and the decoder says what is wrong.
   */
  shortText(): string | undefined {
    const { bytes, start, end } = this;
    const type = bytes[start];
    let from = start + 1;
    let to: number;
    if (type === BULK) {
      let length = (bytes[start + 1] ?? 0) - ZERO;
      if (length < 0 || length > 9) return undefined;
      from = start + 4;
      const second = (bytes[start + 2] ?? 0) - ZERO;
      if (second >= 0 && second <= 9) {
        length = length * 10 + second;
        from++;
      }
      if (bytes[from - 2] !== CR || bytes[from - 1] !== LF) return undefined;
      to = from + length;
    } else if (type === PLUS) {
      to = from;
      while (to < from + SHORT && bytes[to] !== CR) to++;
    } else return undefined;
    if (to + 2 > end || bytes[to] !== CR || bytes[to + 1] !== LF) return undefined;
    const text = decodeUtf8(bytes, from, to);
    if (text !== undefined) this.moveTo(to + 2);
    return text;
  }

  /** Consumes the bytes before `to`, and counts them. */
  moveTo(to: number): void {
    const count = to - this.start;
    this.expectRoom(count);
    this.usedBytes += count;
    this.start = to;
    this.#searched = 0;
  }
}
