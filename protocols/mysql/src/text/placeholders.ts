// Finds a statement's placeholders, which stand outside of texts, quoted names and comments. It refuses a statement where
// their positions depend on settings of the session that are not known.
import type { FairleadError } from '@fairlead/errors';
import { MysqlScanner, type MysqlSettings, type UnsureReason } from '@fairlead/sql-client';
import { usage } from '../errors.ts';
import { AMBIGUITIES } from './ambiguities.ts';

/** One placeholder: `?`, or a colon and a name. */
export interface Placeholder {
  readonly start: number;
  /** The position behind its last character. */
  readonly end: number;
  /** Empty for `?`. */
  readonly name: string;
}

/** Characters before a colon that begins no placeholder: of a name, a JSON path, another colon. */
const NAME_BEFORE = /[A-Za-z0-9_$@:\u0080-\uffff]/;

/**
 * The placeholders of a statement, in order.
 * @param named Whether `:name` is one. (`?` always is.)
 * @param settings The known settings of the session. Default: none.
 * @throws FairleadError `usage` for an ambiguous text: a quote or a comment does not end, or unknown settings decide where
 *   it ends.
 */
export function findPlaceholders(sql: string, named: boolean, settings: MysqlSettings = {}): Placeholder[] {
  const found: Placeholder[] = [];
  const tokens = new MysqlScanner(sql, settings);
  /** The position behind the last colon, if it may begin a placeholder. */
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

/** Whether the characters around this colon make it the beginning of a placeholder. */
function beginsName(sql: string, colon: number): boolean {
  return !/[0-9$]/.test(sql.charAt(colon + 1)) && !NAME_BEFORE.test(sql.charAt(colon - 1));
}

function uncertain(why: UnsureReason): FairleadError {
  return usage(
    `the positions of the placeholders are ambiguous, since the statement has ${AMBIGUITIES[why]}`,
  );
}
