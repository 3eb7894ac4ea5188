// A place in the bytes of one response: words, quoted strings and literals (RFC 9051 section 9). It knows no values.

import { decodeText } from '../../headers/text.ts';
import { protocolError } from '../errors.ts';

/** A literal in a response. */
export interface Literal {
  /** Where its `{` is, or its `~`. */
  readonly at: number;
  /** Where its bytes begin. */
  readonly start: number;
  /** Its bytes that are held: 0 for a body that is handed out as it comes. */
  readonly size: number;
}

/** Responses up to this length are decoded in one go. */
const DECODE_WHOLE = 1 << 16;

const SPACE = 0x20;
const QUOTE = 0x22;
const OPEN = 0x28;
const CLOSE = 0x29;
const BACKSLASH = 0x5c;
const BRACKET = 0x5d;

/** Thrown where a response is not all there yet. The parser alone catches it. */
export const INCOMPLETE: unique symbol = /* @__PURE__ */ Symbol();

/** A position in a response whose bytes are all there. */
export class Cursor {
  at: number;
  readonly end: number;
  protected readonly source: Uint8Array;
  readonly #literals: readonly Literal[];
  /** Whether more of the response follows, so that its end is no breach. */
  readonly isPartial: boolean;
  #text: string | undefined;
  #textStart = 0;
  /** How many literals were passed. */
  protected literal = 0;
  #hasEscapes = false;

  constructor(
    bytes: Uint8Array,
    at: number,
    end: number,
    literals: readonly Literal[] = [],
    isPartial = false,
  ) {
    this.source = bytes;
    this.at = at;
    this.end = end;
    this.#literals = literals;
    this.isPartial = isPartial;
    if (end - at > DECODE_WHOLE) return;
    // Where all of it is ASCII, its text has the offsets of its bytes.
    const text = decodeText(bytes, at, end);
    if (/^[\0-\x7f]*$/.test(text)) {
      this.#text = text;
      this.#textStart = at;
    }
  }

  /** The byte here, -1 at the end. */
  peek(): number {
    return this.at < this.end ? (this.source[this.at] ?? -1) : -1;
  }

  get isAtEnd(): boolean {
    return this.at >= this.end;
  }

  get isAtList(): boolean {
    return this.peek() === OPEN;
  }

  /** Takes the byte if it is here. */
  take(byte: number): boolean {
    if (this.peek() !== byte) return false;
    this.at++;
    return true;
  }

  spaces(): void {
    while (this.take(SPACE));
  }

  /** Text between two places. */
  slice(from: number, to: number): string {
    if (this.#text === undefined) return decodeText(this.source, from, to);
    return this.#text.slice(from - this.#textStart, to - this.#textStart);
  }

  /** Everything to the end. */
  rest(): string {
    const from = this.at;
    this.at = this.end;
    return this.slice(from, this.end);
  }

  /** A word up to a space, a parenthesis or a quote; perhaps empty. With `stop` also up to that byte. */
  word(stop = -1): string {
    const from = this.at;
    const bytes = this.source;
    let at = from;
    for (; at < this.end; at++) {
      const byte = bytes[at] ?? 0;
      if (byte <= SPACE || byte === OPEN || byte === CLOSE || byte === QUOTE || byte === stop) break;
    }
    if (at >= this.end && this.isPartial) throw INCOMPLETE;
    this.at = at;
    return this.slice(from, at);
  }

  /** Whether the literal here is the last one, whose bytes are not held. */
  takeLastLiteral(): boolean {
    const last = this.#literals.at(-1);
    if (!this.isPartial || last === undefined || last.at !== this.at) return false;
    this.at = last.start;
    return true;
  }

  /** The error of what stands here. */
  bad(): unknown {
    if (this.isAtEnd) return this.isPartial ? INCOMPLETE : protocolError('a response that ends early');
    return protocolError('a response that cannot be read');
  }
  /** The bytes of the literal here, if there is one, as a view. */
  protected takeLiteral(): Uint8Array | undefined {
    let literal = this.#literals[this.literal];
    // Those that were passed over in a text.
    while (literal !== undefined && literal.at < this.at) literal = this.#literals[++this.literal];
    if (literal === undefined || literal.at !== this.at) return undefined;
    if (this.isPartial && this.literal === this.#literals.length - 1) throw INCOMPLETE;
    this.literal++;
    this.at = literal.start + literal.size;
    return this.source.subarray(literal.start, this.at);
  }

  /** The text of the quoted string here. */
  protected quoted(): string {
    const [from, to] = this.#quotedRange();
    const text = this.slice(from, to);
    return this.#hasEscapes ? text.replace(/\\(.)/gs, '$1') : text;
  }

  /** The bytes of the quoted string here, as a copy. */
  protected quotedBytes(): Uint8Array {
    const bytes = this.source.slice(...this.#quotedRange());
    return this.#hasEscapes ? unescaped(bytes) : bytes;
  }

  /**
   * Where a quoted string's text is. A quote that no end of a string can follow belongs to the text: iCloud and others
   * send quotes in Message-IDs and names unescaped.
   */
  #quotedRange(): [from: number, to: number] {
    const bytes = this.source;
    const from = this.at + 1;
    this.#hasEscapes = false;
    for (let at = from; at < this.end; at++) {
      const byte = bytes[at];
      if (byte === QUOTE && (at + 1 >= this.end || isDelimiter(bytes[at + 1] ?? 0))) {
        this.at = at + 1;
        return [from, at];
      }
      if (byte === BACKSLASH) {
        this.#hasEscapes = true;
        at++;
      }
    }
    this.at = this.end;
    throw this.bad();
  }
}

/** Whether a string may end before it. */
export function isDelimiter(byte: number): boolean {
  return byte === SPACE || byte === CLOSE || byte === BRACKET;
}

function unescaped(bytes: Uint8Array): Uint8Array {
  let size = 0;
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] === BACKSLASH) at++;
    bytes[size++] = bytes[at] ?? 0;
  }
  return bytes.subarray(0, size);
}
