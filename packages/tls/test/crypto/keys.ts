// Key pairs for the tests, by WebCrypto.
import { fromBase64, toBase64 } from '@fairlead/bytes';
import type { KeyKind, PublicKey } from '../../src/crypto/types.ts';
import * as rsaPss from './rsa-pss.ts';

/** Both halves of a key, in the forms that the package takes. */
export interface TestKey {
  readonly publicKey: PublicKey;
  readonly pem: string;
}

const RSA = { modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1), hash: 'SHA-256' };
const ALGORITHMS = {
  rsa: { name: 'RSA-PSS', ...RSA },
  'ec-p256': { name: 'ECDSA', namedCurve: 'P-256' },
  'ec-p384': { name: 'ECDSA', namedCurve: 'P-384' },
  'ec-p521': { name: 'ECDSA', namedCurve: 'P-521' },
  ed25519: { name: 'Ed25519' },
};

/** A new pair, extractable. */
export async function makePair(
  kind: Exclude<KeyKind, 'rsa-pss'>,
): Promise<{ readonly publicKey: CryptoKey; readonly privateKey: CryptoKey }> {
  const made = await crypto.subtle.generateKey(ALGORITHMS[kind], true, ['sign', 'verify']);
  if (!('privateKey' in made)) throw new Error('no pair');
  return made;
}

/** A pair's public half, as it comes out of a certificate. */
export async function publicKeyOf(kind: KeyKind, key: CryptoKey): Promise<PublicKey> {
  const spki = new Uint8Array((await crypto.subtle.exportKey('spki', key)) as ArrayBuffer);
  return { kind, spki, bits: 256 };
}

/** A new key; that of RSASSA-PSS is always the same. */
export async function makeKey(kind: KeyKind): Promise<TestKey> {
  if (kind === 'rsa-pss') {
    const spki = fromBase64(rsaPss.PUBLIC_BASE64) ?? new Uint8Array(0);
    return { publicKey: { kind, spki, bits: 2048 }, pem: rsaPss.PRIVATE_PEM };
  }
  const pair = await makePair(kind);
  const pkcs8 = new Uint8Array((await crypto.subtle.exportKey('pkcs8', pair.privateKey)) as ArrayBuffer);
  return { publicKey: await publicKeyOf(kind, pair.publicKey), pem: pemOf('PRIVATE KEY', pkcs8) };
}

/** PEM with lines of 64 characters. */
export function pemOf(label: string, der: Uint8Array): string {
  const lines = toBase64(der).match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}
