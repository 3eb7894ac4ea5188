// Bearer tokens: from the setting to digests, and from a header to Access. It keeps digests, and the text of the token that
// was found last, so that the next request with it needs no digest.
import { equalBytes } from '@fairlead/bytes';
import { z } from '@hono/zod-openapi';
import { HttpProblem } from '../problems/http-problem.ts';
import { Access } from './access.ts';
import { parseScope, type Scope } from './scope.ts';

const MAX_TOKEN_LENGTH = 4096;
const encoder = new TextEncoder();

const scopeSchema = z.string().transform((text, context): Scope => {
  const scope = parseScope(text);
  if (scope !== undefined) return scope;
  context.addIssue({ code: 'custom', message: 'is not a scope; write protocol:action:connection' });
  return z.NEVER;
});

const tokenSchema = z
  .strictObject({
    name: z.string().min(1).max(64),
    token: z
      .string()
      .min(1)
      .max(MAX_TOKEN_LENGTH)
      .regex(/^[\x21-\x7e]+$/, 'holds a character that no header can carry')
      .optional(),
    sha256: z
      .string()
      .regex(/^[0-9a-fA-F]{64}$/, 'is not 64 hexadecimal digits')
      .optional(),
    scopes: z.array(scopeSchema),
  })
  .refine((entry) => (entry.token === undefined) !== (entry.sha256 === undefined), {
    message: 'needs exactly one of "token" and "sha256"',
  });

/** The schema of `FAIRLEAD_TOKENS`. */
export const tokensSchema = z
  .array(tokenSchema)
  .refine((list) => new Set(list.map((entry) => entry.name)).size === list.length, {
    message: 'has two tokens of one name',
  });

/** A configured token: its digest and what it may do. */
export interface Token {
  readonly access: Access;
  /** SHA-256, 32 bytes. */
  readonly digest: Uint8Array;
}

/** Digests the configured tokens. */
export async function digestTokens(list: z.output<typeof tokensSchema>): Promise<readonly Token[]> {
  return Promise.all(
    list.map(async (entry) => ({
      access: new Access(entry.name, entry.scopes),
      digest: entry.sha256 === undefined ? await sha256(entry.token ?? '') : fromHex(entry.sha256),
    })),
  );
}

/** A token that was found, and its text as the caller sent it. */
interface SeenToken {
  readonly bytes: Uint8Array;
  readonly access: Access;
}

/**
 * The token that was found last, of each set of settings: most callers of an isolate send the same one. Its text is in the
 * isolate's memory with each of its requests anyway, and no longer than the settings.
 */
const lastSeen = new WeakMap<readonly Token[], SeenToken>();

/**
 * Finds the token of an `Authorization` header. The time taken does not depend on how nearly a token matches: all bytes are
 * compared, of the token that was found last and of all digests. It tells whether it is that one, and whether it has its length.
 * @throws HttpProblem 401 if there is none, it is malformed or unknown, or no token is configured at all.
 */
export async function authenticate(header: string | undefined, tokens: readonly Token[]): Promise<Access> {
  if (tokens.length === 0) {
    throw unauthorized(
      'No token is configured, so nothing is allowed. The operator sets one with: npx wrangler secret put FAIRLEAD_TOKENS',
    );
  }
  if (header === undefined) throw unauthorized('The header Authorization is missing: send "Bearer <token>".');
  const presented = /^Bearer +([\x21-\x7e]+) *$/i.exec(header)?.[1];
  if (presented === undefined || presented.length > MAX_TOKEN_LENGTH) {
    throw unauthorized('The header Authorization is not of the form "Bearer <token>".');
  }
  const last = lastSeen.get(tokens);
  const bytes = encoder.encode(presented);
  if (last !== undefined && equalBytes(last.bytes, bytes)) return last.access;
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  let found: Access | undefined;
  for (const token of tokens) {
    if (equalBytes(token.digest, digest)) found = token.access;
  }
  if (found === undefined) throw unauthorized('The token is not known.');
  lastSeen.set(tokens, { bytes, access: found });
  return found;
}

function unauthorized(detail: string): HttpProblem {
  return new HttpProblem('unauthorized', detail, {
    headers: { 'WWW-Authenticate': 'Bearer realm="fairlead"' },
  });
}

async function sha256(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', encoder.encode(text)));
}

function fromHex(hex: string): Uint8Array {
  const bytes = new Uint8Array(hex.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}
