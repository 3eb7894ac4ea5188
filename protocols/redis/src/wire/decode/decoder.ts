// RESP2 and RESP3 bytes to replies: takes any chunks, returns whole replies. It does not know the commands.
import { concat, decodeUtf8, decodeUtf8Lossy } from '@fairlead/bytes';
import { limitError, notText, protocolError, serverError } from '../../errors.ts';
import type { Reply, ReplyLimits } from '../messages.ts';
import { type Aggregate, complete } from './aggregate.ts';
import { ReplyBuffer } from './reply-buffer.ts';
import { integer, scalar } from './scalar.ts';

/** The shortest value there is (`_\r\n`), to tell early that a count cannot fit. */
const MIN_VALUE_BYTES = 3;

/** The number of parts of a streamed value, which ends with a mark of its own. */
const NO_END = Number.POSITIVE_INFINITY;

/** A part was read, but no value is complete. */
const MORE = Symbol();

/**
 * Splits a stream of RESP into replies. A type is known by its first byte
 * (https://redis.io/docs/latest/develop/reference/protocol-spec/). After a throw the stream cannot be read on.
 */
export class Decoder extends ReplyBuffer {
  /** Whether the last value that `next` returned is a push and not a reply. */
  isPush = false;
  /** How many more bytes are announced by what has come; 1 where that is not known. */
  wanted = 1;
  /** How many values one reply may have, over all levels. */
  maxValues: number;
  readonly #maxDepth: number;
  readonly #stack: Aggregate[] = [];
  #top: Aggregate | undefined;
  #asBytes = false;
  #values = 0;
  #notText = false;

  constructor(limits: ReplyLimits = {}) {
    super(limits.maxReplyBytes ?? 1 << 26);
    this.maxValues = limits.maxReplyValues ?? 1_000_000;
    this.#maxDepth = limits.maxReplyDepth ?? 32;
  }

  /** The type of a value that has begun and is not complete; `undefined` between values. */
  get begun(): string | undefined {
    if (this.#top !== undefined) return this.#stack[0]?.type;
    return this.length > 0 ? String.fromCharCode(this.bytes[this.start] ?? 0) : undefined;
  }

  /**
   * The next whole reply, or `undefined` until more arrives.
   * An error reply is returned as a FairleadError `server`; a text that is not UTF-8 makes the whole reply
   * a FairleadError `usage`, since only bytes can carry it.
   * @param asBytes Whether strings come as bytes; pushes always do. Looked at where a reply begins.
   * @throws FairleadError `protocol` or `limit`.
   */
  next(asBytes: boolean): Reply | undefined {
    this.wanted = 1;
    // Not behind an attribute, which belongs to the reply.
    if (!asBytes && this.usedBytes === 0) {
      const text = this.shortText();
      if (text !== undefined) {
        this.isPush = false;
        this.usedBytes = 0;
        return text;
      }
    }
    for (;;) {
      const value = this.#element(asBytes);
      if (value === undefined) return undefined;
      const whole = value === MORE ? value : this.#add(value);
      if (whole === MORE) continue;
      this.usedBytes = this.#values = 0;
      if (!this.#notText) return whole;
      this.#notText = false;
      return notText('The reply', 'ask for it');
    }
  }

  #element(asBytes: boolean): Reply | typeof MORE | undefined {
    const { bytes, start } = this;
    const to = this.lineEnd();
    if (to < 0) return undefined;
    const type = String.fromCharCode(bytes[start] ?? 0);
    const top = this.#top;
    if (top === undefined) {
      this.isPush = type === '>';
      this.#asBytes = asBytes || this.isPush;
    } else if (type === '>') throw protocolError('a push in a reply');
    if ((top?.type === '$') !== (type === ';')) throw protocolError('a stray chunk');
    if (type === '-') {
      this.moveTo(to + 2);
      return serverError(decodeUtf8Lossy(bytes.subarray(start + 1, to)));
    }
    const line = this.#text(bytes, start + 1, to);
    const isString = '$;=!'.includes(type);
    if (!isString && !'*%~>|:'.includes(type)) {
      this.moveTo(to + 2);
      return type === '.' && to === start + 1 ? this.#endStream() : scalar(type, line);
    }
    const isStreamed = line === '?' && '$*%~>|'.includes(type);
    const count = isStreamed ? NO_END : integer(line);
    if (isString && count >= 0 && !isStreamed) return this.#string(type, to + 2, count);
    this.moveTo(to + 2);
    if (type === ':') return Number.isSafeInteger(count) ? count : BigInt(line);
    if (count >= 0) return this.#open(type, count);
    if (count !== -1 || (type !== '$' && type !== '*')) throw protocolError('a negative length');
    return null;
  }

  #string(type: string, from: number, length: number): Reply | typeof MORE | undefined {
    if (type === ';' && length === 0) {
      this.moveTo(from);
      return this.#endStream();
    }
    this.expectRoom(length);
    const { bytes, start } = this;
    const to = from + length;
    const missing = to + 2 - this.end;
    if (missing > 0) {
      this.reserve(to + 2 - start);
      this.wanted = missing;
      return undefined;
    }
    this.expectEnd(to);
    this.moveTo(to + 2);
    if (type === '!') return serverError(decodeUtf8Lossy(bytes.subarray(from, to)));
    // A verbatim string begins with its format, as in `txt:`.
    const text = type === '=' ? from + 4 : from;
    if (text > to) throw protocolError('no verbatim format');
    return this.#asBytes || type === ';' ? bytes.slice(text, to) : this.#text(bytes, text, to);
  }

  #text(bytes: Uint8Array, from?: number, to?: number): string {
    const text = decodeUtf8(bytes, from, to);
    this.#notText ||= text === undefined;
    return text ?? '';
  }

  /** Begins an aggregate of `count` elements. */
  #open(type: string, count: number): Reply | typeof MORE {
    const left = type === '%' || type === '|' ? count * 2 : count;
    if (type !== '$' && this.#stack.length >= this.#maxDepth) throw limitError('Depth', this.#maxDepth);
    if (left < NO_END) {
      if (left > this.maxValues - this.#values) throw limitError('Values', this.maxValues);
      this.expectRoom(left * MIN_VALUE_BYTES);
    }
    this.#top = { type, left, items: [] };
    this.#stack.push(this.#top);
    return left ? MORE : this.#close(this.#top);
  }

  /** Adds a value where it belongs; returns the outermost value once that is complete. */
  #add(value: Reply): Reply | typeof MORE {
    let part = value;
    for (let top = this.#top; top !== undefined; top = this.#top) {
      if (++this.#values > this.maxValues) throw limitError('Values', this.maxValues);
      top.items.push(part);
      if (--top.left > 0) return MORE;
      const closed = this.#close(top);
      if (closed === MORE) return MORE;
      part = closed;
    }
    return part;
  }

  #endStream(): Reply | typeof MORE {
    const top = this.#top;
    if (top?.left !== NO_END) throw protocolError('a stray end');
    return this.#close(top);
  }

  #close(top: Aggregate): Reply | typeof MORE {
    this.#stack.pop();
    this.#top = this.#stack.at(-1);
    if (top.type === '|') return MORE;
    if (top.type !== '$') return complete(top);
    const joined = concat(top.items as Uint8Array[]);
    return this.#asBytes ? joined : this.#text(joined);
  }
}
