// Signatures of MariaDB's two methods on the curve Ed25519: `client_ed25519`, which signs with the password's hash as the
// expanded key, and `parsec`, whose seed is derived from the password. It keeps neither.

import { FairleadError } from '@fairlead/errors';
import { Point } from '@noble/ed25519';

/** The order of the base point (RFC 8032, section 5.1). */
const ORDER = 2n ** 252n + 27_742_317_777_372_353_535_851_937_790_883_648_493n;
const SCALAR_BYTES = 32;

async function sha512(...parts: Uint8Array[]): Promise<Uint8Array> {
  const joined = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return new Uint8Array(await crypto.subtle.digest('SHA-512', joined));
}

function fromLittleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

function toLittleEndian(value: bigint): Uint8Array {
  return Uint8Array.from({ length: SCALAR_BYTES }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn));
}

/**
 * An Ed25519 signature whose expanded key is the SHA-512 of a secret of any length. With a seed of 32 bytes it is the
 * one of RFC 8032, section 5.1.6; MariaDB's `client_ed25519` puts the password in the seed's place.
 */
export async function signExpanded(secret: Uint8Array, message: Uint8Array): Promise<Uint8Array> {
  const key = await sha512(secret);
  const scalar = key.slice(0, SCALAR_BYTES);
  scalar[0] = (scalar[0] ?? 0) & 248;
  scalar[31] = ((scalar[31] ?? 0) & 63) | 64;
  const a = fromLittleEndian(scalar) % ORDER;
  const r = fromLittleEndian(await sha512(key.subarray(SCALAR_BYTES), message)) % ORDER;
  const commitment = Point.BASE.multiply(r).toBytes();
  const k = fromLittleEndian(await sha512(commitment, Point.BASE.multiply(a).toBytes(), message)) % ORDER;
  const signature = new Uint8Array(2 * SCALAR_BYTES);
  signature.set(commitment);
  signature.set(toLittleEndian((r + k * a) % ORDER), SCALAR_BYTES);
  return signature;
}

const NONCE_BYTES = 32;
/** `P`: PBKDF2 with SHA-512. */
const PBKDF2 = 0x50;
const BASE_ITERATIONS = 1024;
/** MariaDB's own limit is 3, which makes 8,192 iterations; what asks for more wants to keep us busy. */
const MAX_FACTOR = 3;
const MAX_SALT_BYTES = 64;

/** What a parsec exchange has to remember. */
export interface ParsecState {
  serverNonce: Uint8Array | undefined;
}

/** The answer to each packet of `parsec`: nothing to the nonce, and a signature to the salt. */
export async function parsecAnswer(
  state: ParsecState,
  data: Uint8Array,
  password: string,
): Promise<Uint8Array> {
  if (state.serverNonce === undefined) {
    if (data.length < NONCE_BYTES) throw malformedParsec();
    state.serverNonce = data.slice(0, NONCE_BYTES);
    return new Uint8Array(0);
  }
  const [algorithm, factor = MAX_FACTOR + 1] = data;
  if (algorithm !== PBKDF2 || factor > MAX_FACTOR || data.length < 3 || data.length > 2 + MAX_SALT_BYTES) {
    throw malformedParsec();
  }
  const seed = await derive(password, data.slice(2), BASE_ITERATIONS << factor);
  const clientNonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const message = new Uint8Array(2 * NONCE_BYTES);
  message.set(state.serverNonce);
  message.set(clientNonce, NONCE_BYTES);
  const answer = new Uint8Array(3 * NONCE_BYTES);
  answer.set(clientNonce);
  answer.set(await signExpanded(seed, message), NONCE_BYTES);
  return answer;
}

async function derive(
  password: string,
  salt: Uint8Array<ArrayBuffer>,
  iterations: number,
): Promise<Uint8Array> {
  const key = await crypto.subtle.importKey('raw', new TextEncoder().encode(password), 'PBKDF2', false, [
    'deriveBits',
  ]);
  const algorithm = { name: 'PBKDF2', hash: 'SHA-512', salt, iterations };
  return new Uint8Array(await crypto.subtle.deriveBits(algorithm, key, 8 * SCALAR_BYTES));
}

function malformedParsec(): FairleadError {
  return new FairleadError('protocol', 'The server sent something that parsec does not have.');
}
