// SQL text as MySQL and MariaDB read it (sql/sql_lex.cc): `--` needs white space or a control character behind it, names
// may begin with a digit, and comments may be run. Texts are UTF-8, and so is what the client calls its charset.
import { behindDigits, behindName, isDigit, isHexDigit, isNamePart, isNameStart } from '../characters.ts';
import type { Backslash } from '../quotes.ts';
import { SqlScanner, type TokenKind } from '../scanner.ts';

/** What changes the reading of a text. Without a value it is unknown, and a text is `unsure` where it matters. */
export interface MysqlSettings {
  /** Default: unknown. */
  readonly server?: 'mysql' | 'mariadb' | undefined;
  /** Whether sql_mode has NO_BACKSLASH_ESCAPES, which the server reports with each result. Default: unknown. */
  readonly noBackslashEscapes?: boolean | undefined;
  /** Whether sql_mode has ANSI_QUOTES: then `"..."` is a name. Default: unknown. */
  readonly ansiQuotes?: boolean | undefined;
}

const NUL = 0x00;
const DELETE = 0x7f;
const DOUBLE_QUOTE = 0x22;
const HASH = 0x23;
const DOLLAR = 0x24;
const QUOTE = 0x27;
const DASH = 0x2d;
const DOT = 0x2e;
const SLASH = 0x2f;
const QUESTION_MARK = 0x3f;
const AT = 0x40;
const BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const BACKTICK = 0x60;

/** Tokens of a text for MySQL 8 and 9, MariaDB 10.6 to 11. */
export class MysqlScanner extends SqlScanner {
  protected override readonly allowsNul = true;
  readonly #server: 'mysql' | 'mariadb' | undefined;
  readonly #inText: Backslash;
  readonly #inDouble: Backslash;
  readonly #doubleKind: TokenKind;
  /** Whether the next token is a name, whatever it begins with: it stands behind `name.`. */
  #nameNext = false;

