// A client's private key, as PKCS#8 or as a CryptoKey, held against its certificate.
import { usage } from '@fairlead/errors';
import type { PublicKey, SignatureScheme, SigningKey } from '../types.ts';
import { ecdsaToDer } from './ecdsa-der.ts';
import { readPrivateKey } from './private-key.ts';
import { parametersAllow, plainRsaKey } from './rsa-pss-key.ts';
import { SCHEMES } from './schemes.ts';
import { verifySignature } from './verify.ts';
import { algorithmsOf } from './webcrypto.ts';

/** Signed and verified once: whether the private key is the certificate's. */
const PROBE = new TextEncoder().encode('Whether this key belongs to its certificate');

/** Gives the key for a scheme; `undefined` where it has none. */
type KeyFor = (scheme: SignatureScheme) => Promise<CryptoKey | undefined>;

/**
 * @param key PEM of PKCS#8 without a passphrase, or a `CryptoKey` that may sign. A `CryptoKey` of RSA signs by the one scheme that it
 *   was made for: `RSA-PSS` for TLS 1.3.
 * @param leaf The public key of the client's certificate.
 * @throws FairleadError `usage`: not a key, in another form, of another kind, or not the one of `leaf`. No part of the key is told.
 */
export async function readSigningKey(key: string | CryptoKey, leaf: PublicKey): Promise<SigningKey> {
  const { kind } = leaf;
  const fitting = [...SCHEMES.values()].filter((scheme) => scheme.keys.includes(kind));
  // A curve signs with its own hash: TLS 1.2 allows others, and nobody needs them.
  const schemes = kind.startsWith('ec-')
    ? fitting.filter(({ tls13Keys }) => tls13Keys.includes(kind))
    : fitting;
  const { keyFor, able } =
    typeof key === 'string' ? fromPem(key, leaf, schemes) : fromCryptoKey(key, kind, schemes);
  const [first] = able;
  if (!first) throw usage('tls.key is of another kind than the key in tls.cert, or may not sign');
  const sign = signerBy(kind, keyFor);
  const signature = await sign(first, PROBE);
  if (!(await verifySignature(leaf, first, PROBE, signature))) {
    throw usage('tls.key is not the private key of the first certificate in tls.cert');
  }
  return { kind, schemes: able, sign };
}

function signerBy(kind: PublicKey['kind'], keyFor: KeyFor): SigningKey['sign'] {
  return async (scheme, data) => {
    const key = await keyFor(scheme);
    if (!key) throw usage(`tls.key is no PKCS#8 for ${scheme.name}`);
    const { signAs, fieldBytes } = algorithmsOf(kind, scheme);
    const raw = new Uint8Array(await crypto.subtle.sign(signAs, key, data));
    return fieldBytes === undefined ? raw : ecdsaToDer(raw);
  };
}

/** Imported anew for each scheme, as WebCrypto's keys of RSA are bound to one. */
function fromPem(pem: string, { kind, spki }: PublicKey, schemes: readonly SignatureScheme[]) {
  const der = readPrivateKey(pem);
  const plain = kind === 'rsa-pss' ? plainRsaKey(der, 'private')?.der : der;
  const parameters = plainRsaKey(spki, 'public')?.parameters ?? new Uint8Array(0);
  // Keys and no promises: those of one request may never settle for another one.
  const keys = new Map<string, CryptoKey | undefined>();
  const keyFor: KeyFor = async (scheme) => {
    if (!keys.has(scheme.name)) keys.set(scheme.name, await importPrivate(plain, kind, scheme));
    return keys.get(scheme.name);
  };
  const able = plain
    ? schemes.filter((scheme) => kind !== 'rsa-pss' || parametersAllow(parameters, scheme))
    : [];
  return { keyFor, able };
}

async function importPrivate(
  der: Uint8Array | undefined,
  kind: PublicKey['kind'],
  scheme: SignatureScheme,
): Promise<CryptoKey | undefined> {
  if (!der) return undefined;
  try {
    return await crypto.subtle.importKey('pkcs8', der, algorithmsOf(kind, scheme).importAs, false, ['sign']);
  } catch {
    return undefined;
  }
}

function fromCryptoKey(key: CryptoKey, kind: PublicKey['kind'], schemes: readonly SignatureScheme[]) {
  const able = schemes.filter((scheme) => signsBy(key, kind, scheme));
  const keyFor: KeyFor = async (scheme) => (able.includes(scheme) ? key : undefined);
  return { keyFor, able };
}

function signsBy(
  { type, usages, algorithm }: CryptoKey,
  kind: PublicKey['kind'],
  scheme: SignatureScheme,
): boolean {
  const { importAs } = algorithmsOf(kind, scheme);
  const { name, hash, namedCurve } = algorithm as {
    name: string;
    hash?: { name: string };
    namedCurve?: string;
  };
  return (
    type === 'private' &&
    usages.includes('sign') &&
    name === importAs.name &&
    (importAs.namedCurve === undefined || namedCurve === importAs.namedCurve) &&
    (importAs.hash === undefined || hash?.name === importAs.hash)
  );
}
