// What a token that may only read is allowed to run. The real fence is the READ ONLY transaction around it; this
// keeps out what a transaction does not fence: files, locks, sessions, routines, and statements that end it.
import { FairleadError } from '@fairlead/errors';

const READING = ['SELECT', 'WITH', 'VALUES', 'TABLE', 'SHOW', 'EXPLAIN', 'DESCRIBE', 'DESC'];
/**
 * What a READ ONLY transaction lets through, outside quotes and comments: files (INTO OUTFILE, LOAD_FILE), locks that
 * others wait for, the session's variables, and old ways to run code.
 */
const FORBIDDEN =
  /\b(INTO|LOAD_FILE|GET_LOCK|RELEASE_LOCK|RELEASE_ALL_LOCKS|PROCEDURE|FOR\s+(UPDATE|SHARE)|LOCK\s+IN)\b|:=/i;
/** Quoted texts and names, and comments, as the server reads them where there is no backslash. */
const QUOTED_OR_COMMENT = /'[^']*'|"[^"]*"|`[^`]*`|\/\*[\s\S]*?\*\/|--(?:[\s\p{Cc}][^\n]*|$)|#[^\n]*/gu;

/** The statement's text with a blank for each comment, quoted text and quoted name; `undefined` if a comment is executable. */
function bare(sql: string): string | undefined {
  if (/\/\*M?!/i.test(sql)) return undefined;
  return sql.replace(QUOTED_OR_COMMENT, ' ');
}

/** The statement's first word in upper case, behind white space, comments and opening parentheses. */
export function firstWord(sql: string): string {
  const behind =
    /^(?:[\s(;]|\/\*(?!M?!)[\s\S]*?\*\/|--[\s][^\n]*(?:\n|$)|#[^\n]*(?:\n|$))*/i.exec(sql)?.[0].length ?? 0;
  return /^[A-Za-z_]+/.exec(sql.slice(behind, behind + 20))?.[0].toUpperCase() ?? '';
}

/** Whether the statement begins with a word of those that only read. */
export function isReading(sql: string): boolean {
  return READING.includes(firstWord(sql));
}

function refuse(what: string): FairleadError {
  return new FairleadError(
    'policy',
    `This token may only read: ${what}. For others it needs the scope mysql:write on this connection.`,
    { safeToRetry: true },
  );
}

/** @throws FairleadError `policy` for a statement that a reader may not run. */
export function assertReading(sql: string): void {
  if (!isReading(sql)) throw refuse(`the statement must begin with ${READING.join(', ')}`);
  if (sql.includes('\\')) throw refuse('the statement may hold no backslash; pass such texts as parameters');
  const text = bare(sql);
  if (text === undefined) throw refuse('the statement may hold no executable comment (/*! ... */)');
  const word = FORBIDDEN.exec(text)?.[0];
  if (word !== undefined)
    throw refuse(`the statement may not hold ${word.toUpperCase().replace(/\s+/g, ' ')}`);
}
