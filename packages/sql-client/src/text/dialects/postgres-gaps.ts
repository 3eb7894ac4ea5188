// What Postgres reads over between tokens, and a statement's first word, for clients that need no more than that.
import { behindName, isNameStart, isSpace } from '../characters.ts';
import { keywordOf } from '../keyword.ts';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Whether a comment to the end of its line ends here. */
export function isLineEnd(code: number): boolean {
  return code === LINE_FEED || code === CARRIAGE_RETURN;
}

/** Behind the line that goes on at `from`, its end not included. */
export function behindPostgresLine(text: string, from: number): number {
  let at = from;
  while (at < text.length && !isLineEnd(text.charCodeAt(at))) at += 1;
  return at;
}

/**
 * Behind the white space and the comments at `from`.
 * @returns The place of a comment that does not end comes as `unclosed`.
 */
export function behindPostgresGap(text: string, from: number): { at: number; unclosed: boolean } {
  let at = from;
  for (;;) {
    while (isSpace(text.charCodeAt(at))) at += 1;
    if (text.startsWith('--', at)) at = behindPostgresLine(text, at);
    else if (text.startsWith('/*', at)) {
      const end = behindComment(text, at);
      if (end === undefined) return { at, unclosed: true };
      at = end;
    } else return { at, unclosed: false };
  }
}

/** Comments nest. */
function behindComment(text: string, start: number): number | undefined {
  let depth = 1;
  let at = start + 2;
  while (at < text.length) {
    if (text.startsWith('/*', at)) depth += 1;
    else if (text.startsWith('*/', at)) depth -= 1;
    else {
      at += 1;
      continue;
    }
    at += 2;
    if (depth === 0) return at;
  }
  return undefined;
}

/**
 * As `firstWord` of a `PostgresScanner`, which this is a small part of.
 * @returns In upper case; '' where the statement begins with something else, or cannot be read for certain.
 */
export function firstPostgresWord(text: string): string {
  let from = 0;
  for (;;) {
    const { at, unclosed } = behindPostgresGap(text, from);
    const character = text.charAt(at);
    if (character === '(' || character === ';') from = at + 1;
    else if (unclosed || !isNameStart(text.charCodeAt(at))) return '';
    else {
      const end = behindName(text, at);
      // A single letter is no keyword, but may belong to quotes.
      return end - at === 1 ? '' : keywordOf(text, at, end);
    }
  }
}
