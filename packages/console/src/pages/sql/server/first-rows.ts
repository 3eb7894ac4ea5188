// The statement for the first rows of a table.
import { type Dialect, quoteName } from './dialect.ts';

const PLAIN = /^[a-z_][a-z0-9_]*$/;
/** Words that servers do not take for names without quotes; others than these are taken. */
const RESERVED =
  /^(?:all|and|any|as|asc|case|check|column|constraint|create|default|delete|desc|distinct|drop|else|end|except|false|for|foreign|from|grant|group|groups|having|in|index|insert|int|intersect|into|is|join|key|keys|leading|left|like|limit|not|null|offset|on|only|or|order|primary|rank|references|right|row|rows|select|session_user|set|some|system|table|then|to|true|union|unique|update|user|using|values|when|where|window|with)$/;

/** @param schema The one that names without a schema are looked for in; '' where there is none. */
export function firstRows(
  relation: { readonly schema: string; readonly name: string },
  schema: string,
  dialect: Dialect,
): string {
  const name = nameOf(relation.name, dialect);
  const whole = relation.schema === schema ? name : `${nameOf(relation.schema, dialect)}.${name}`;
  return `select * from ${whole} limit 100`;
}

/** A name, in quotes where it needs them. */
function nameOf(name: string, dialect: Dialect): string {
  return PLAIN.test(name) && !RESERVED.test(name) ? name : quoteName(name, dialect);
}
