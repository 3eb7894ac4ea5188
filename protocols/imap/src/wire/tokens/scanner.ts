// Reads the values of one response: strings, numbers, lists (RFC 9051 section 9). It does not know responses.
import { decodeText } from '../../headers/text.ts';
import { limitError } from '../errors.ts';
import { Cursor, INCOMPLETE, isDelimiter } from './cursor.ts';

/** How deep lists may stand in lists. */
const MAX_DEPTH = 64;

const QUOTE = 0x22;
const OPEN = 0x28;
const CLOSE = 0x29;
const BACKSLASH = 0x5c;
const BRACKET = 0x5d;

/** What can be read at a place in a response. Strict about strings, lenient about spaces and NIL. */
export class Scanner extends Cursor {
  #depth = 0;
  #members = 0;

  /** A word in upper case that must be there, and the spaces behind it. */
  name(stop = -1): string {
    const word = this.word(stop);
    if (word === '') throw this.bad();
    this.spaces();
    return word.toUpperCase();
  }

  /** A string in any form, or `undefined` for NIL. */
  text(): string | undefined {
    this.spaces();
    if (this.peek() === QUOTE) return this.quoted();
    const literal = this.takeLiteral();
    if (literal !== undefined) return decodeText(literal);
    const word = this.word();
    if (word === '' && !this.isAtEnd && this.peek() !== CLOSE) throw this.bad();
    return word === '' || (word.length === 3 && word.toUpperCase() === 'NIL') ? undefined : word;
  }

  /** A string that may be the word NIL. */
  astring(): string {
    this.spaces();
    const from = this.at;
    return this.text() ?? this.slice(from, this.at);
  }

  /** A string as bytes that are the caller's own. */
  bytes(): Uint8Array | undefined {
    this.spaces();
    const literal = this.takeLiteral();
    if (literal !== undefined) return literal.slice();
    if (this.peek() === QUOTE) return this.quotedBytes();
    const text = this.text();
    return text === undefined ? undefined : new TextEncoder().encode(text);
  }

  /** A number of up to 63 bits that a double holds exactly or nearly; `undefined` for NIL and what is none. */
  number(): number | undefined {
    this.spaces();
    const bytes = this.source;
    let value = 0;
    let at = this.at;
    for (; at < this.end; at++) {
      const digit = (bytes[at] ?? 0) - 0x30;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    if (at > this.at && at < this.end && value <= Number.MAX_SAFE_INTEGER && isDelimiter(bytes[at] ?? 0)) {
      this.at = at;
      return value;
    }
    const text = this.text() ?? '';
    return /^\d{1,16}$/.test(text) ? Number(text) : undefined;
  }

  bigint(): bigint | undefined {
    const text = this.text() ?? '';
    return /^\d{1,20}$/.test(text) ? BigInt(text) : undefined;
  }

  /** The members of a list; none for NIL, and a single one where the server left out the parentheses. */
  list<Member>(read: (scanner: Scanner) => Member): Member[] {
    const members: Member[] = [];
    this.spaces();
    if (!this.enter()) {
      const from = this.at;
      if (this.word().toUpperCase() !== 'NIL' || this.at === from) {
        this.at = from;
        if (!this.isAtEnd && this.peek() !== CLOSE) members.push(read(this));
      }
      return members;
    }
    while (!this.leave()) {
      const from = this.at;
      members.push(read(this));
      if (this.at === from) throw this.bad();
    }
    return members;
  }

  /** Strings of a list; NIL in it is left out. */
  texts(): string[] {
    return this.list((scanner) => scanner.text()).filter((text) => text !== undefined);
  }

  /** Counts what takes more memory than its bytes. @throws FairleadError `limit`. */
  countMember(limit: number): void {
    if (++this.#members > limit) throw limitError('members of a tree', limit);
  }

  /** Goes into a list if one begins here. */
  enter(): boolean {
    if (!this.take(OPEN)) return false;
    if (++this.#depth > MAX_DEPTH) throw limitError('lists in lists', MAX_DEPTH);
    return true;
  }

  /** Leaves the list if it ends here, be it behind spaces. */
  leave(): boolean {
    this.spaces();
    if (this.take(CLOSE)) {
      this.#depth--;
      return true;
    }
    if (this.isAtEnd) throw this.bad();
    return false;
  }

  /** Passes over whatever is left in this list, and leaves it. */
  leaveRest(): void {
    while (!this.leave()) this.skip();
  }

  /** Passes over one value, of whatever kind and depth. */
  skip(): void {
    let depth = 0;
    do {
      this.spaces();
      if (this.take(OPEN)) depth++;
      else if (depth > 0 && this.take(CLOSE)) depth--;
      else {
        const from = this.at;
        this.text();
        if (this.at === from) throw this.bad();
      }
    } while (depth > 0);
  }

  /** What `read` makes of the value here; `undefined`, and past it, where the value is malformed or too deep. */
  attempt<Value>(read: (scanner: Scanner) => Value): Value | undefined {
    this.spaces();
    const { at } = this;
    const depth = this.#depth;
    const literal = this.literal;
    try {
      return read(this);
    } catch (cause) {
      if (cause === INCOMPLETE) throw cause;
      this.at = at;
      this.#depth = depth;
      this.literal = literal;
      this.skip();
      return undefined;
    }
  }

  /** The text up to a bracket that closes, as in `BODY[...]`, and behind it. */
  section(): string {
    const from = this.at;
    let isQuoted = false;
    for (let at = from; at < this.end; at++) {
      const byte = this.source[at];
      if (byte === QUOTE) isQuoted = !isQuoted;
      else if (isQuoted && byte === BACKSLASH) at++;
      else if (byte === BRACKET && !isQuoted) {
        this.at = at + 1;
        return this.slice(from, at);
      }
    }
    this.at = this.end;
    throw this.bad();
  }
}
