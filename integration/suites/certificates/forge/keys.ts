// Keys that sign certificates and handshakes, by Node's cryptography; one of each kind and number a run.
import { constants, createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { Identity } from '../../../../packages/tls/test/hostile/server/server.ts';
import { context, element, integer, oid, sequence } from '../../../../packages/tls/test/x509/der-writer.ts';

/** The kinds of keys; `rsa-1024` is one that nobody should take, `rsa-pss` one that says how it signs. */
export type KeyKind =
  | 'ec-p256'
  | 'ec-p384'
  | 'ec-p521'
  | 'ed25519'
  | 'rsa-2048'
  | 'rsa-1024'
  | 'rsa-3072'
  | 'rsa-e3'
  | 'rsa-pss';

/** A key pair. */
export interface ForgeKey {
  readonly kind: KeyKind;
  readonly privateKey: KeyObject;
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array;
}

/** How a certificate is signed. */
export interface SignAlgorithm {
  readonly hash: 'sha256' | 'sha384' | 'sha512' | 'sha1' | 'md5';
  /** RSA: by PSS instead of PKCS#1. */
  readonly pss?: boolean;
  /** PSS: the salt's length in bytes. Default: the hash's. */
  readonly salt?: number;
}

const cache = new Map<string, ForgeKey>();

/** The key of that kind and number. */
export function keyOf(kind: KeyKind, number: number): ForgeKey {
  const known = cache.get(`${kind} ${number}`);
  if (known !== undefined) return known;
  const { privateKey, publicKey } = generate(kind);
  const key = { kind, privateKey, spki: publicKey.export({ type: 'spki', format: 'der' }) };
  cache.set(`${kind} ${number}`, key);
  return key;
}

/** A key from its PEM. */
export function keyFromPem(kind: KeyKind, pem: string): ForgeKey {
  return { kind, privateKey: createPrivateKey(pem), spki: new Uint8Array(0) };
}

function generate(kind: KeyKind) {
  switch (kind) {
    case 'ed25519':
      return generateKeyPairSync('ed25519');
    case 'rsa-pss':
      return generateKeyPairSync('rsa-pss', { modulusLength: 2048 });
    case 'rsa-e3':
      return generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 });
    case 'rsa-1024':
    case 'rsa-2048':
    case 'rsa-3072':
      return generateKeyPairSync('rsa', { modulusLength: Number(kind.slice(4)) });
    default:
      return generateKeyPairSync('ec', { namedCurve: `P-${kind.slice(-3)}` });
  }
}

const RSA_PREFIX = '1.2.840.113549.1.1.';
const ECDSA = {
  sha1: '1.2.840.10045.4.1',
  sha256: '1.2.840.10045.4.3.2',
  sha384: '1.2.840.10045.4.3.3',
  sha512: '1.2.840.10045.4.3.4',
  md5: '1.2.840.10045.4.1',
};
const PKCS1 = { md5: 4, sha1: 5, sha256: 11, sha384: 12, sha512: 13 };
const HASHES = {
  md5: '1.2.840.113549.2.5',
  sha1: '1.3.14.3.2.26',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
};
const SALTS = { md5: 16, sha1: 20, sha256: 32, sha384: 48, sha512: 64 };

/** AlgorithmIdentifier, DER. */
export function algorithmIdentifier({ kind }: ForgeKey, { hash, pss, salt }: SignAlgorithm): Uint8Array {
  if (kind === 'ed25519') return sequence(oid('1.3.101.112'));
  if (kind.startsWith('ec-')) return sequence(oid(ECDSA[hash]));
  if (pss !== true && kind !== 'rsa-pss') return sequence(oid(`${RSA_PREFIX}${PKCS1[hash]}`), element(5));
  const hashed = sequence(oid(HASHES[hash]), element(5));
  const parameters = sequence(
    context(0, hashed),
    context(1, sequence(oid(`${RSA_PREFIX}8`), hashed)),
    context(2, integer(salt ?? SALTS[hash])),
  );
  return sequence(oid(`${RSA_PREFIX}10`), parameters);
}

/** A signature as certificates have it, without its BIT STRING. */
export function signatureOf(key: ForgeKey, { hash, pss, salt }: SignAlgorithm, data: Uint8Array): Uint8Array {
  const { kind, privateKey } = key;
  if (kind === 'ed25519') return sign(null, data, privateKey);
  const digest = hash === 'md5' && !kind.startsWith('rsa') ? 'sha1' : hash;
  if (pss !== true && kind !== 'rsa-pss') return sign(digest, data, privateKey);
  return sign(digest, data, {
    key: privateKey,
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: salt ?? SALTS[hash],
  });
}

const SCHEMES: Readonly<Partial<Record<KeyKind, readonly [number, SignAlgorithm]>>> = {
  'ec-p256': [0x0403, { hash: 'sha256' }],
  'ec-p384': [0x0503, { hash: 'sha384' }],
  'ec-p521': [0x0603, { hash: 'sha512' }],
  ed25519: [0x0807, { hash: 'sha512' }],
  'rsa-pss': [0x0809, { hash: 'sha256', pss: true }],
};

/** Who shows a chain in a handshake. @param chain DER, the key's certificate first. */
export function identityOf(key: ForgeKey, chain: readonly Uint8Array[]): Identity {
  const [scheme, algorithm] = SCHEMES[key.kind] ?? ([0x0804, { hash: 'sha256', pss: true }] as const);
  return { chain, scheme, sign: async (data) => signatureOf(key, algorithm, data) };
}
