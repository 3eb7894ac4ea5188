// What WebCrypto calls the keys and signatures of the schemes.
import type { KeyKind, SignatureScheme } from '../types.ts';

/** The curves, and the bytes of r and s each. */
const CURVES = {
  'ec-p256': { namedCurve: 'P-256', fieldBytes: 32 },
  'ec-p384': { namedCurve: 'P-384', fieldBytes: 48 },
  'ec-p521': { namedCurve: 'P-521', fieldBytes: 66 },
} as const;

/** Algorithms of `importKey`, and of `sign` and `verify`. */
export interface Algorithms {
  readonly importAs: SubtleCryptoImportKeyAlgorithm;
  readonly signAs: SubtleCryptoSignAlgorithm;
  /** Length of r and s: ECDSA alone. */
  readonly fieldBytes?: number;
}

const SALT_BYTES = { 'SHA-256': 32, 'SHA-384': 48, 'SHA-512': 64 } as const;

/** @param kind One of the scheme's `keys`. */
export function algorithmsOf(kind: KeyKind, { name, hash }: SignatureScheme): Algorithms {
  if (kind === 'ed25519' || hash === undefined) {
    return { importAs: { name: 'Ed25519' }, signAs: { name: 'Ed25519' } };
  }
  if (kind === 'rsa' || kind === 'rsa-pss') {
    const family = name.startsWith('rsa_pss_') ? 'RSA-PSS' : 'RSASSA-PKCS1-v1_5';
    // The salt has the hash's length (RFC 8446 section 4.2.3); PKCS#1 has none and does not look at it.
    return { importAs: { name: family, hash }, signAs: { name: family, saltLength: SALT_BYTES[hash] } };
  }
  const { namedCurve, fieldBytes } = CURVES[kind];
  return { importAs: { name: 'ECDSA', namedCurve }, signAs: { name: 'ECDSA', hash }, fieldBytes };
}
