// Which SQL a connection speaks, and how its texts are read.
import { MysqlScanner, PostgresScanner, type SqlScanner } from '@fairlead/sql-client/text';
import type { ConnectionAccess } from '../../../session/access.ts';

/** What a server speaks. A connection of the protocol `mysql` is `mysql` until its server has said that it is MariaDB. */
export type Dialect = 'postgres' | 'mysql' | 'mariadb';

/** The dialect that is known before the server has been asked. */
export function dialectOf({ scopes }: Pick<ConnectionAccess, 'scopes'>): Dialect {
  return (scopes.pg?.length ?? 0) > 0 ? 'postgres' : 'mysql';
}

/** The first part of the scopes that its statements need. */
export function scopeOf(dialect: Dialect): 'pg' | 'mysql' {
  return dialect === 'postgres' ? 'pg' : 'mysql';
}

/** The tokens of a text, read with the settings that servers have by default. */
export function scannerOf(text: string, dialect: Dialect): SqlScanner {
  if (dialect === 'postgres') return new PostgresScanner(text, { standardConformingStrings: true });
  return new MysqlScanner(text, { server: dialect, noBackslashEscapes: false, ansiQuotes: false });
}

/** A name as it may stand in a statement: in quotes, unless it is plain and in lower case. */
export function quoteName(name: string, dialect: Dialect): string {
  const quote = dialect === 'postgres' ? '"' : '`';
  return `${quote}${name.replaceAll(quote, quote + quote)}${quote}`;
}
