// What a statement of MySQL begins with. It says nothing about what the statement does.
import { firstWord as firstWordOf, MysqlScanner } from '@fairlead/sql-client';

/** Statements that only read begin with one of these words. */
export const READING: readonly string[] = [
  'SELECT',
  'WITH',
  'VALUES',
  'TABLE',
  'SHOW',
  'EXPLAIN',
  'DESCRIBE',
  'DESC',
];

/** How nearly all statements begin: every server reads it so. A single letter may belong to quotes. */
const PLAIN_BEGIN = /^[A-Za-z]{2,64}(?=[ \n(])/;

/** The statement's first word in upper case, behind white space, comments and opening parentheses; '' without one. */
export function firstWord(sql: string): string {
  const plain = PLAIN_BEGIN.exec(sql);
  return plain === null ? firstWordOf(new MysqlScanner(sql)) : plain[0].toUpperCase();
}

/** Whether the statement begins with one of the words in `READING`. */
export function isReading(sql: string): boolean {
  return READING.includes(firstWord(sql));
}
