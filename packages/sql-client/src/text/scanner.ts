// SQL text in tokens, one at a time, in one pass: the part that no dialect changes. It parses no grammar, and where a
// server's reading cannot be told for certain it says so and stops, rather than guess.
import { isSpace } from './characters.ts';
import { keywordOf } from './keyword.ts';
import { type Backslash, behindText } from './quotes.ts';

/**
 * What a token is.
 *
 * - `word`: a keyword, or a name without quotes.
 * - `name`: a name in quotes; its letters are `value`.
 * - `escaped-name`: `U&"..."` of Postgres, whose letters are not decoded here.
 * - `text`: a text, number or bits in quotes, with the letter before them (`E'...'`, `X'...'`, `$tag$...$tag$`).
 * - `text-or-name`: `"..."` of MySQL where it is not known whether ANSI_QUOTES is set.
 * - `number`: without its sign.
 * - `parameter`: `$1` or `?`.
 * - `variable`: `@name`, `@@name`, or the `@` before a quote.
 * - `hint`: an optimizer hint of MySQL, from its opening to its end.
 * - `operator`: one character of any other kind: `(`, `;`, `.`, `=`.
 * - `unsure`: the rest of the text, which servers and settings read differently, or refuse; `why` has the reason.
 * - `end`: there is nothing more.
 */
export type TokenKind =
  | 'word'
  | 'name'
  | 'escaped-name'
  | 'text'
  | 'text-or-name'
  | 'number'
  | 'parameter'
  | 'variable'
  | 'hint'
  | 'operator'
  | 'unsure'
  | 'end';

/**
 * Why the rest of a text cannot be read for certain.
 *
 * - `unclosed`: a quote or a comment does not end.
 * - `backslash`: a setting decides whether a backslash escapes the quote behind it.
 * - `executable-comment`: a comment that begins with `/*!` or `/*M!`, which some servers run.
 * - `dollar-quote`, `bracket`: quotes of some versions and modes only.
 * - `hint`: an optimizer hint with quotes in it.
 * - `number`: `1.e` without digits, of which MySQL's reading is its own, and `1..2`, which MariaDB has in loops.
 * - `nul`: a NUL, at which servers may stop reading.
 */
export type UnsureReason =
  | 'unclosed'
  | 'backslash'
  | 'executable-comment'
  | 'dollar-quote'
  | 'bracket'
  | 'hint'
  | 'number'
  | 'nul';

/**
 * Reads a text token by token. `kind`, `start` and `end` tell of the current one; white space and comments are between
 * them. Time is linear in the text's length, memory constant.
 */
export abstract class SqlScanner {
  readonly text: string;
  kind: TokenKind = 'end';
  /** The current token's first character. */
  start = 0;
  /** Behind the current token's last character. */
  end = 0;
  /** Set with the token `unsure`. */
  why: UnsureReason | undefined;
  /** Behind the token before. */
  protected lastEnd = 0;
  /** The next NUL. */
  #nul: number;

  constructor(text: string) {
    this.text = text;
    this.#nul = text.indexOf('\0');
  }

  /** Goes to the next token. Behind `unsure` and `end` there is only `end`. */
  next(): TokenKind {
    const from = this.end;
    this.lastEnd = from;
    this.start = this.end = this.behindGap(from);
    if (this.start >= this.text.length) this.kind = 'end';
    else if (this.why !== undefined) this.kind = this.unsure(this.why);
    else {
      this.end += 1;
      this.kind = this.read(this.start, this.text.charCodeAt(this.start));
    }
    if (this.#nul >= from && this.#nul < this.end) this.#passNul();
    return this.kind;
  }

  /** The current operator, or '' for a token of another kind. */
  get operator(): string {
    return this.kind === 'operator' ? this.text.charAt(this.start) : '';
  }

  /** The current word in upper case; '' for other tokens, and for words that cannot be keywords. */
  get keyword(): string {
    return this.kind === 'word' ? keywordOf(this.text, this.start, this.end) : '';
  }

  /** The letters of a word or of a name in quotes: the quotes are gone, doubled ones are one. */
  get value(): string {
    if (this.kind !== 'name' && this.kind !== 'text-or-name') return this.text.slice(this.start, this.end);
    const quote = this.text.charAt(this.start);
    return this.text.slice(this.start + 1, this.end - 1).replaceAll(quote + quote, quote);
  }

  /** Behind the white space and the comments at `from`; sets `why` where they do not end. */
  protected abstract behindGap(from: number): number;

  /**
   * The kind of the token that begins with `code`. It moves `end`, which is behind that one character; `kind` is still the
   * one of the token before.
   */
  protected abstract read(at: number, code: number): TokenKind;

  /** Gives up: the rest of the text is one token. */
  protected unsure(why: UnsureReason): 'unsure' {
    this.why = why;
    this.end = this.text.length;
    return 'unsure';
  }

  /** A text in quotes. @param open Where its opening quote stands. */
  protected quoted(open: number, backslash: Backslash, kind: TokenKind): TokenKind {
    const end = behindText(this.text, open, backslash);
    if (typeof end === 'string') return this.unsure(end);
    this.end = end;
    return kind;
  }

  /** Behind a comment to the end of its line. */
  protected behindLine(from: number): number {
    const found = this.text.indexOf('\n', from);
    return found === -1 ? this.text.length : found + 1;
  }

  protected behindSpace(from: number): number {
    let at = from;
    while (isSpace(this.text.charCodeAt(at))) at += 1;
    return at;
  }

  /** Whether a server reads on behind a NUL in quotes. */
  protected readonly allowsNul: boolean = false;

  #passNul(): void {
    if (this.kind === 'unsure') return;
    if (!this.allowsNul || this.kind !== 'text' || this.#nul < this.start) {
      this.kind = this.unsure('nul');
      return;
    }
    this.#nul = this.text.indexOf('\0', this.end);
  }
}
