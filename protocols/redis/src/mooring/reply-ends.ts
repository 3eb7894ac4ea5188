// Finds the ends of replies in a stream of RESP, in any pieces, without decoding them.
import { protocolError } from '../errors.ts';

const CR = 13;
const LF = 10;
const MINUS = 45;
const ZERO = 48;
const QUESTION = 63;
const PUSH = 62;
const BANG = 33;
const MAX_DEPTH = 64;
const MAX_LINE_BYTES = 65_536;

/** Types whose line says how many bytes follow: bulk string, bulk error, verbatim string, part of a streamed string. */
const BULK = new Set([36, 33, 61, 59]);
/** Types whose line says how many values follow, and how many values each of them is: array, set, push, map, attribute. */
const AGGREGATE = new Map([
  [42, 1],
  [126, 1],
  [PUSH, 1],
  [37, 2],
  [124, 2],
]);

/** A position in a stream of replies. */
export class ReplyEnds {
  /** Where replies ended in the bytes that `take` has seen last; pushes do not count. */
  ends: number[] = [];
  /** Whether a reply was an error. Whoever asks sets it back. */
  hasError = false;
  /** How many values are missing in each aggregate that has begun. */
  readonly #missing: number[] = [];
  /** Whether the outermost value is a push. */
  #isPush = false;
  #type = 0;
  /** The number in the line, as far as it has come. */
  #number = 0;
  #isNegative = false;
  #isStreamed = false;
  #lineBytes = 0;
  #isInLine = false;
  /** Bytes of a bulk string, with its line end, that are still to come. */
  #skip = 0;

  /** Whether the last reply has come whole. */
  get isWhole(): boolean {
    return !this.#isInLine && this.#skip === 0 && this.#missing.length === 0;
  }

  /** Looks at bytes. @throws FairleadError `protocol`. */
  take(bytes: Uint8Array): void {
    this.ends = [];
    for (let at = 0; at < bytes.length; ) {
      if (this.#skip > 0) {
        const taken = Math.min(this.#skip, bytes.length - at);
        this.#skip -= taken;
        at += taken;
        if (this.#skip === 0) this.#complete(at);
      } else at = this.#isInLine ? this.#line(bytes, at) : this.#begin(bytes[at] ?? 0, at);
    }
  }

  #begin(type: number, at: number): number {
    if (this.#missing.length === 0) {
      this.#isPush = type === PUSH;
      this.hasError ||= type === MINUS || type === BANG;
    }
    this.#type = type;
    this.#number = this.#lineBytes = 0;
    this.#isNegative = this.#isStreamed = false;
    this.#isInLine = true;
    return at + 1;
  }

  #line(bytes: Uint8Array, from: number): number {
    for (let at = from; at < bytes.length; at++) {
      const byte = bytes[at] ?? 0;
      if (byte === LF) {
        this.#isInLine = false;
        this.#endLine(at + 1);
        return at + 1;
      }
      this.#lineBytes += 1;
      if (this.#lineBytes > MAX_LINE_BYTES && (BULK.has(this.#type) || AGGREGATE.has(this.#type)))
        throw protocolError('a length that does not end');
      if (byte === MINUS) this.#isNegative = true;
      else if (byte === QUESTION) this.#isStreamed = true;
      else if (byte !== CR) this.#number = this.#number * 10 + byte - ZERO;
    }
    return bytes.length;
  }

  #endLine(at: number): void {
    const values = AGGREGATE.get(this.#type);
    const isBulk = BULK.has(this.#type);
    if (values === undefined && !isBulk) {
      this.#complete(at);
      return;
    }
    if (this.#isStreamed) throw protocolError('a streamed value, which cannot be shared');
    if (this.#isNegative) this.#complete(at);
    else if (!Number.isSafeInteger(this.#number)) throw protocolError('an impossible length');
    else if (values === undefined) this.#skip = this.#number + 2;
    else this.#open(this.#number * values, at);
  }

  #open(count: number, at: number): void {
    // An attribute stands in front of the value that it belongs to: together they are one.
    const isAttribute = this.#type === 124;
    const missing = isAttribute ? count + 1 : count;
    if (missing === 0) this.#complete(at);
    else if (this.#missing.push(missing) > MAX_DEPTH) throw protocolError('values that are nested too deep');
  }

  #complete(at: number): void {
    for (let top = this.#missing.length - 1; top >= 0; top--) {
      const left = (this.#missing[top] ?? 1) - 1;
      this.#missing[top] = left;
      if (left > 0) return;
      this.#missing.pop();
    }
    if (!this.#isPush) this.ends.push(at);
  }
}
