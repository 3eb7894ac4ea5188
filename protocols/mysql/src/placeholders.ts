// Where a statement's placeholders stand: outside strings, quoted names and comments. It refuses texts in which that
// depends on the session's sql_mode or the server's version, and changes nothing.
import { FairleadError } from '@fairlead/errors';

/** One placeholder: `?`, or a colon and a name. */
export interface Placeholder {
  readonly start: number;
  /** Behind its last character. */
  readonly end: number;
  /** Empty for `?`. */
  readonly name: string;
}

/** How quotes are read: it depends on NO_BACKSLASH_ESCAPES and ANSI_QUOTES. */
interface Reading {
  readonly backslashInSingle: boolean;
  readonly backslashInDouble: boolean;
}

/** Under any sql_mode it is one of these. */
const READINGS: readonly Reading[] = [
  { backslashInSingle: true, backslashInDouble: true },
  { backslashInSingle: true, backslashInDouble: false },
  { backslashInSingle: false, backslashInDouble: false },
];

const SPECIAL = /['"`?:#\-/]/g;
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
/** What must follow `--` for a comment: white space, a control character, or the end. */
const COMMENT_GAP = /[\s\p{Cc}]/u;
/** What may stand before a colon that begins no placeholder: an ordinary name, a JSON path, another colon. */
const NAME_BEFORE = /[A-Za-z0-9_$@:\u0080-\uffff]/;

function usage(what: string): FairleadError {
  return new FairleadError('usage', `MySQL: ${what}.`, { safeToRetry: true });
}

/**
 * The placeholders of a statement, in order.
 * @throws FairleadError `usage` where they cannot be told for certain: after a backslash in quotes that is read
 *   differently by one sql_mode than by another, or beside an executable comment.
 */
export function findPlaceholders(sql: string, named: boolean): Placeholder[] {
  const [reading, ...others] = READINGS;
  const found = scan(sql, named, reading ?? { backslashInSingle: true, backslashInDouble: true });
  if (!sql.includes('\\')) return found;
  for (const other of others) {
    const again = scan(sql, named, other);
    const same = again.length === found.length && again.every(({ start }, i) => start === found[i]?.start);
    if (same) continue;
    throw usage(
      'a backslash in quotes makes it depend on sql_mode where the placeholders stand: pass that text as a ' +
        'parameter, or use execute()',
    );
  }
  return found;
}

function scan(sql: string, named: boolean, reading: Reading): Placeholder[] {
  const found: Placeholder[] = [];
  let at = 0;
  for (;;) {
    SPECIAL.lastIndex = at;
    const hit = SPECIAL.exec(sql);
    if (hit === null) return found;
    at = hit.index;
    switch (hit[0]) {
      case '?':
        found.push({ start: at, end: at + 1, name: '' });
        at += 1;
        break;
      case ':':
        at = named ? nameEnd(sql, at, found) : at + 1;
        break;
      case "'":
        at = behindQuote(sql, at, "'", reading.backslashInSingle);
        break;
      case '"':
        at = behindQuote(sql, at, '"', reading.backslashInDouble);
        break;
      case '`':
        at = behindQuote(sql, at, '`', false);
        break;
      default:
        at = behindComment(sql, at);
    }
  }
}

function nameEnd(sql: string, at: number, found: Placeholder[]): number {
  NAME.lastIndex = at + 1;
  const name = NAME.exec(sql)?.[0];
  if (name === undefined || (at > 0 && NAME_BEFORE.test(sql[at - 1] ?? ''))) return at + 1;
  found.push({ start: at, end: at + 1 + name.length, name });
  return at + 1 + name.length;
}

/** A quote is escaped by doubling it, which reads as two quoted texts side by side. */
function behindQuote(sql: string, start: number, quote: string, backslash: boolean): number {
  let at = start + 1;
  while (at < sql.length) {
    const character = sql[at];
    if (character === quote) return at + 1;
    at += backslash && character === '\\' ? 2 : 1;
  }
  return sql.length;
}

/** Behind the comment that begins here, or behind the one character if none does. */
function behindComment(sql: string, at: number): number {
  if (sql[at] === '#') return behind(sql, '\n', at);
  if (sql.startsWith('--', at)) {
    const next = sql[at + 2];
    return next === undefined || COMMENT_GAP.test(next) ? behind(sql, '\n', at + 2) : at + 1;
  }
  if (!sql.startsWith('/*', at)) return at + 1;
  if (/^\/\*M?!/.test(sql.slice(at, at + 4))) {
    throw usage(
      'a statement with placeholders has an executable comment (/*! ... */), which only some servers read: use execute()',
    );
  }
  return behind(sql, '*/', at + 2);
}

function behind(sql: string, end: string, from: number): number {
  const found = sql.indexOf(end, from);
  return found === -1 ? sql.length : found + end.length;
}
