// The setting FAIRLEAD_JWT: an issuer whose JWTs are bearer tokens. It verifies nothing.
import { z } from 'zod';
import { rateSchema } from '../rate-window.ts';
import { maxRowsSchema, originsSchema } from '../tokens.ts';

/** Signatures by a private key (RFC 7518 section 3.1, RFC 9864). Neither `none` nor a shared secret is among them. */
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'Ed25519',
  'EdDSA',
] as const;

const claim = z.string().min(1).max(200);

/** The schema of `FAIRLEAD_JWT`. */
export const jwtSchema = z.strictObject({
  /** The claim `iss`, letter by letter. */
  issuer: z.string().min(1).max(2048),
  /** Where the issuer's public keys are (RFC 7517 section 5). */
  jwksUrl: z
    .string()
    .max(2048)
    .refine(isKeysUrl, { message: 'is not an https URL without user and password' }),
  /** One of these stands in the claim `aud`. */
  audience: z.union([z.string().min(1).max(2048), z.array(z.string().min(1).max(2048)).min(1).max(20)]),
  /** The claim with the scopes, as text between spaces or as a list. */
  scopesClaim: claim.default('scope'),
  /** The claim with the caller's name. */
  nameClaim: claim.default('sub'),
  algorithms: z
    .array(z.enum(ALGORITHMS))
    .min(1)
    .default([...ALGORITHMS]),
  /** For each JWT of this issuer, as for a token. */
  origins: originsSchema.optional(),
  maxRows: maxRowsSchema.optional(),
  /** For each name. */
  rate: rateSchema.optional(),
});

/** An issuer of JWTs. */
export type JwtSettings = Readonly<z.output<typeof jwtSchema>>;

/** Keys that come unencrypted could be exchanged on the way; an issuer on this machine, to try things with, is the exception. */
function isKeysUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  const isLocal =
    protocol === 'http:' && (hostname === '127.0.0.1' || hostname === 'localhost' || hostname === '[::1]');
  return (protocol === 'https:' || isLocal) && username === '' && password === '';
}
