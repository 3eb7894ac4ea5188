// SQL text as Postgres reads it (src/backend/parser/scan.l): nested comments, dollar quotes, E'', U&"". Comments of a line
// end at a carriage return too.
import { behindDigits, behindName, isDigit, isHexDigit, isNameStart, isSpace } from '../characters.ts';
import type { Backslash } from '../quotes.ts';
import { SqlScanner, type TokenKind } from '../scanner.ts';
import { behindPostgresGap, behindPostgresLine, isLineEnd } from './postgres-gaps.ts';

/** What a session's settings change in the reading of its texts. */
export interface PostgresSettings {
  /**
   * The parameter of that name, which the server reports. Default: unknown, and a text is `unsure` where it matters.
   */
  readonly standardConformingStrings?: boolean | undefined;
}

const QUOTE = 0x27;
const DOUBLE_QUOTE = 0x22;
const DOLLAR = 0x24;
const AMPERSAND = 0x26;
const DOT = 0x2e;
const NUMBER_PREFIX = /[xXoObB]/;

function backslashOf(standard: boolean | undefined): Backslash {
  if (standard === undefined) return 'unknown';
  return standard ? 'plain' : 'escapes';
}

/** Tokens of a text for PostgreSQL 13 to 18. */
export class PostgresScanner extends SqlScanner {
  readonly #backslash: Backslash;

  constructor(text: string, { standardConformingStrings }: PostgresSettings = {}) {
    super(text);
    this.#backslash = backslashOf(standardConformingStrings);
  }

  protected override behindGap(from: number): number {
    const { at, unclosed } = behindPostgresGap(this.text, from);
    if (unclosed) this.why = 'unclosed';
    return at;
  }

  protected override read(at: number, code: number): TokenKind {
    if (isNameStart(code)) return this.#word(at);
    if (isDigit(code)) return this.#number(at);
    switch (code) {
      case QUOTE:
        return this.#text(at, this.#backslash);
      case DOUBLE_QUOTE:
        return this.quoted(at, 'plain', 'name');
      case DOLLAR:
        return this.#dollar(at);
      case DOT:
        return isDigit(this.text.charCodeAt(at + 1)) ? this.#number(at) : 'operator';
      default:
        return 'operator';
    }
  }

  /** A word, or quotes that a single letter stands before. */
  #word(at: number): TokenKind {
    const { text } = this;
    const next = text.charCodeAt(at + 1);
    if (next === QUOTE) {
      if (/[eE]/.test(text.charAt(at))) return this.#text(at + 1, 'escapes');
      if (/[bBxX]/.test(text.charAt(at))) return this.#bits(at + 1);
      if (/[nN]/.test(text.charAt(at))) return this.#text(at + 1, this.#backslash);
    }
    if (next === AMPERSAND && /^[uU]&['"]/.test(text.slice(at, at + 3))) {
      const isName = text.charCodeAt(at + 2) === DOUBLE_QUOTE;
      return this.quoted(at + 2, 'plain', isName ? 'escaped-name' : 'text');
    }
    this.end = behindName(text, at);
    return 'word';
  }

  /** Bits end at the next quote: a doubled one ends them and begins a text. */
  #bits(open: number): TokenKind {
    const found = this.text.indexOf("'", open + 1);
    if (found === -1) return this.unsure('unclosed');
    this.end = found + 1;
    return 'text';
  }

  /** A text, and its parts on further lines: they are read as the first one. */
  #text(open: number, backslash: Backslash): TokenKind {
    let kind = this.quoted(open, backslash, 'text');
    if (backslash === 'plain') return kind;
    while (kind === 'text') {
      const next = this.#continuation(this.end);
      if (next === undefined) break;
      kind = this.quoted(next, backslash, 'text');
    }
    return kind;
  }

  /** Where a text goes on: behind white space with a line's end in it. */
  #continuation(from: number): number | undefined {
    const { text } = this;
    let at = from;
    let lines = false;
    for (;;) {
      const code = text.charCodeAt(at);
      if (isSpace(code)) {
        lines ||= isLineEnd(code);
        at += 1;
      } else if (text.startsWith('--', at)) at = behindPostgresLine(text, at);
      else return lines && code === QUOTE ? at : undefined;
    }
  }

  #dollar(at: number): TokenKind {
    const { text } = this;
    const next = text.charCodeAt(at + 1);
    if (isDigit(next)) {
      this.end = behindDigits(text, at + 1);
      return 'parameter';
    }
    let close = at + 1;
    if (isNameStart(next)) while (isTagPart(text.charCodeAt(close))) close += 1;
    if (text.charCodeAt(close) !== DOLLAR) return 'operator';
    const tag = text.slice(at, close + 1);
    const found = text.indexOf(tag, close + 1);
    if (found === -1) return this.unsure('unclosed');
    this.end = found + tag.length;
    return 'text';
  }

  /** `1`, `1_000`, `0x1F`, `1.5e-3`. A letter behind it begins a token of its own (PostgreSQL 15 refuses that). */
  #number(at: number): TokenKind {
    const { text } = this;
    if (text.charAt(at) === '0' && NUMBER_PREFIX.test(text.charAt(at + 1))) {
      const end = behindHex(text, at + 2);
      if (end > at + 2) {
        this.end = end;
        return 'number';
      }
    }
    let end = behindGrouped(text, at);
    // 1..10 is two numbers with two dots between them.
    if (text.charCodeAt(end) === DOT && text.charCodeAt(end + 1) !== DOT) end = behindGrouped(text, end + 1);
    this.end = behindExponent(text, end);
    return 'number';
  }
}

function isTagPart(code: number): boolean {
  return isNameStart(code) || isDigit(code);
}

function behindHex(text: string, from: number): number {
  let at = from;
  for (;;) {
    const digit = text.charAt(at) === '_' ? at + 1 : at;
    if (!isHexDigit(text.charCodeAt(digit))) return at;
    at = digit + 1;
  }
}

/** Digits, with single `_` between them. */
function behindGrouped(text: string, from: number): number {
  let at = behindDigits(text, from);
  while (at > from && text.charAt(at) === '_' && isDigit(text.charCodeAt(at + 1)))
    at = behindDigits(text, at + 1);
  return at;
}

function behindExponent(text: string, from: number): number {
  if (!/[eE]/.test(text.charAt(from))) return from;
  const digits = /[+-]/.test(text.charAt(from + 1)) ? from + 2 : from + 1;
  return isDigit(text.charCodeAt(digits)) ? behindGrouped(text, digits) : from;
}
