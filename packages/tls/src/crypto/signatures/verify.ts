// Whether a signature is a key's. Anything that is not in order is a signature that is not.
import type { PublicKey, SignatureScheme } from '../types.ts';
import { ecdsaFromDer } from './ecdsa-der.ts';
import { parametersAllow, plainRsaKey } from './rsa-pss-key.ts';
import { algorithmsOf } from './webcrypto.ts';

/**
 * Imported keys by what they were imported from, then by algorithm: authorities verify many chains. Keys and no promises: those
 * of one request may never settle for another one.
 */
const imported = new WeakMap<PublicKey, Map<string, CryptoKey | undefined>>();

/**
 * @param scheme Must be one of `SCHEMES`; the key's kind must be among its `keys`. That a handshake of TLS 1.3 allows less is the
 *   caller's to check (`tls13Keys`).
 * @param signature As TLS and X.509 have it: ECDSA in DER.
 * @returns False also for a key that cannot be imported, and for one that does not go with the scheme.
 */
export async function verifySignature(
  publicKey: PublicKey,
  scheme: SignatureScheme,
  data: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  if (!scheme.keys.includes(publicKey.kind)) return false;
  const { signAs, fieldBytes } = algorithmsOf(publicKey.kind, scheme);
  const raw = fieldBytes === undefined ? signature : ecdsaFromDer(signature, fieldBytes);
  if (!raw) return false;
  const key = await keyFor(publicKey, scheme);
  if (!key) return false;
  try {
    return await crypto.subtle.verify(signAs, key, raw, data);
  } catch {
    return false;
  }
}

async function keyFor(publicKey: PublicKey, scheme: SignatureScheme): Promise<CryptoKey | undefined> {
  // One key of a curve does for every hash; RSA's is bound to one.
  const name = publicKey.kind.startsWith('ec-') ? 'ecdsa' : scheme.name;
  const keys = imported.get(publicKey) ?? new Map<string, CryptoKey | undefined>();
  imported.set(publicKey, keys);
  if (!keys.has(name)) keys.set(name, await importPublic(publicKey, scheme));
  return keys.get(name);
}

async function importPublic(
  { kind, spki }: PublicKey,
  scheme: SignatureScheme,
): Promise<CryptoKey | undefined> {
  try {
    const der = kind === 'rsa-pss' ? plainSpki(spki, scheme) : spki;
    if (!der) return undefined;
    return await crypto.subtle.importKey('spki', der, algorithmsOf(kind, scheme).importAs, false, ['verify']);
  } catch {
    return undefined;
  }
}

function plainSpki(spki: Uint8Array, scheme: SignatureScheme): Uint8Array | undefined {
  const key = plainRsaKey(spki, 'public');
  return key && parametersAllow(key.parameters, scheme) ? key.der : undefined;
}
