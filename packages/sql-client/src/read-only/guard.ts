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

/** Who keeps a statement to reading: the scopes of the token, or the request's own member `readOnly`. */
export type ReadOnlyBy = 'token' | 'request';

/**
 * @param tokens At the start of the text, read without knowledge of the session, so that it is refused where that matters.
 * @param by For the words of the refusal. Default: the token.
 * @throws FairleadError `policy` for a statement that a reader may not run.
 */
export function assertReading<Tokens extends SqlScanner>(
  tokens: Tokens,
  rules: ReadOnlyRules<Tokens>,
  by: ReadOnlyBy = 'token',
): void {
  const fault = faultOf(tokens, rules);
  if (fault === undefined) return;
  const message =
    by === 'token'
      ? `This token may only read: ${fault}. For others it needs the scope ${rules.scope} on this connection.`
      : `Only reading was asked for ("readOnly": true): ${fault}.`;
  throw new FairleadError('policy', message, { safeToRetry: true });
}

/** What of the statement a reader may not run; undefined where it may. */
function faultOf<Tokens extends SqlScanner>(
  tokens: Tokens,
  rules: ReadOnlyRules<Tokens>,
): string | undefined {
  const first = firstWord(tokens);
  if (!rules.words.includes(first) && tokens.why === undefined)
    return `the statement must begin with ${rules.words.join(', ')}`;
  const check = rules.check(first);
  for (let kind = tokens.kind; kind !== 'end'; kind = tokens.next()) {
    const found = tokens.why === undefined ? check.take(tokens) : rules.unsure(tokens.why);
    if (found !== undefined) return `the statement may not have ${found}`;
  }
  const found = check.end?.();
  return found === undefined ? undefined : `the statement may not have ${found}`;
}
