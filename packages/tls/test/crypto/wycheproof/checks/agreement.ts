// Key agreements. The groups make their own ephemeral keys: what they ask the platform for random keys and bytes is answered with the
// vector's.
import { concat, equalBytes } from '@fairlead/bytes';
import { secp256r1, secp384r1, x25519 } from '../../../../src/crypto/index.ts';
import type { Group, KeyShare } from '../../../../src/crypto/types.ts';
import { TlsFault } from '../../../../src/fault.ts';
import { x25519MlKem768 } from '../../../../src/mlkem/index.ts';
import type { Check } from '../protocol.ts';
import { bytesOf, textOf } from './fields.ts';

/** A curve, with PrivateKeyInfo around its private keys. */
interface Curve {
  readonly group: Group;
  readonly algorithm: { readonly name: string; readonly namedCurve?: string };
  readonly keyBytes: number;
  /** DER in front of the key. */
  readonly head: string;
}

const CURVES: Readonly<Record<string, Curve>> = {
  curve25519: {
    group: x25519,
    algorithm: { name: 'X25519' },
    keyBytes: 32,
    head: '302e020100300506032b656e04220420',
  },
  secp256r1: {
    group: secp256r1,
    algorithm: { name: 'ECDH', namedCurve: 'P-256' },
    keyBytes: 32,
    head: '3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420',
  },
  secp384r1: {
    group: secp384r1,
    algorithm: { name: 'ECDH', namedCurve: 'P-384' },
    keyBytes: 48,
    head: '304e020100301006072a8648ce3d020106052b81040022043730350201010430',
  },
};

/** @returns The group's share, made with this private key. */
async function shareOf({ group, algorithm, keyBytes, head }: Curve, key: Uint8Array): Promise<KeyShare> {
  const padded = concat([new Uint8Array(keyBytes), key]).slice(-keyBytes);
  const front = Uint8Array.from(head.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  const privateKey = await crypto.subtle.importKey('pkcs8', concat([front, padded]), algorithm, true, [
    'deriveBits',
  ]);
  const { d: _, key_ops: _ops, ...jwk } = (await crypto.subtle.exportKey('jwk', privateKey)) as JsonWebKey;
  const publicKey = await crypto.subtle.importKey('jwk', jwk, algorithm, true, []);
  const made = async () => ({ privateKey, publicKey });
  return instead(crypto.subtle, 'generateKey', made, () => group.generate());
}

/** Runs `work` while `object[name]` is `value`. */
async function instead<T>(object: object, name: string, value: unknown, work: () => Promise<T>): Promise<T> {
  Object.defineProperty(object, name, { value, configurable: true });
  try {
    return await work();
  } finally {
    Reflect.deleteProperty(object, name);
  }
}

/** @returns Whether the secret is the right one; false also where the share is refused as it should be. */
async function agrees(share: KeyShare, peer: Uint8Array, secret: Uint8Array): Promise<boolean> {
  try {
    return equalBytes(await share.agree(peer), secret);
  } catch (error) {
    if (error instanceof TlsFault && error.alert === 'illegal_parameter') return false;
    throw error;
  }
}

/** X25519, P-256 and P-384 with points as TLS has them. */
export const ecdh: Check = async (_file, group, vector) => {
  const curve = CURVES[textOf(group, 'curve')];
  if (!curve) return 'this curve is not offered';
  const share = await shareOf(curve, bytesOf(vector, 'private'));
  return agrees(share, bytesOf(vector, 'public'), bytesOf(vector, 'shared'));
};

/** ML-KEM-768 within the hybrid: its half of the share and of the secret. */
export const mlKem: Check = async (_file, _group, vector) => {
  const seed = bytesOf(vector, 'seed');
  if (seed.length !== 64) return 'the platform fills the whole seed';
  const fill = (bytes: Uint8Array) => {
    bytes.set(seed);
    return bytes;
  };
  const share = await instead(crypto, 'getRandomValues', fill, () => x25519MlKem768.generate());
  if (!equalBytes(share.share.subarray(0, -32), bytesOf(vector, 'ek'))) return false;
  if (vector.c === undefined) return true;
  const other = await x25519.generate();
  const secret = concat([bytesOf(vector, 'K'), await other.agree(share.share.subarray(-32))]);
  return agrees(share, concat([bytesOf(vector, 'c'), other.share]), secret);
};
