// Signatures as TLS and X.509 have them.
import { SCHEMES, verifySignature } from '../../../../src/crypto/index.ts';
import type { KeyKind } from '../../../../src/crypto/types.ts';
import type { Check, Vector, VectorGroup, Verdict } from '../protocol.ts';
import { bytesOf, numberOf, textOf } from './fields.ts';

const CURVES: Readonly<Record<string, KeyKind>> = {
  secp256r1: 'ec-p256',
  secp384r1: 'ec-p384',
  secp521r1: 'ec-p521',
};

/** A key read once for all vectors of its group, as authorities' keys are. */
const keys = new WeakMap<VectorGroup, { kind: KeyKind; spki: Uint8Array; bits: number }>();

function verify(
  group: VectorGroup,
  kind: KeyKind,
  family: string,
  vector: Vector,
): Promise<boolean> | string {
  const sha = textOf(group, 'sha');
  const scheme = [...SCHEMES.values()].find(
    ({ name, hash }) => name.startsWith(family) && (hash ?? '') === sha,
  );
  if (!scheme) return `TLS has no ${family}* with ${sha}`;
  const key = keys.get(group) ?? { kind, spki: bytesOf(group, 'publicKeyDer'), bits: 0 };
  keys.set(group, key);
  return verifySignature(key, scheme, bytesOf(vector, 'msg'), bytesOf(vector, 'sig'));
}

/** Signatures in DER. */
export const ecdsa: Check = async (_file, group, vector) => {
  const { curve } = group.publicKey as { curve: string };
  const kind = CURVES[curve];
  return kind ? verify(group, kind, 'ecdsa_', vector) : `there is no ${curve}`;
};

/** PKCS#1 v1.5. */
export const rsaPkcs1: Check = async (_file, group, vector) => verify(group, 'rsa', 'rsa_pkcs1_', vector);

/** Under keys of plain RSA: TLS knows the parameters by the scheme, and refuses what was signed with others. */
export const rsaPssRsae: Check = (_file, group, vector) => rsaPss(group, 'rsa', 'rsa_pss_rsae_', vector);

/** Under keys of RSASSA-PSS, which say their parameters themselves: keys with others are refused. */
export const rsaPssPss: Check = (_file, group, vector) => rsaPss(group, 'rsa-pss', 'rsa_pss_pss_', vector);

async function rsaPss(group: VectorGroup, kind: KeyKind, family: string, vector: Vector): Promise<Verdict> {
  const other = otherParameters(group);
  const verdict = await verify(group, kind, family, vector);
  if (other === undefined) return verdict;
  if (verdict === true) throw new Error(`vector ${vector.tcId} is accepted: ${other}`);
  return typeof verdict === 'string' ? verdict : `${other}; refused`;
}

function otherParameters(group: VectorGroup): string | undefined {
  const sha = textOf(group, 'sha');
  if (sha !== textOf(group, 'mgfSha')) return 'TLS has one hash for the message and the mask';
  const hashBits = Number(sha.slice(4));
  return numberOf(group, 'sLen') * 8 === hashBits ? undefined : "TLS has salts of the hash's length";
}

/** Ed25519. */
export const ed25519: Check = async (_file, group, vector) =>
  verify({ ...group, sha: '' }, 'ed25519', 'ed25519', vector);
