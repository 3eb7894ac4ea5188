// The keys that SCRAM derives from a password (RFC 5802 section 3). The keys of the last 64 logins are kept, so that the
// next login of the same account does not compute thousands of hashes again. No password is kept.
import { utf8 } from '../mechanism.ts';

/** The hash of a SCRAM mechanism. */
export type ScramHash = 'SHA-1' | 'SHA-256';

/** The keys of one password and salt. They are enough to log in, so they stay in this isolate. */
export interface ScramKeys {
  readonly clientKey: Uint8Array<ArrayBuffer>;
  /** StoredKey and ServerKey are used for HMACs alone, so they are kept ready for these. */
  readonly storedKey: CryptoKey;
  readonly serverKey: CryptoKey;
}

const BITS: Readonly<Record<ScramHash, number>> = { 'SHA-1': 160, 'SHA-256': 256 };
/** Keys that are kept: one set for each password and salt. */
const MAX_REMEMBERED = 64;

/** The least recently used first. */
const remembered = new Map<string, ScramKeys>();

/** The keys, computed or kept from before. @param password After SASLprep. */
export async function scramKeys(
  hash: ScramHash,
  password: string,
  salt: Uint8Array<ArrayBuffer>,
  iterations: number,
): Promise<ScramKeys> {
  // A digest stands for the password, so that the password is not kept.
  const id = String(await digest('SHA-256', bytesOf(`${hash} ${iterations} ${salt} ${password}`)));
  const keys = remembered.get(id) ?? (await derive(hash, password, salt, iterations));
  remembered.delete(id);
  remembered.set(id, keys);
  for (const oldest of remembered.keys()) {
    if (remembered.size <= MAX_REMEMBERED) break;
    remembered.delete(oldest);
  }
  return keys;
}

async function derive(
  hash: ScramHash,
  password: string,
  salt: Uint8Array<ArrayBuffer>,
  iterations: number,
): Promise<ScramKeys> {
  const key = await crypto.subtle.importKey('raw', bytesOf(password), 'PBKDF2', false, ['deriveBits']);
  const settings = { name: 'PBKDF2', hash, salt, iterations };
  const salted = new Uint8Array(await crypto.subtle.deriveBits(settings, key, BITS[hash]));
  const saltedKey = await hmacKey(hash, salted);
  const clientKey = await hmac(saltedKey, bytesOf('Client Key'));
  const serverKey = await hmac(saltedKey, bytesOf('Server Key'));
  const storedKey = await digest(hash, clientKey);
  return { clientKey, storedKey: await hmacKey(hash, storedKey), serverKey: await hmacKey(hash, serverKey) };
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(utf8(text));
}

async function digest(hash: ScramHash, data: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest(hash, data));
}

function hmacKey(hash: ScramHash, secret: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash }, false, ['sign']);
}

/** HMAC (RFC 2104) with the mechanism's hash. */
export async function hmac(key: CryptoKey, data: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, data));
}
