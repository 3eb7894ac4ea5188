// Bearer tokens that an issuer signed (RFC 7519, RFC 8725): from the JWT to Access. Imported when the first one comes.
import type { JWTPayload } from 'jose';
import { JOSEAlgNotAllowed, JWKSNoMatchingKey, JWTClaimValidationFailed, JWTExpired } from 'jose/errors';
import { jwtVerify } from 'jose/jwt/verify';
import type { RouteContext } from '../../app/contract.ts';
import type { HttpProblem } from '../../problems/http-problem.ts';
import { Access } from '../access.ts';
import { parseScope, type Scope } from '../scope.ts';
import { JWT_NAME_PREFIX, unauthorized } from '../tokens.ts';
import { KeySet, type Keys } from './key-set.ts';
import type { JwtSettings } from './settings.ts';

/** Clocks that differ by less make no JWT early or late. */
const LEEWAY_SECONDS = 30;
const MAX_NAME_LENGTH = 128;
const MAX_SCOPES = 1000;

/** The keys of each issuer, as long as its setting stands. */
const KEYS = /* @__PURE__ */ new WeakMap<JwtSettings, KeySet>();

/**
 * Verifies a JWT: signature, issuer, audience and times.
 * @throws HttpProblem 401 that says what is wrong with it (of its claims only where the signature is right); 503 where the
 *   issuer's keys cannot be had.
 */
export async function verifyJwt(c: RouteContext, jwt: string, settings: JwtSettings): Promise<Access> {
  let keys = KEYS.get(settings);
  if (keys === undefined) {
    keys = new KeySet(settings.jwksUrl);
    KEYS.set(settings, keys);
  }
  return accessOf(await verified(c, jwt, settings, keys), settings);
}

async function verified(
  c: RouteContext,
  jwt: string,
  settings: JwtSettings,
  set: KeySet,
): Promise<JWTPayload> {
  const { issuer, audience, algorithms, nameClaim } = settings;
  const verify = async (keys: Keys): Promise<JWTPayload> => {
    const { payload } = await jwtVerify(jwt, keys, {
      issuer,
      audience,
      algorithms,
      clockTolerance: LEEWAY_SECONDS,
      requiredClaims: ['exp', nameClaim],
    });
    return payload;
  };
  const keys = await set.current(c);
  try {
    return await verify(keys);
  } catch (error) {
    const newer = error instanceof JWKSNoMatchingKey ? await set.newer(c) : undefined;
    if (newer === undefined) throw refusal(error);
    return verify(newer).catch((again: unknown) => {
      throw refusal(again);
    });
  }
}

function accessOf(payload: JWTPayload, settings: JwtSettings): Access {
  const { nameClaim, scopesClaim, origins, maxRows, rate } = settings;
  const subject = payload[nameClaim];
  if (typeof subject !== 'string' || subject === '' || subject.length > MAX_NAME_LENGTH) {
    throw unauthorized(
      `The claim "${nameClaim}" of the JWT is not a text of 1 to ${MAX_NAME_LENGTH} characters.`,
    );
  }
  const name = `${JWT_NAME_PREFIX}${subject}`;
  return new Access(name, scopesOf(payload[scopesClaim]), {
    origins,
    maxRows,
    rate,
  });
}

/**
 * The scopes of a claim. What is no scope is skipped, since an issuer's list serves others as well; and of one part it is none
 * here: words such as `admin` are common elsewhere, and would mean all of a protocol.
 */
function scopesOf(claim: unknown): readonly Scope[] {
  const texts: readonly unknown[] =
    typeof claim === 'string' ? claim.split(' ') : Array.isArray(claim) ? claim : [];
  return texts.slice(0, MAX_SCOPES).flatMap((text) => {
    const scope = typeof text === 'string' && text.includes(':') ? parseScope(text) : undefined;
    return scope === undefined ? [] : [scope];
  });
}

/** `jose` looks at claims behind the signature alone, so what it says of them is told to who has a JWT of this issuer. */
function refusal(error: unknown): HttpProblem {
  if (error instanceof JWTExpired) return unauthorized('The JWT has expired.');
  if (error instanceof JWTClaimValidationFailed)
    return unauthorized(
      `The claim "${error.claim}" of the JWT is ${error.reason === 'missing' ? 'missing' : 'not the right one'}.`,
    );
  if (error instanceof JOSEAlgNotAllowed)
    return unauthorized('The algorithm of the JWT is not allowed here.');
  // Anything else is about a key of the issuer's that cannot be used: too short, of an unknown curve, malformed. Callers name
  // keys, so that is no failure of the gateway.
  return unauthorized('The JWT is malformed, or not signed by a key of its issuer.');
}
