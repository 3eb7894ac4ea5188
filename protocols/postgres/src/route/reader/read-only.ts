// What a token that may only read is allowed to run. The real fence is the READ ONLY transaction around it, and that the
// server takes one statement a call. This keeps out what those do not: COPY, session settings, functions with effects.
import {
  assertReading as assertReadingBy,
  PostgresScanner,
  type ReadOnlyBy,
  type ReadOnlyRules,
  type StatementCheck,
  type UnsureReason,
} from '@fairlead/sql-client';
import { hasEffects } from './reading-names.ts';

/**
 * EXPLAIN ANALYZE CREATE TABLE ... AS, and SELECT ... INTO, run in a READ ONLY transaction. Both words are reserved, and
 * so no names; INTO behind INSERT may be a SELECT's all the same, whose column is called "insert".
 */
const CREATING = ['CREATE', 'INTO'];

const RULES: ReadOnlyRules<PostgresScanner> = {
  words: ['SELECT', 'WITH', 'VALUES', 'TABLE', 'SHOW', 'EXPLAIN'],
  scope: 'pg:write',
  unsure,
  check: () => new Check(),
};

/**
 * @param sql Read without knowledge of standard_conforming_strings, so that it is refused where that matters.
 * @param by For the words of the refusal. Default: the token.
 * @throws FairleadError `policy` for a statement that a reader may not run.
 */
export function assertReading(sql: string, by?: ReadOnlyBy): void {
  assertReadingBy(new PostgresScanner(sql), RULES, by);
}

class Check implements StatementCheck<PostgresScanner> {
  #ended = false;

  take(tokens: PostgresScanner): string | undefined {
    if (tokens.operator === ';') this.#ended = true;
    else if (this.#ended) return 'a second one behind it';
    return forbidden(tokens);
  }
}

/** What the token is that a reader may not have; `undefined` if it may. */
function forbidden(tokens: PostgresScanner): string | undefined {
  switch (tokens.kind) {
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

function unsure(why: UnsureReason): string {
  if (why === 'backslash')
    return "a backslash before a quote; write E'...', or pass such texts as parameters";
  return why === 'nul' ? 'a NUL' : 'a quote or a comment that does not end';
}