  constructor(text: string, { server, noBackslashEscapes, ansiQuotes }: MysqlSettings = {}) {
    super(text);
    this.#server = server;
    this.#inText = backslashOf(noBackslashEscapes);
    this.#inDouble = ansiQuotes ? 'plain' : this.#inText;
    if (ansiQuotes === undefined) {
      this.#doubleKind = 'text-or-name';
      if (this.#inText === 'escapes') this.#inDouble = 'unknown';
    } else this.#doubleKind = ansiQuotes ? 'name' : 'text';
  }

  protected override behindGap(from: number): number {
    const { text } = this;
    let at = from;
    for (;;) {
      at = this.behindSpace(at);
      const code = text.charCodeAt(at);
      if (code === HASH || (code === DASH && this.#isLineComment(at))) at = this.behindLine(at);
      else if (code === SLASH && text.startsWith('/*', at) && text.charAt(at + 2) !== '+') {
        const end = this.#behindComment(at);
        if (end === undefined) return at;
        at = end;
      } else return at;
    }
  }

  /** `--` and white space, a control character, or the end of the text. */
  #isLineComment(at: number): boolean {
    if (this.text.charCodeAt(at + 1) !== DASH) return false;
    const gap = this.text.charCodeAt(at + 2);
    return Number.isNaN(gap) || gap <= 0x20 || gap === DELETE;
  }

  #behindComment(at: number): number | undefined {
    const { text } = this;
    const mayRun = text.charAt(at + 2) === '!' || (text.startsWith('M!', at + 2) && this.#server !== 'mysql');
    const found = text.indexOf('*/', at + 2);
    if (!mayRun && found !== -1) return found + 2;
    this.why = mayRun ? 'executable-comment' : 'unclosed';
    return undefined;
  }

  protected override read(at: number, code: number): TokenKind {
    const nameNext = this.#nameNext;
    this.#nameNext = false;
    if (isDigit(code)) return nameNext ? this.#name(at) : this.#number(at);
    if (isNameStart(code)) return this.#word(at);
    switch (code) {
      case QUOTE:
        return this.quoted(at, this.#inText, 'text');
      case DOUBLE_QUOTE:
        return this.quoted(at, this.#inDouble, this.#doubleKind);
      case BACKTICK:
        return this.quoted(at, 'plain', 'name');
      case AT:
        return this.#variable(at);
      case QUESTION_MARK:
        return 'parameter';
      default:
        return this.#other(at, code);
    }
  }

  #other(at: number, code: number): TokenKind {
    switch (code) {
      case DOLLAR:
        return this.#dollar(at);
      case DOT:
        return this.#dot(at);
      case SLASH:
        return this.text.startsWith('/*+', at) ? this.#hint(at) : 'operator';
      case BRACKET:
        // Quotes of names under MariaDB's sql_mode MSSQL.
        return this.#server === 'mysql' ? 'operator' : this.unsure('bracket');
      case BACKSLASH:
        return this.unsure('backslash');
      case NUL:
        return this.unsure('nul');
      default:
        return 'operator';
    }
  }

  #name(at: number): TokenKind {
    this.end = behindName(this.text, at);
    return 'word';
  }

  /** A word, or quotes that a single letter stands before. */
  #word(at: number): TokenKind {
    const { text } = this;
    if (text.charCodeAt(at + 1) === QUOTE && /[nNxXbB]/.test(text.charAt(at)))
      return this.quoted(at + 1, this.#inText, 'text');
    return this.#name(at);
  }

  /** `$name` is a name; `$tag$` begins a text in MySQL 9. */
  #dollar(at: number): TokenKind {
    let end = at + 1;
    while (isNamePart(this.text.charCodeAt(end)) && this.text.charCodeAt(end) !== DOLLAR) end += 1;
    if (this.#server !== 'mariadb' && this.text.charCodeAt(end) === DOLLAR)
      return this.unsure('dollar-quote');
    return this.#name(at);
  }

  /** `1..10`, which MariaDB has in its loops, and MySQL takes for two numbers. */
  #isRange(at: number): boolean {
    return this.#server !== 'mysql' && this.text.charCodeAt(at + 1) === DOT;
  }

  #dot(at: number): TokenKind {
    if (this.#isRange(at)) return this.unsure('number');
    if (!isDigit(this.text.charCodeAt(at + 1))) return 'operator';
    // Behind a word, and nothing between, it is the dot of `table.1st`.
    if (this.kind !== 'word' || this.lastEnd !== at) return this.#fraction(at + 1);
    this.#nameNext = true;
    return 'operator';
  }

  /** Digits are a number, unless letters follow: then they begin a name. */
  #number(at: number): TokenKind {
    const { text } = this;
    const prefixed = text.charAt(at) === '0' ? this.#behindPrefixed(at) : undefined;
    if (prefixed !== undefined) {
      this.end = prefixed;
      return 'number';
    }
    const digits = behindDigits(text, at);
    if (text.charCodeAt(digits) === DOT) {
      if (this.#isRange(digits)) return this.unsure('number');
      return this.#fraction(digits + 1);
    }
    const exponent = behindExponent(text, digits);
    if (exponent !== digits) {
      this.end = exponent;
      return 'number';
    }
    if (isNamePart(text.charCodeAt(digits))) return this.#name(at);
    this.end = digits;
    return 'number';
  }

  /** Behind `0x1f` and `0b01`, unless letters follow. */
  #behindPrefixed(at: number): number | undefined {
    const { text } = this;
    const prefix = text.charAt(at + 1);
    if (prefix !== 'x' && prefix !== 'b') return undefined;
    const isPart = prefix === 'x' ? isHexDigit : isBit;
    let end = at + 2;
    while (isPart(text.charCodeAt(end))) end += 1;
    return end > at + 2 && !isNamePart(text.charCodeAt(end)) ? end : undefined;
  }

  /** The digits behind a dot, and the exponent. Of `1.e-` without digits MySQL makes one token of its own. */
  #fraction(from: number): TokenKind {
    const digits = behindDigits(this.text, from);
    this.end = behindExponent(this.text, digits);
    if (this.end === digits && /[eE]/.test(this.text.charAt(digits))) return this.unsure('number');
    return 'number';
  }

  #variable(at: number): TokenKind {
    const { text } = this;
    let end = at + 1;
    if (text.charCodeAt(end) === AT) end = behindName(text, end + 1);
    else while (isNamePart(text.charCodeAt(end)) || text.charCodeAt(end) === DOT) end += 1;
    this.end = end;
    return 'variable';
  }

  /** A quote in a hint may hold its end. Elsewhere than behind SELECT and its like it is a comment, in which it may not. */
  #hint(at: number): TokenKind {
    const found = this.text.indexOf('*/', at + 3);
    if (found === -1) return this.unsure('unclosed');
    if (/['"`]/.test(this.text.slice(at, found))) return this.unsure('hint');
    this.end = found + 2;
    return 'hint';
  }
}

function backslashOf(noBackslashEscapes: boolean | undefined): Backslash {
  if (noBackslashEscapes === undefined) return 'unknown';
  return noBackslashEscapes ? 'plain' : 'escapes';
}

function isBit(code: number): boolean {
  return code === 0x30 || code === 0x31;
}

function behindExponent(text: string, from: number): number {
  if (!/[eE]/.test(text.charAt(from))) return from;
  const digits = /[+-]/.test(text.charAt(from + 1)) ? from + 2 : from + 1;
  return isDigit(text.charCodeAt(digits)) ? behindDigits(text, digits) : from;
}
