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

/** Longer texts are read each time, and not kept. */
const MAX_KNOWN_CHARS = 1_024;

/** How nearly all statements begin: every server reads it so. A single letter may belong to quotes. */
const PLAIN_BEGIN = /^[A-Za-z]{2,64}(?=[ \n(])/;

/** The last text that was asked for, and its first word: a statement that runs again and again is not read again. */
let last = { sql: '', word: '' };

/** The statement's first word in upper case, behind white space, comments and opening parentheses; '' without one. */
export function firstWord(sql: string): string {
  if (last.sql === sql) return last.word;
  const plain = PLAIN_BEGIN.exec(sql);
  const word = plain === null ? firstWordOf(new MysqlScanner(sql)) : plain[0].toUpperCase();
  if (sql.length <= MAX_KNOWN_CHARS) last = { sql, word };
  return word;
}

/** Whether the statement begins with one of the words in `READING`. */
export function isReading(sql: string): boolean {
  return READING.includes(firstWord(sql));
}
