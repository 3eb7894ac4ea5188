// Private keys in ASN.1: PKCS#8 (RFC 5958), PKCS#1 (RFC 8017), SEC1 (RFC 5915), Ed25519 (RFC 8410). WebCrypto parses them as
// PKCS#8; here is only what it has to be told, and the wrapping of the older forms.
import { concat, fromHex, toHex } from '@fairlead/bytes';
import { usage } from '@fairlead/errors';
import { damagedKey } from '../identity.ts';
import { der, TAG } from './der.ts';

// Object identifiers with tag and length, in hexadecimal digits.
const RSA = '06092a864886f70d010101';
const EC = '06072a8648ce3d0201';
const ED25519 = '06032b6570';
const CURVES = [
  ['P-256', '06082a8648ce3d030107'],
  ['P-384', '06052b81040022'],
  ['P-521', '06052b81040023'],
] as const;
/** An OCTET STRING of 34 bytes with one of 32 inside. */
const SEED = '04220420';
const SEED_BYTES = 32;
/** Version 0. */
const VERSION = '020100';
/** A PKCS#8 names its algorithm within so many bytes. */
const HEAD_BYTES = 40;

/** @throws FairleadError `usage`. */
export function readPkcs8(bytes: Uint8Array): Promise<JsonWebKey> {
  const head = toHex(bytes.subarray(0, HEAD_BYTES));
  if (head.includes(RSA)) return importKey(bytes, { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' });
  if (head.includes(EC)) return importKey(bytes, { name: 'ECDSA', namedCurve: curveIn(head)[0] });
  if (!head.includes(ED25519)) {
    throw usage(
      'The private key has an algorithm that SSH does not use: Ed25519, ECDSA and RSA keys are read',
    );
  }
  // Some tools add the public key, which not every WebCrypto takes.
  const seed = head.indexOf(SEED) / 2 + SEED.length / 2;
  return readSeed(bytes.subarray(seed, seed + SEED_BYTES));
}

/** @throws FairleadError `usage`. */
export function readPkcs1(bytes: Uint8Array): Promise<JsonWebKey> {
  return readPkcs8(wrap(`${RSA}0500`, bytes));
}

/** @throws FairleadError `usage`. */
export function readSec1(bytes: Uint8Array): Promise<JsonWebKey> {
  return readPkcs8(wrap(EC + curveIn(toHex(bytes))[1], bytes));
}

/** @param seed An Ed25519 private key; its public key is computed. @throws FairleadError `usage`. */
export function readSeed(seed: Uint8Array): Promise<JsonWebKey> {
  return importKey(wrap(ED25519, der(TAG.OCTET_STRING, seed)), { name: 'Ed25519' });
}

function curveIn(digits: string): (typeof CURVES)[number] {
  const curve = CURVES.find(([, identifier]) => digits.includes(identifier));
  if (curve) return curve;
  throw usage('The private key has a curve that SSH does not use: P-256, P-384 and P-521 are');
}

/** @param algorithm AlgorithmIdentifier's content. */
function wrap(algorithm: string, key: Uint8Array): Uint8Array {
  const identifier = der(TAG.SEQUENCE, fromDigits(algorithm));
  return der(TAG.SEQUENCE, concat([fromDigits(VERSION), identifier, der(TAG.OCTET_STRING, key)]));
}

function fromDigits(digits: string): Uint8Array {
  return fromHex(digits) ?? new Uint8Array();
}

async function importKey(
  bytes: Uint8Array,
  importAs: { readonly name: string; readonly namedCurve?: string; readonly hash?: string },
): Promise<JsonWebKey> {
  try {
    const key = await crypto.subtle.importKey('pkcs8', bytes, importAs, true, ['sign']);
    return (await crypto.subtle.exportKey('jwk', key)) as JsonWebKey;
  } catch {
    // The runtime's error may show parts of the key.
    throw damagedKey();
  }
}
