// The quoting that arrays, ranges and composites share in the text format (manual, sections 8.15.6, 8.16.6, 8.17.5).
// It knows no element's type.
import { malformed } from './malformed.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** A text being taken apart, from its start to its end. */
export class Scanner {
  readonly text: string;
  at = 0;
  readonly #what: string;

  /** @param what How an error names it. */
  constructor(text: string, what: string) {
    this.text = text;
    this.#what = what;
  }

  /** The character that comes next; empty at the end. */
  get next(): string {
    return this.text.charAt(this.at);
  }

  /** Takes one character, which must be one of `allowed`. @throws FairleadError `protocol`. */
  take(allowed: string): string {
    const found = this.next;
    if (found === '' || !allowed.includes(found)) throw malformed(this.#what);
    this.at += 1;
    return found;
  }

  /** Takes an element: quoted, or up to one of two characters; `null` if it is quoted in no way and empty. */
  item(stop: string, otherStop: string): string | null {
    const { text } = this;
    if (text.charCodeAt(this.at) === QUOTE) return this.#quoted();
    const first = stop.charCodeAt(0);
    const second = otherStop.charCodeAt(0);
    const from = this.at;
    let at = from;
    for (; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code === first || code === second) break;
    }
    this.at = at;
    return at === from ? null : text.slice(from, at);
  }

  /** @throws FairleadError `protocol` unless the text is used up. */
  end(): void {
    if (this.at < this.text.length) throw malformed(this.#what);
  }

  #quoted(): string {
    const { text } = this;
    let from = this.at + 1;
    let value = '';
    for (let at = from; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code !== QUOTE && code !== BACKSLASH) continue;
      if (code === QUOTE && text.charCodeAt(at + 1) !== QUOTE) {
        this.at = at + 1;
        return value + text.slice(from, at);
      }
      // A backslash, or the first of two quotes: what follows stands for itself.
      value += text.slice(from, at);
      at += 1;
      from = at;
    }
    throw malformed(this.#what);
  }
}
