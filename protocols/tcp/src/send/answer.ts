// Gathers an answer up to the byte that ends it. Pure: it reads no socket and knows no time.
import { ReceiveBuffer } from '@fairlead/bytes';

/** What ends an answer by its bytes. */
export interface AnswerEnds {
  readonly bytes: number | undefined;
  readonly pattern: Uint8Array | undefined;
  /** Not 0. */
  readonly maxBytes: number;
}

/** The ends that an answer's bytes can bring. */
export type ByteEnd = 'bytes' | 'pattern' | 'maxBytes';

/** Takes an answer in any pieces. */
export class AnswerBuffer {
  readonly #ends: AnswerEnds;
  readonly #matcher: PatternMatcher | undefined;
  readonly #buffer: ReceiveBuffer = new ReceiveBuffer(Number.POSITIVE_INFINITY);

  constructor(ends: AnswerEnds) {
    this.#ends = ends;
    this.#matcher = ends.pattern && new PatternMatcher(ends.pattern);
  }

  /** Whether nothing has come. */
  get isEmpty(): boolean {
    return this.#buffer.length === 0;
  }

  /** Takes what belongs to the answer and drops the rest. @returns What has ended it, or undefined. */
  push(chunk: Uint8Array): ByteEnd | undefined {
    const { bytes = Number.POSITIVE_INFINITY, maxBytes } = this.#ends;
    const room = Math.min(bytes, maxBytes) - this.#buffer.length;
    const piece = chunk.subarray(0, room);
    const matchEnd = this.#matcher?.find(piece);
    this.#buffer.push(piece.subarray(0, matchEnd));
    // The chunk is the transport's, and valid only until its next read.
    this.#buffer.keep();
    if (matchEnd !== undefined) return 'pattern';
    if (piece.length < room) return undefined;
    return bytes <= maxBytes ? 'bytes' : 'maxBytes';
  }

  /** The answer so far, as an array of its own. */
  take(): Uint8Array<ArrayBuffer> {
    return this.#buffer.view().slice();
  }
}

/**
 * Finds a pattern in a stream, byte by byte and without going back (Knuth, Morris and Pratt): whatever the server sends, a
 * byte costs the same.
 */
class PatternMatcher {
  readonly #pattern: Uint8Array;
  /** For each length of a match: how much of it is still a match when the next byte is another one. */
  readonly #fallback: Uint16Array;
  /** How many bytes of the pattern the stream ends with. */
  #matched = 0;

  constructor(pattern: Uint8Array) {
    this.#pattern = pattern;
    this.#fallback = new Uint16Array(pattern.length + 1);
    for (let i = 1, matched = 0; i < pattern.length; i++) {
      while (matched > 0 && pattern[i] !== pattern[matched]) matched = this.#fallback[matched] ?? 0;
      if (pattern[i] === pattern[matched]) matched++;
      this.#fallback[i + 1] = matched;
    }
  }

  /** Where in `bytes` the pattern ends, as the offset behind it. */
  find(bytes: Uint8Array): number | undefined {
    const pattern = this.#pattern;
    for (let at = 0; at < bytes.length; at++) {
      while (this.#matched > 0 && bytes[at] !== pattern[this.#matched])
        this.#matched = this.#fallback[this.#matched] ?? 0;
      if (bytes[at] === pattern[this.#matched]) this.#matched++;
      if (this.#matched === pattern.length) return at + 1;
    }
    return undefined;
  }
}
