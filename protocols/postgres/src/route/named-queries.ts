// What named queries need of Postgres: `:name` becomes `$1`, `$2`, ... It runs nothing.
import type { CompiledSql, QueryDialect } from '@fairlead/http/sql';
import { PostgresScanner } from '@fairlead/sql-client';
import { usage } from '../errors.ts';
import { assertReading } from './reader/read-only.ts';

/**
 * Characters before a colon that begins no placeholder: the colon is the second one of a cast, or stands in a slice behind an
 * expression (`a[1:n]`, `a[f(x):n]`).
 */
const PART_BEFORE = /[A-Za-z0-9_$@:)\]"'\u0080-\uffff]/;

/** The dialect of Postgres. */
export const postgresDialect: QueryDialect = { compile, assertReading, utcSuffix: 'Z' };

/** Placeholders of one name share a number. Settings of the session are not known, so texts that depend on them are refused. */
function compile(sql: string): CompiledSql {
  const names: string[] = [];
  const tokens = new PostgresScanner(sql);
  let text = '';
  let taken = 0;
  /** The position behind the last colon, if it may begin a placeholder. */
  let colon = -1;
  for (let kind = tokens.next(); kind !== 'end'; kind = tokens.next()) {
    const { start, end } = tokens;
    if (kind === 'parameter') throw usage('it has a placeholder such as $1; a parameter is :name');
    if (kind === 'unsure')
      throw usage(`it has ${AMBIGUITIES[tokens.why ?? 'unclosed'] ?? 'a quote that cannot be told'}`);
    if (kind === 'word' && start === colon) {
      const name = sql.slice(start, end);
      if (!names.includes(name)) names.push(name);
      text += `${sql.slice(taken, colon - 1)}$${names.indexOf(name) + 1}`;
      taken = end;
    }
    colon = tokens.operator === ':' && !PART_BEFORE.test(sql.charAt(start - 1)) ? end : -1;
  }
  return { text: text + sql.slice(taken), names };
}

/** Why a text cannot be read for certain, by reason. */
const AMBIGUITIES: Readonly<Record<string, string>> = {
  backslash: "a backslash before a quote; write E'...'",
  nul: 'a NUL',
  unclosed: 'a quote or a comment that does not end',
};
