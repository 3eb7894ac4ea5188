// What a token that may only read is allowed to run. The real fence is the READ ONLY transaction around it, and that the
// server takes one statement a call. This keeps out what those do not: COPY, session settings, functions with effects.
import { FairleadError } from '@fairlead/errors';
import { firstWord, PostgresScanner, type UnsureReason } from '@fairlead/sql-client';
import { hasEffects } from './reading-names.ts';

const READING = ['SELECT', 'WITH', 'VALUES', 'TABLE', 'SHOW', 'EXPLAIN'];
/**
 * EXPLAIN ANALYZE CREATE TABLE ... AS, and SELECT ... INTO, run in a READ ONLY transaction. Both words are reserved, and
 * so no names; INTO behind INSERT may be a SELECT's all the same, whose column is called "insert".
 */
const CREATING = ['CREATE', 'INTO'];

function refuse(what: string): FairleadError {
  return new FairleadError(
    'policy',
    `This token may only read: ${what}. For others it needs the scope pg:write on this connection.`,
    { safeToRetry: true },
  );
}

/**
 * @param sql Read without knowledge of standard_conforming_strings, so that it is refused where that matters.
 * @throws FairleadError `policy` for a statement that a reader may not run.
 */
export function assertReading(sql: string): void {
  const tokens = new PostgresScanner(sql);
  const first = firstWord(tokens);
  if (!READING.includes(first) && tokens.why === undefined)
    throw refuse(`the statement must begin with ${READING.join(', ')}`);
  let ended = false;
  for (let kind = tokens.kind; kind !== 'end'; kind = tokens.next()) {
    if (ended && tokens.operator !== ';') throw refuse('the statement may not have a second one behind it');
    ended ||= tokens.operator === ';';
    const found = forbidden(tokens);
    if (found !== undefined) throw refuse(`the statement may not have ${found}`);
  }
}

/** What the token is that a reader may not have; `undefined` if it may. */
function forbidden(tokens: PostgresScanner): string | undefined {
  switch (tokens.kind) {
    case 'unsure':
      return unsure(tokens.why);
    case 'escaped-name':
      return 'a name with Unicode escapes (U&"...")';
    case 'word':
      return CREATING.includes(tokens.keyword) ? tokens.keyword : named(tokens.value);
    case 'name':
      return named(tokens.value);
    default:
      return undefined;
  }
}

/** Called or not: (x).f calls f, and an operator or a cast may do so where nothing looks like a call. */
function named(name: string): string | undefined {
  return hasEffects(name) ? `the name ${name}, whatever it stands for` : undefined;
}

function unsure(why: UnsureReason | undefined): string {
  if (why === 'backslash')
    return "a backslash before a quote; write E'...', or pass such texts as parameters";
  return why === 'nul' ? 'a NUL' : 'a quote or a comment that does not end';
}
