// Verifies the chain that a server sent: a path to an authority that is trusted, what each certificate allows, the name, the pins.
// Revocation is not looked at, and nothing is fetched.
import { equalBytes } from '@fairlead/bytes';
import type { PeerCertificate } from '@fairlead/transport';
import { TlsFault } from '../fault.ts';
import { isForName } from './path/name-match.ts';
import { faultOf, type Refusal, whose } from './path/refusal.ts';
import { checkKey, checkServer, checkSigning } from './path/rules.ts';
import { PathSearch, type VerifiedPath } from './path/search.ts';
import { readCertificate } from './read/certificate.ts';
import { generalNameText } from './read/general-name.ts';
import { endPointHash } from './read/signature-algorithm.ts';
import { peerCertificateOf, sha256 } from './summary.ts';
import type { ReadCertificate, Verification, VerifiedChain } from './types.ts';

/** The server's own included. */
const MAX_CERTIFICATES = 10;
/** Names that a message shows. */
const MAX_SHOWN = 8;

/**
 * Verifies a chain.
 * @param chain What the server sent, DER, its own certificate first and the others in any order.
 * @throws TlsFault with the reason, the certificate in question where it could be read, and what to do.
 */
export async function verifyChain(
  chain: readonly Uint8Array[],
  verification: Verification,
): Promise<VerifiedChain> {
  if (chain.length > MAX_CERTIFICATES) {
    throw new TlsFault('bad_certificate', `The server sent more than ${MAX_CERTIFICATES} certificates`, {
      reason: 'constraint',
    });
  }
  const [leaf, ...others] = chain.map(readCertificate);
  if (leaf === undefined) throw new TlsFault('decode_error', 'the server sent no certificate');
  const verdict = await judge(leaf, others, verification);
  if ('reason' in verdict) throw await faultOf(verdict);
  const ends = [...verdict.certificates, verdict.anchor?.certificate].map((member) => member?.notAfter);
  return {
    publicKey: leaf.publicKey,
    certificates: await told([leaf, ...others]),
    endPointHash: endPointHash(leaf.signatureAlgorithm),
    // Where the key alone counts, nothing ends.
    validUntil:
      verification.trust === 'pins-only'
        ? Number.POSITIVE_INFINITY
        : Math.min(...ends.filter((end) => end !== undefined)),
  };
}

/** A path, of the server's certificate alone where only its key counts. */
type Accepted = Pick<VerifiedPath, 'certificates'> & Partial<VerifiedPath>;

async function judge(
  leaf: ReadCertificate,
  others: readonly ReadCertificate[],
  { trust, anchors, name, pins, now }: Verification,
): Promise<Accepted | Refusal> {
  if (trust === 'pins-only') {
    const refused =
      checkKey(leaf) ?? checkSigning(leaf) ?? (await pinRefusal(leaf, [leaf.publicKey.spki], pins));
    return refused ?? { certificates: [leaf] };
  }
  const wrong = checkServer(leaf, now);
  if (wrong !== undefined) return wrong;
  const accept = async ({ certificates, anchor }: VerifiedPath): Promise<Refusal | undefined> => {
    const keys = [...certificates, anchor].map(({ publicKey }) => publicKey.spki);
    return pins.length === 0 ? undefined : pinRefusal(leaf, keys, pins);
  };
  const path = await new PathSearch({ leaf, others: distinct(others), anchors, now, accept }).run();
  if ('reason' in path) return path;
  const names = leaf.extensions.subjectAltName?.names ?? [];
  return trust === 'any-name' || isForName(names, name) ? path : wrongName(leaf, name);
}

/** No pins pin nothing: with them as the only trust that refuses everybody. */
async function pinRefusal(
  leaf: ReadCertificate,
  keys: readonly Uint8Array[],
  pins: readonly Uint8Array[],
): Promise<Refusal | undefined> {
  for (const key of keys) {
    const hash = await sha256(key);
    if (pins.some((pin) => equalBytes(pin, hash))) return undefined;
  }
  const message = `${whose(leaf)} and those above it have none of the keys in tls.pins: the server has a new key, or somebody is in between`;
  return { reason: 'pin', certificate: leaf, message };
}

function wrongName(leaf: ReadCertificate, name: string): Refusal {
  const names = leaf.extensions.subjectAltName?.names ?? [];
  const shown = names.slice(0, MAX_SHOWN).map(generalNameText).join(', ');
  const more = names.length > MAX_SHOWN ? ` and ${names.length - MAX_SHOWN} more` : '';
  const message =
    names.length === 0
      ? `The certificate has no alternative names and is not for ${name}: its common name does not count, so give it a subjectAltName`
      : `The certificate is for ${shown}${more} and not for ${name}: dial one of these names, or set tls.servername`;
  return { reason: 'name_mismatch', certificate: leaf, message };
}

function distinct(certificates: readonly ReadCertificate[]): readonly ReadCertificate[] {
  return certificates.filter(
    ({ der }, at) => certificates.findIndex((other) => equalBytes(other.der, der)) === at,
  );
}

async function told(certificates: readonly ReadCertificate[]): Promise<readonly PeerCertificate[]> {
  const found: PeerCertificate[] = [];
  for (const certificate of certificates) found.push(await peerCertificateOf(certificate));
  return found;
}
