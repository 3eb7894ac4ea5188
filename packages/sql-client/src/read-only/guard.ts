// What a token that may only read is allowed to run, as far as the text tells: the frame that both databases share. The real
// fence is the READ ONLY transaction around the statement, and that the server takes one statement a call.
import { FairleadError } from '@fairlead/errors';
import { firstWord } from '../text/first-word.ts';
import type { SqlScanner, UnsureReason } from '../text/scanner.ts';

/** What one database's statements are checked for. */
export interface ReadOnlyRules<Tokens extends SqlScanner> {
  /** Words that a statement may begin with. */
  readonly words: readonly string[];
  /** The scope with which a token may run others, such as `pg:write`. */
  readonly scope: string;
  /** What a text that cannot be read for certain has. */
  unsure(why: UnsureReason): string;
  /** Begins with a statement. @param first Its first word. */
  check(first: string): StatementCheck<Tokens>;
}

/** The check of one statement, token by token. */
export interface StatementCheck<Tokens extends SqlScanner> {
  /** What the current token is that a reader may not have; undefined if it may. */
  take(tokens: Tokens): string | undefined;
  /** The same of what the text ends with. */
  end?(): string | undefined;
}

/**
 * @param tokens At the start of the text, read without knowledge of the session, so that it is refused where that matters.
 * @throws FairleadError `policy` for a statement that a reader may not run.
 */
export function assertReading<Tokens extends SqlScanner>(tokens: Tokens, rules: ReadOnlyRules<Tokens>): void {
  const { words, scope } = rules;
  const first = firstWord(tokens);
  if (!words.includes(first) && tokens.why === undefined) {
    throw refused(`the statement must begin with ${words.join(', ')}`, scope);
  }
  const check = rules.check(first);
  for (let kind = tokens.kind; kind !== 'end'; kind = tokens.next()) {
    refuseFound(tokens.why === undefined ? check.take(tokens) : rules.unsure(tokens.why), scope);
  }
  refuseFound(check.end?.(), scope);
}

function refuseFound(found: string | undefined, scope: string): void {
  if (found !== undefined) throw refused(`the statement may not have ${found}`, scope);
}

function refused(what: string, scope: string): FairleadError {
  return new FairleadError(
    'policy',
    `This token may only read: ${what}. For others it needs the scope ${scope} on this connection.`,
    { safeToRetry: true },
  );
}
