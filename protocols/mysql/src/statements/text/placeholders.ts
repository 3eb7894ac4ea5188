// Where a statement's placeholders stand: outside texts, quoted names and comments. It refuses texts in which that
// depends on settings that are not known, and changes nothing.
import { FairleadError } from '@fairlead/errors';
import { MysqlScanner, type MysqlSettings, type UnsureReason } from '@fairlead/sql-client';
import { AMBIGUITIES } from './ambiguities.ts';

/** One placeholder: `?`, or a colon and a name. */
export interface Placeholder {
  readonly start: number;
  /** Behind its last character. */
  readonly end: number;
  /** Empty for `?`. */
  readonly name: string;
}

/** What may stand before a colon that begins no placeholder: an ordinary name, a JSON path, another colon. */
const NAME_BEFORE = /[A-Za-z0-9_$@:\u0080-\uffff]/;

function usage(what: string): FairleadError {
  return new FairleadError('usage', `MySQL: ${what}.`, { safeToRetry: true });
}

/**
 * The placeholders of a statement, in order.
 * @param named Whether `:name` is one. (`?` always is.)
 * @param settings What is known of the session. Default: nothing.
 * @throws FairleadError `usage` where they cannot be told for certain: a quote or a comment does not end, or settings
 *   that are not known decide where it does.
 */
export function findPlaceholders(sql: string, named: boolean, settings: MysqlSettings = {}): Placeholder[] {
  const found: Placeholder[] = [];
  const tokens = new MysqlScanner(sql, settings);
  /** Where a colon ended that may begin a placeholder. */
  let colon = -1;
  for (let kind = tokens.next(); kind !== 'end'; kind = tokens.next()) {
    const { start, end } = tokens;
    if (kind === 'parameter') found.push({ start, end, name: '' });
    else if (kind === 'word' && start === colon)
      found.push({ start: start - 1, end, name: sql.slice(start, end) });
    else if (tokens.why !== undefined) throw uncertain(tokens.why);
    colon = named && kind === 'operator' && sql[start] === ':' && beginsName(sql, start) ? end : -1;
  }
  return found;
}

/** Whether this colon, by what is beside it, stands before a placeholder's name. */
function beginsName(sql: string, colon: number): boolean {
  return !/[0-9$]/.test(sql.charAt(colon + 1)) && !NAME_BEFORE.test(sql.charAt(colon - 1));
}

function uncertain(why: UnsureReason): FairleadError {
  return usage(`where its placeholders stand cannot be told, as the statement has ${AMBIGUITIES[why]}`);
}
