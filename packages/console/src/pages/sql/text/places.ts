// Where in a text an error is: by the server's own words on it.
import type { FairleadProblem } from '@fairlead/sdk';
import { type Dialect, scannerOf } from '../server/dialect.ts';
import type { Range } from './statements.ts';

/** Words of MySQL and MariaDB that name what they do not know. The last quoted part of a dotted name is what stands in the text. */
const NAMED =
  /^(?:Unknown (?:column|table|database)|Table|FUNCTION|PROCEDURE|Column|Duplicate column name)\s'?([^' ]+)'?/;

/**
 * The place of an error in the statement that failed, in UTF-16 units.
 * @param sql The statement as it was sent.
 * @returns undefined where the server has not said it, or what it said is not in the text.
 */
export function placeOf(sql: string, server: FairleadProblem['server'], dialect: Dialect): Range | undefined {
  if (server === undefined) return undefined;
  const at =
    dialect === 'postgres'
      ? postgresPlace(sql, server.fields?.position)
      : mysqlPlace(sql, server.message, dialect);
  if (at === undefined) return undefined;
  return { from: at, to: Math.max(tokenEnd(sql, at, dialect), Math.min(sql.length, at + 1)) };
}

/** Postgres counts characters from 1, of which those beyond the BMP are two UTF-16 units. */
function postgresPlace(sql: string, position: string | undefined): number | undefined {
  if (position === undefined || !/^\d{1,9}$/.test(position)) return undefined;
  let left = Number(position) - 1;
  let at = 0;
  while (left > 0 && at < sql.length) {
    at += (sql.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
    left -= 1;
  }
  return at;
}

function mysqlPlace(sql: string, message: string, dialect: Dialect): number | undefined {
  const near = /near '([\s\S]*)' at line (\d{1,9})$/.exec(message);
  if (near !== null) return nearPlace(sql, near[1] ?? '', Number(near[2]));
  const name = NAMED.exec(message)?.[1]?.split('.').at(-1);
  return name === undefined ? undefined : namePlace(sql, name, dialect);
}

/** Of `near '' at line 3` the end. The words are cut at 80 characters, and their line is the one that they begin in. */
function nearPlace(sql: string, near: string, line: number): number {
  let from = 0;
  for (let i = 1; i < line; i++) {
    const end = sql.indexOf('\n', from);
    if (end === -1) break;
    from = end + 1;
  }
  if (near === '') return sql.trimEnd().length;
  const found = sql.indexOf(near, from);
  if (found !== -1) return found;
  // Where the words are about an earlier line, or the server has changed them.
  const first = sql.indexOf(near.slice(0, 20));
  return first === -1 ? from : first;
}

/** The name's first token. */
function namePlace(sql: string, name: string, dialect: Dialect): number | undefined {
  const tokens = scannerOf(sql, dialect);
  for (let kind = tokens.next(); kind !== 'end'; kind = tokens.next())
    if ((kind === 'word' || kind === 'name') && tokens.value.toLowerCase() === name.toLowerCase())
      return tokens.start;
  return undefined;
}

/** Behind the token that begins at a place. */
function tokenEnd(sql: string, at: number, dialect: Dialect): number {
  const tokens = scannerOf(sql.slice(at, at + 1_000), dialect);
  const kind = tokens.next();
  if (kind === 'end' || kind === 'unsure' || tokens.start > 0) return at;
  return at + tokens.end;
}

/** Line and column of a place, both from 1, the column in characters as people count them. */
export function lineAndColumn(text: string, at: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, at);
  const start = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: [...before.slice(start)].length + 1 };
}
