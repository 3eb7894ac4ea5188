// SHA-256 and SHA-384 with HMAC and HKDF (RFC 2104, RFC 5869), by WebCrypto.
import { concat } from '@fairlead/bytes';
import type { Hash } from './types.ts';

/** SHA-256, for the key schedule. */
export const sha256: Hash = hashOf('SHA-256', 32);

/** SHA-384, for the key schedule. */
export const sha384: Hash = hashOf('SHA-384', 48);

/** The counter of HKDF's first block. */
const ONE = Uint8Array.of(1);

function hashOf(name: Hash['name'], bytes: number): Hash {
  const algorithm = { name: 'HMAC', hash: name };
  // Importing takes longer than an HMAC does, and a traffic secret is the key of three. A promise stands here while it lasts alone:
  // that of one request may never settle for another one.
  const keys = new WeakMap<Uint8Array, CryptoKey | Promise<CryptoKey>>();
  const importing = async (key: Uint8Array): Promise<CryptoKey> => {
    const imported = await crypto.subtle.importKey('raw', nonEmpty(key), algorithm, false, ['sign']);
    keys.set(key, imported);
    return imported;
  };
  const keyOf = (key: Uint8Array): CryptoKey | Promise<CryptoKey> => {
    const known = keys.get(key);
    if (known) return known;
    const imported = importing(key);
    keys.set(key, imported);
    return imported;
  };
  return {
    name,
    bytes,
    async digest(data) {
      return new Uint8Array(await crypto.subtle.digest(name, data));
    },
    async hmac(key, data) {
      return new Uint8Array(await crypto.subtle.sign('HMAC', await keyOf(key), data));
    },
  };
}

/** Runtimes refuse an empty key. HMAC fills up with zeros, so one zero is the same key. */
function nonEmpty(key: Uint8Array): Uint8Array {
  return key.length > 0 ? key : new Uint8Array(1);
}

/** HKDF-Extract, RFC 5869 section 2.2. @returns As many bytes as the hash has. */
export function hkdfExtract(hash: Hash, salt: Uint8Array, ikm: Uint8Array): Promise<Uint8Array> {
  return hash.hmac(salt, ikm);
}

/**
 * HKDF-Expand, RFC 5869 section 2.3.
 * @param length In bytes, at most 255 times the hash's.
 * @throws RangeError for a longer one.
 */
export async function hkdfExpand(
  hash: Hash,
  prk: Uint8Array,
  info: Uint8Array,
  length: number,
): Promise<Uint8Array> {
  // What the key schedule asks for, keys and IVs included, is one block.
  if (length <= hash.bytes) return (await hash.hmac(prk, concat([info, ONE]))).subarray(0, length);
  const blocks = Math.ceil(length / hash.bytes);
  if (blocks > 255) throw new RangeError('HKDF-Expand gives at most 255 blocks');
  const output = new Uint8Array(blocks * hash.bytes);
  let last: Uint8Array = new Uint8Array(0);
  for (let counter = 1; counter <= blocks; counter++) {
    last = await hash.hmac(prk, concat([last, info, Uint8Array.of(counter)]));
    output.set(last, (counter - 1) * hash.bytes);
  }
  return output.subarray(0, length);
}
