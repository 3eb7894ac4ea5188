// AEADs, HMAC and HKDF.
import { concat, equalBytes } from '@fairlead/bytes';
import { TLS_CHACHA20_POLY1305_SHA256 } from '../../../../src/chacha20/index.ts';
import {
  aes128Gcm,
  aes256Gcm,
  hkdfExpand,
  hkdfExtract,
  sha256,
  sha384,
} from '../../../../src/crypto/index.ts';
import type { Check } from '../protocol.ts';
import { bytesOf, numberOf } from './fields.ts';

const CHACHA20 = TLS_CHACHA20_POLY1305_SHA256.aead;

/** What is sealed must be the vector's, and what is opened too. */
export const aead: Check = async ({ algorithm }, group, vector) => {
  if (numberOf(group, 'ivSize') !== 96) return 'TLS has nonces of 12 bytes';
  if (numberOf(group, 'tagSize') !== 128) return 'TLS has tags of 16 bytes';
  const known = algorithm === 'AES-GCM' ? [aes128Gcm, aes256Gcm] : [CHACHA20];
  const used = known.find(({ keyBytes }) => keyBytes * 8 === group.keySize);
  if (!used) return 'TLS has no AES-192';
  const key = bytesOf(vector, 'key');
  const [nonce, aad, plaintext] = [bytesOf(vector, 'iv'), bytesOf(vector, 'aad'), bytesOf(vector, 'msg')];
  const ciphertext = concat([bytesOf(vector, 'ct'), bytesOf(vector, 'tag')]);
  const opened = await (await used.importKey(key, 'open')).open(nonce, aad, ciphertext);
  if (!opened || !equalBytes(opened, plaintext)) return false;
  return equalBytes(await (await used.importKey(key, 'seal')).seal(nonce, aad, plaintext), ciphertext);
};

const hashOf = (algorithm: string) => (algorithm.endsWith('256') ? sha256 : sha384);

/** The tag must be the vector's. */
export const hmac: Check = async ({ algorithm }, group, vector) => {
  const hash = hashOf(algorithm);
  if (numberOf(group, 'tagSize') !== hash.bytes * 8) return 'TLS does not cut HMACs';
  return equalBytes(await hash.hmac(bytesOf(vector, 'key'), bytesOf(vector, 'msg')), bytesOf(vector, 'tag'));
};

/** What is derived must be the vector's. */
export const hkdf: Check = async ({ algorithm }, _group, vector) => {
  const hash = hashOf(algorithm);
  const prk = await hkdfExtract(hash, bytesOf(vector, 'salt'), bytesOf(vector, 'ikm'));
  try {
    const okm = await hkdfExpand(hash, prk, bytesOf(vector, 'info'), numberOf(vector, 'size'));
    return equalBytes(okm, bytesOf(vector, 'okm'));
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
};
