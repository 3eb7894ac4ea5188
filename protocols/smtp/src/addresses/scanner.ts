// The tokens of an address field (RFC 5322 sections 3.2 and 3.4, RFC 6532), one at a time from the left. Each character is
// read once; control characters are refused.

import { usage } from '@fairlead/errors';

/** atext of RFC 6532: all but specials, white space and control characters. */
const ATOM = /[^\0-\x20\x7f()<>[\]:;@\\,."]+/y;
const SPACE = /[ \t]+/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for
const CONTROL = /[\0-\x08\x0a-\x1f\x7f]/;
/** Comments within comments. */
const MAX_DEPTH = 16;

/** Reads an unfolded field from left to right. */
export class Scanner {
  readonly #text: string;
  readonly #role: string;
  #at = 0;
  /** The text of the last comment. */
  comment: string | undefined;

  /** @param role The field's name, for errors. @throws FairleadError `usage` for text with control characters. */
  constructor(text: string, role: string) {
    if (CONTROL.test(text)) throw usage(`${role} must not hold control characters`);
    this.#text = text;
    this.#role = role;
  }

  /** The next character, or the empty string at the end. */
  get next(): string {
    return this.#text.charAt(this.#at);
  }

  /** Steps over `character`, if it is the next one. */
  take(character: string): boolean {
    if (this.next !== character || character === '') return false;
    this.#at++;
    return true;
  }

  /** Steps over white space and comments. @returns Whether there was any. */
  skip(comments: boolean): boolean {
    const start = this.#at;
    for (;;) {
      this.#match(SPACE);
      if (this.next !== '(') return this.#at > start;
      if (!comments) throw this.fault('holds a comment, which different programs read differently');
      this.comment = this.#comment();
    }
  }

  /** An atom, or the empty string. */
  atom(): string {
    return this.#match(ATOM);
  }

  /** A quoted string, as text and as written. The next character is its quotation mark. */
  quoted(): { readonly value: string; readonly raw: string } {
    const start = this.#at;
    this.#at++;
    const value = this.#until('"');
    return { value, raw: this.#text.slice(start, this.#at) };
  }

  /** A domain literal with its brackets. The next character is the first of them. */
  literal(): string {
    const end = this.#text.indexOf(']', this.#at);
    if (end < 0) throw this.fault('lacks a "]"');
    const raw = this.#text.slice(this.#at, end + 1);
    this.#at = end + 1;
    return raw;
  }

  /** The error of a malformed field. @param what What is wrong with it. */
  fault(what: string): Error {
    const near = JSON.stringify(this.#text.slice(Math.max(0, this.#at - 20), this.#at + 20));
    return usage(`${this.#role} ${what}, near ${near}; quote a name that holds more than letters and spaces`);
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? '';
    this.#at += found.length;
    return found;
  }

  /** Text up to `end`, its backslashes resolved. */
  #until(end: string): string {
    const pieces: string[] = [];
    for (let from = this.#at; ; this.#at++) {
      const character = this.next;
      if (character === '') throw this.fault(`lacks a ${end}`);
      if (character !== end && character !== '\\') continue;
      pieces.push(this.#text.slice(from, this.#at++));
      if (character === end) return pieces.join('');
      from = this.#at;
      if (this.next === '') throw this.fault(`lacks a ${end}`);
    }
  }

  #comment(): string {
    const start = this.#at + 1;
    let depth = 0;
    for (;;) {
      const character = this.next;
      if (character === '') throw this.fault('lacks a ")"');
      this.#at += character === '\\' ? 2 : 1;
      if (character === '(' && ++depth > MAX_DEPTH) throw this.fault('nests its comments too deep');
      if (character === ')' && --depth === 0) return this.#text.slice(start, this.#at - 1);
    }
  }
}
