// What named queries need of MySQL: `:name` becomes `?`. It runs nothing.
import type { CompiledSql, QueryDialect } from '@fairlead/http/sql';
import { usage } from '../errors.ts';
import { findPlaceholders } from '../text/placeholders.ts';
import { assertReading } from './reader/read-only.ts';

/** The dialect of MySQL and MariaDB, which read no `Z` behind a time. */
export const mysqlDialect: QueryDialect = { compile, assertReading, utcSuffix: '' };

/** The session's sql_mode is not known, so texts that depend on it are refused. */
function compile(sql: string): CompiledSql {
  const names: string[] = [];
  let text = '';
  let taken = 0;
  for (const { start, end, name } of findPlaceholders(sql, true)) {
    if (name === '') throw usage('it has a placeholder such as ?; a parameter is :name');
    text += `${sql.slice(taken, start)}?`;
    taken = end;
    names.push(name);
  }
  return { text: text + sql.slice(taken), names };
}
