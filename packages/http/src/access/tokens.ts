// Bearer tokens: from the setting to digests, and from a header to Access. It keeps digests, and the text of the token that
// was found last, so that the next request with it needs no digest.
import { equalBytes, fromHex } from '@fairlead/bytes';
import { z } from 'zod';
import { HttpProblem } from '../problems/http-problem.ts';
import { Access } from './access.ts';
import { rateSchema } from './rate-window.ts';
import { parseScope, type Scope } from './scope.ts';

const MAX_TOKEN_LENGTH = 4096;
/** JWTs hold whole lists of groups. */
const MAX_JWT_LENGTH = 16_384;
/** Begins the names of JWTs' bearers, so that no subject of an issuer's passes for a configured token in logs and sessions. */
export const JWT_NAME_PREFIX = 'jwt:';
/** RFC 7515 section 7.1: three parts in base64url, of which the first is a JSON object. */
const JWT = /^eyJ[\w-]*\.[\w-]+\.[\w-]*$/;
const encoder = new TextEncoder();

const scopeSchema = z.string().transform((text, context): Scope => {
  const scope = parseScope(text);
  if (scope !== undefined) return scope;
  context.addIssue({ code: 'custom', message: 'is not a scope; write protocol:action:connection' });
  return z.NEVER;
});

/** The origins of web pages that may use a token. */
export const originsSchema = z.array(
  z.string().refine((text) => URL.canParse(text) && new URL(text).origin === text, {
    message: 'is not an origin such as https://app.example.com',
  }),
);

/** The most rows that a token gets of any result. */
export const maxRowsSchema = z.number().int().min(1).max(10_000_000);

const tokenSchema = z
  .strictObject({
    name: z
      .string()
      .min(1)
      .max(64)
      .refine((name) => !name.startsWith(JWT_NAME_PREFIX), {
        message: `begins with ${JWT_NAME_PREFIX}, as the names of JWTs do`,
      }),
    token: z
      .string()
      .min(1)
      .max(MAX_TOKEN_LENGTH)
      .regex(/^[\x21-\x7e]+$/, 'holds a character that no header can carry')
      .optional(),
    sha256: z
      .string()
      .regex(/^[0-9a-fA-F]{64}$/, 'is not 64 hexadecimal digits')
      .transform(fromHex)
      .optional(),
    scopes: z.array(scopeSchema),
    expires: z.iso
      .datetime({
        offset: true,
        error: 'is not a date and time with its offset, such as 2027-01-31T00:00:00Z',
      })
      .optional(),
    origins: originsSchema.optional(),
    maxRows: maxRowsSchema.optional(),
    rate: rateSchema.optional(),
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
      access: accessOf(entry),
      digest: entry.sha256 ?? (await sha256(entry.token ?? '')),
    })),
  );
}

function accessOf(entry: z.output<typeof tokenSchema>): Access {
  const { name, scopes, expires, origins, maxRows, rate } = entry;
  return new Access(name, scopes, {
    expiresAt: expires === undefined ? undefined : Date.parse(expires),
    origins,
    maxRows,
    rate,
  });
}

/** A token that was found, and its text as the caller sent it. */
interface SeenToken {
  readonly text: string;
  readonly access: Access;
}

/**
 * The token that was found last, of each set of settings: most callers of an isolate send the same one. Its text is in the
 * isolate's memory with each of its requests anyway, and no longer than the settings.
 */
const lastSeen = new WeakMap<readonly Token[], SeenToken>();

/**
 * Finds the token of an `Authorization` header. The time taken does not depend on how nearly a token matches: all of it is
 * compared, with the token that was found last and with all digests. It tells whether it is that one, and whether it has its length.
 * @throws HttpProblem 401 if there is none, it is malformed, unknown or expired, or no token is configured at all. That a token
 *   has expired is told only to who presents it.
 */
export async function authenticate(header: string | undefined, tokens: readonly Token[]): Promise<Access> {
  if (tokens.length === 0) {
    throw unauthorized(
      'No token is configured, so nothing is allowed. The operator sets one with: npx wrangler secret put FAIRLEAD_TOKENS',
    );
  }
  const presented = readBearer(header, MAX_TOKEN_LENGTH);
  const last = lastSeen.get(tokens);
  const isLast = last !== undefined && isSame(last.text, presented);
  return unexpired(isLast ? last.access : await find(presented, tokens));
}

async function find(presented: string, tokens: readonly Token[]): Promise<Access> {
  const digest = await sha256(presented);
  let found: Access | undefined;
  for (const token of tokens) {
    if (equalBytes(token.digest, digest)) found = token.access;
  }
  if (found === undefined) throw unauthorized('The token is not known.');
  lastSeen.set(tokens, { text: presented, access: found });
  return found;
}

/** Whether two texts are equal, in a time that only their lengths decide. */
function isSame(one: string, other: string): boolean {
  if (one.length !== other.length) return false;
  let difference = 0;
  for (let at = 0; at < one.length; at++) difference |= one.charCodeAt(at) ^ other.charCodeAt(at);
  return difference === 0;
}

function unexpired(access: Access): Access {
  const { expiresAt } = access.limits;
  if (expiresAt === undefined || Date.now() < expiresAt) return access;
  const when = new Date(expiresAt).toISOString();
  throw unauthorized(`The token "${access.name}" has expired: it was valid until ${when}.`);
}

/** The JWT of an `Authorization` header; undefined where it holds something else. */
export function jwtOf(header: string | undefined): string | undefined {
  const presented = /^Bearer +(eyJ\S*) *$/i.exec(header ?? '')?.[1];
  if (presented === undefined || !JWT.test(presented)) return undefined;
  return readBearer(header, MAX_JWT_LENGTH);
}

function readBearer(header: string | undefined, maxLength: number): string {
  if (header === undefined) throw unauthorized('The header Authorization is missing: send "Bearer <token>".');
  const presented = /^Bearer +([\x21-\x7e]+) *$/i.exec(header)?.[1];
  if (presented === undefined || presented.length > maxLength) {
    throw unauthorized('The header Authorization is not of the form "Bearer <token>".');
  }
  return presented;
}

/** The problem for a caller without a valid token. */
export function unauthorized(detail: string): HttpProblem {
  return new HttpProblem('unauthorized', detail, {
    headers: { 'WWW-Authenticate': 'Bearer realm="fairlead"' },
  });
}

async function sha256(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', encoder.encode(text)));
}
