// RSA private keys as WebCrypto imports them. The exponents that OpenSSH's format leaves out are computed.
import { fromHex, toHex } from '@fairlead/bytes';
import { protocolError } from '../../errors.ts';
import { toBase64Url } from '../public-key.ts';

/** The numbers of a key (RFC 8017 section 3.2), big-endian without leading zeros. */
export interface RsaNumbers {
  readonly n: Uint8Array;
  readonly e: Uint8Array;
  readonly d: Uint8Array;
  readonly p: Uint8Array;
  readonly q: Uint8Array;
  /** Inverse of q modulo p. */
  readonly qi: Uint8Array;
}

/** @throws FairleadError `protocol` for a key that cannot be. */
export function rsaJwk(numbers: RsaNumbers): JsonWebKey {
  const { d, p, q } = numbers;
  const fields = { ...numbers, dp: remainder(d, p), dq: remainder(d, q) };
  const texts = Object.entries(fields).map(([name, value]) => [name, toBase64Url(value)]);
  return { kty: 'RSA', ...Object.fromEntries(texts) };
}

/** The exponent modulo the prime less 1. */
function remainder(exponent: Uint8Array, prime: Uint8Array): Uint8Array {
  const order = toBigInt(prime) - 1n;
  if (order < 1n) throw protocolError('A private key has a prime that is none');
  const digits = (toBigInt(exponent) % order).toString(16);
  return fromHex(digits.padStart(digits.length + (digits.length % 2), '0')) ?? prime;
}

function toBigInt(bytes: Uint8Array): bigint {
  return BigInt(`0x${toHex(bytes) || '0'}`);
}
