// A value as one word of a shell's command line. Pure; it knows no parameter.
import { FairleadError } from '@fairlead/errors';

/** What is quoted by a backslash. In single quotes POSIX shells leave backslashes alone, and fish does not. */
const ESCAPED = /['\\]/g;
const FORBIDDEN = /[\0\r\n]/;

/**
 * The value in single quotes (POSIX, Shell Command Language, section 2.2.2), such that sh, bash, dash, zsh, ksh and fish read the
 * value and nothing else. What needs no quotes has them too: a digit before `>` or a reserved word would not be a word.
 * @throws FairleadError `usage`: it holds NUL, CR or LF.
 */
export function quoteWord(value: string): string {
  if (FORBIDDEN.test(value)) throw unquotable();
  return `'${value.replaceAll(ESCAPED, (character) => `'\\${character}'`)}'`;
}

/** Whether a value holds what no word of a command line may hold: NUL, CR or LF. */
export function isUnquotable(value: string): boolean {
  return FORBIDDEN.test(value);
}

function unquotable(): FairleadError {
  return new FairleadError('usage', 'A word of a command holds NUL, CR or LF', { safeToRetry: true });
}
