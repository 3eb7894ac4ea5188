// Makes a token: printed once, with the entry for FAIRLEAD_TOKENS, which holds its digest alone. Nothing is kept.
import { createHash, randomBytes } from 'node:crypto';
import { momentOf } from '../arguments/duration.ts';
import type { Arguments } from '../arguments/parse.ts';
import { EXIT, type ExitCode, usageError } from '../errors.ts';
import type { Output } from '../output/output.ts';

/** Of entropy: a digest of so much needs no slow hash. */
const TOKEN_BYTES = 32;
/** What scanners of repositories and logs can look for. */
const PREFIX = 'fairlead_';
const MAX_NAME_LENGTH = 64;
/** The grammar of `@fairlead/http`: a part is `*` or a name; `@`, an address of the caller's own, stands last alone. */
const PART = '(\\*|[A-Za-z0-9][A-Za-z0-9_.-]{0,63})';
const SCOPE = /* @__PURE__ */ new RegExp(`^${PART}(:${PART}(:(@|${PART}))?)?$`);

/** An entry of FAIRLEAD_TOKENS. */
interface TokenEntry {
  readonly name: string;
  /** 64 hexadecimal digits. */
  readonly sha256: string;
  readonly scopes: readonly string[];
  readonly expires?: string;
}

/** Prints a new token and its entry. @throws CommandError 2 */
export function newToken(given: Arguments, output: Output): ExitCode {
  const [stray] = given.positionals;
  if (stray !== undefined)
    throw usageError('A token takes no words but flags.', 'Scopes stand behind --scope.');
  const { name, scopes, expires } = describe(given);
  const token = freshToken();
  const sha256 = createHash('sha256').update(token).digest('hex');
  const entry: TokenEntry = { name, sha256, scopes, ...(expires === undefined ? {} : { expires }) };
  const text = [
    output.paint('bold', token),
    '',
    'The token, which is shown this once. Its entry for FAIRLEAD_TOKENS, which does not hold it:',
    '',
    JSON.stringify(entry),
    '',
    'Add the entry to the JSON list there: npx wrangler secret put FAIRLEAD_TOKENS',
  ];
  output.result({ event: 'token', token, entry }, text.join('\n'));
  return EXIT.ok;
}

/** A random token: visible ASCII, as a header and a subprotocol can carry it. */
export function freshToken(): string {
  return PREFIX + randomBytes(TOKEN_BYTES).toString('base64url');
}

function describe(given: Arguments): Omit<TokenEntry, 'sha256'> {
  const scopes = given.texts('scope').flatMap((text) => text.split(','));
  if (scopes.length === 0) {
    throw usageError(
      '--scope is missing: what the token may do.',
      'For instance --scope pg:read:main; --scope "*" is everything.',
    );
  }
  for (const scope of scopes) {
    if (SCOPE.test(scope)) continue;
    throw usageError(
      `"${scope}" is no scope.`,
      'Write protocol:action:connection, such as pg:read:main or tcp:tunnel:@.',
    );
  }
  const now = Date.now();
  const name = given.text('name') ?? `token-${new Date(now).toISOString().slice(0, 19).replaceAll(':', '-')}`;
  if (name.length > MAX_NAME_LENGTH || name.startsWith('jwt:')) {
    throw usageError(`A name has at most ${MAX_NAME_LENGTH} characters, and does not begin with "jwt:".`);
  }
  const expires = given.text('expires');
  return { name, scopes, ...(expires === undefined ? {} : { expires: momentOf(expires, now) }) };
}
