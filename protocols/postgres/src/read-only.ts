// What a token that may only read is allowed to run. The real fence is the READ ONLY transaction around it; this
// keeps out the statements that a transaction does not fence: COPY to a program, session settings, transaction ends.
import { FairleadError } from '@fairlead/errors';

const READING = ['SELECT', 'WITH', 'VALUES', 'TABLE', 'SHOW', 'EXPLAIN'];

/** The statement's first word in upper case, behind white space, comments and opening parentheses. */
export function firstWord(sql: string): string {
  let at = 0;
  while (at < sql.length) {
    if (/[\s(]/.test(sql[at] ?? '')) at += 1;
    else if (sql.startsWith('--', at)) at = behind(sql.indexOf('\n', at), sql);
    else if (sql.startsWith('/*', at)) at = behindComment(sql, at);
    else break;
  }
  return /^[A-Za-z_]+/.exec(sql.slice(at, at + 20))?.[0].toUpperCase() ?? '';
}

function behind(found: number, sql: string): number {
  return found === -1 ? sql.length : found + 1;
}

/** Postgres nests comments. */
function behindComment(sql: string, start: number): number {
  let depth = 0;
  let at = start;
  while (at < sql.length) {
    if (sql.startsWith('/*', at)) {
      depth += 1;
      at += 2;
    } else if (sql.startsWith('*/', at)) {
      depth -= 1;
      at += 2;
      if (depth === 0) return at;
    } else at += 1;
  }
  return at;
}

/** @throws FairleadError `policy` for a statement that a reader may not run. */
export function assertReading(sql: string): void {
  if (READING.includes(firstWord(sql))) return;
  throw new FairleadError(
    'policy',
    `This token may only read: the statement must begin with ${READING.join(', ')}. For others it needs the ` +
      'scope pg:write on this connection.',
    { safeToRetry: true },
  );
}
