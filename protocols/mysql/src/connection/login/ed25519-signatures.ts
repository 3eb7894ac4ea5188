// The signatures of MariaDB's two Ed25519 methods: `client_ed25519`, which uses the password's hash as the expanded key, and
// `parsec`, which derives the seed from the password. It keeps no key.

import { Buffer } from 'node:buffer';
import { FairleadError } from '@fairlead/errors';
import { Point } from '@noble/ed25519';

/** The order of the base point (RFC 8032, section 5.1). */
const ORDER = 2n ** 252n + 27_742_317_777_372_353_535_851_937_790_883_648_493n;
const SCALAR_BYTES = 32;

async function sha512(...parts: Uint8Array[]): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-512', Buffer.concat(parts)));
}

function fromLittleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

function toLittleEndian(value: bigint): Uint8Array {
  return Uint8Array.from({ length: SCALAR_BYTES }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn));
}

/**
 * An Ed25519 signature whose expanded key is the SHA-512 of a secret of any length. With a seed of 32 bytes it is the
 * signature of RFC 8032, section 5.1.6; MariaDB's `client_ed25519` takes the password instead of the seed.
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
  return Buffer.concat([commitment, toLittleEndian((r + k * a) % ORDER)]);
}

const NONCE_BYTES = 32;
/** `P`: PBKDF2 with SHA-512. */
const PBKDF2 = 0x50;
const BASE_ITERATIONS = 1024;
/** MariaDB's own limit is 3, which makes 8,192 iterations; more would let a server keep the client busy. */
const MAX_FACTOR = 3;
const MAX_SALT_BYTES = 64;

/** The state of one parsec login. */
export interface ParsecState {
  serverNonce: Uint8Array | undefined;
}

/** The answer to each packet of `parsec`: empty for the nonce, a signature for the salt. */
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
  const signature = await signExpanded(seed, Buffer.concat([state.serverNonce, clientNonce]));
  return Buffer.concat([clientNonce, signature]);
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
  return new FairleadError('protocol', 'The server sent a packet that is not part of parsec.');
}
