// Reads private keys for DKIM from PEM into WebCrypto. No error shows a key; RSA keys have at least 1,024 bits.

import { usage } from '@fairlead/errors';
import { fromMailBase64 } from '../wire/base64.ts';

/** `a=` (RFC 6376 section 3.3, RFC 8463 section 3). */
type Algorithm = 'rsa-sha256' | 'ed25519-sha256';

/** A key that signs. */
export interface SigningKey {
  readonly algorithm: Algorithm;
  sign(data: Uint8Array<ArrayBuffer>): Promise<Uint8Array>;
}

/** rsaEncryption with its parameters, as PKCS#8 has them in front of a PKCS#1 key. */
const RSA_IDENTIFIER = [
  0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00,
];
/** The object identifier of Ed25519 (RFC 8410). */
const ED25519 = [0x06, 0x03, 0x2b, 0x65, 0x70];
const RSA: { name: string; hash: string } = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
const MIN_RSA_BITS = 1024;

/**
 * Reads a key: PEM with `PRIVATE KEY` (PKCS#8, RSA or Ed25519) or `RSA PRIVATE KEY` (PKCS#1).
 * @throws FairleadError `usage`.
 */
export async function readKey(pem: string): Promise<SigningKey> {
  const [, kind = '', body = ''] =
    /^\s*-----BEGIN ((?:RSA )?PRIVATE KEY)-----([A-Za-z0-9+/=\s]+)-----END \1-----\s*$/.exec(pem) ?? [];
  const der = fromMailBase64(body);
  if (der === undefined || der.length === 0) {
    throw usage('The DKIM key is not a PEM of an unencrypted private key (PKCS#8, or PKCS#1 for RSA)');
  }
  const pkcs8 = kind === 'PRIVATE KEY' ? der : wrapPkcs1(der);
  try {
    return isEd25519(pkcs8) ? await ed25519(pkcs8) : await rsa(pkcs8);
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'FairleadError') throw cause;
    // The runtime's error may show the key, so it does not become the cause.
    throw usage('The DKIM key is neither RSA nor Ed25519, or is damaged');
  }
}

async function rsa(pkcs8: Uint8Array<ArrayBuffer>): Promise<SigningKey> {
  const key = await crypto.subtle.importKey('pkcs8', pkcs8, RSA, false, ['sign']);
  const { modulusLength = 0 } = key.algorithm as { modulusLength?: number };
  // RFC 8301 section 3.2.
  if (modulusLength < MIN_RSA_BITS) throw usage(`The DKIM key has less than ${MIN_RSA_BITS} bits`);
  return {
    algorithm: 'rsa-sha256',
    sign: async (data) => new Uint8Array(await crypto.subtle.sign(RSA.name, key, data)),
  };
}

async function ed25519(pkcs8: Uint8Array<ArrayBuffer>): Promise<SigningKey> {
  const key = await crypto.subtle.importKey('pkcs8', pkcs8, { name: 'Ed25519' }, false, ['sign']);
  return {
    algorithm: 'ed25519-sha256',
    // RFC 8463 section 3: Ed25519 over the SHA-256 of the data.
    sign: async (data) =>
      new Uint8Array(await crypto.subtle.sign('Ed25519', key, await crypto.subtle.digest('SHA-256', data))),
  };
}

function isEd25519(pkcs8: Uint8Array): boolean {
  // SEQUENCE, version, SEQUENCE of the identifier.
  return ED25519.every((byte, i) => pkcs8[7 + i] === byte);
}

function wrapPkcs1(pkcs1: Uint8Array): Uint8Array<ArrayBuffer> {
  const inner = [0x02, 0x01, 0x00, ...RSA_IDENTIFIER, 0x04, ...lengthOf(pkcs1.length), ...pkcs1];
  return new Uint8Array([0x30, ...lengthOf(inner.length), ...inner]);
}

function lengthOf(length: number): number[] {
  if (length < 0x80) return [length];
  if (length < 0x100) return [0x81, length];
  return [0x82, length >> 8, length & 0xff];
}
