// Identities: keys that sign for a user. Private keys stay inside; no error shows one.
import { equalBytes, fromBase64 } from '@fairlead/bytes';
import { type FairleadError, isFairleadError, usage } from '@fairlead/errors';
import { type Certificate, decodeCertificate, isCertificate } from './certificate.ts';
import { encodePublicKey, MIN_RSA_BITS, rsaBits } from './public-key.ts';
import { encodeSignature } from './signature.ts';
import { algorithmsOf, CERTIFICATE_SUFFIX, plainAlgorithm, SIGNATURE_METHODS } from './signature-methods.ts';
import type { Identity } from './types.ts';

/**
 * The identity of a private key.
 * @throws FairleadError `usage` for a key that WebCrypto does not take.
 */
export async function identityOf(jwk: JsonWebKey): Promise<Identity> {
  const { type, blob } = encodePublicKey(jwk);
  if (rsaBits(jwk) < MIN_RSA_BITS) throw shortKey();
  const algorithms = algorithmsOf(type);
  // RSA keys are imported anew for each hash.
  const imported = new Map<string, Promise<CryptoKey>>();
  const keyFor = (algorithm: string): Promise<CryptoKey> => {
    const known = imported.get(algorithm);
    if (known) return known;
    const { importAs } = methodOf(algorithm, algorithms);
    const { kty, crv, x, y, n, e, d, p, q, dp, dq, qi } = jwk;
    const bare = kty === 'RSA' ? { kty, n, e, d, p, q, dp, dq, qi } : { kty, crv, x, ...(y && { y }), d };
    const key = crypto.subtle.importKey('jwk', bare as JsonWebKey, importAs, false, ['sign']);
    imported.set(algorithm, key);
    return key;
  };
  try {
    await keyFor(algorithms[0] ?? '');
  } catch (error) {
    if (isFairleadError(error)) throw error;
    // The runtime's error may show parts of the key, so it does not become the cause.
    throw damagedKey();
  }
  return {
    blob,
    algorithms,
    sign: async (data, algorithm) => {
      const { signAs } = methodOf(algorithm, algorithms);
      const raw = await crypto.subtle.sign(signAs, await keyFor(algorithm), data);
      return encodeSignature(algorithm, new Uint8Array(raw));
    },
  };
}

/**
 * A private key with the certificate that an authority made for it.
 * @param certificate A line as in `id_ed25519-cert.pub`: `ssh-ed25519-cert-v01@openssh.com AAAA...`.
 * @throws FairleadError `usage` for a text that is no certificate, one of a host, and one of another key.
 */
export function withCertificate(identity: Identity, certificate: string): Identity {
  const { blob, kind, key } = readCertificateLine(certificate);
  if (kind !== 'user') throw usage('The certificate is one of a host, not of a user');
  if (!equalBytes(key.blob, identity.blob)) throw usage('The certificate is not the one of this private key');
  return {
    blob,
    algorithms: identity.algorithms.map((name) => name + CERTIFICATE_SUFFIX),
    sign: (data, algorithm) => identity.sign(data, plainAlgorithm(algorithm)),
  };
}

/** The error for a key file that cannot be what it says. */
export function damagedKey(): FairleadError {
  return usage('The private key is damaged, or is not what it says it is');
}

/** The error for keys that never leave their device. */
export function fidoKey(): FairleadError {
  return usage('Keys on FIDO security keys (sk-*) cannot be used: they need the device');
}

function shortKey(): FairleadError {
  return usage(`The private key is an RSA key with less than ${MIN_RSA_BITS} bits`);
}

function methodOf(algorithm: string, algorithms: readonly string[]) {
  const method = SIGNATURE_METHODS.get(algorithm);
  if (method && algorithms.includes(algorithm)) return method;
  throw usage('The key has no such signature algorithm');
}

function readCertificateLine(line: unknown): Certificate & { readonly blob: Uint8Array } {
  const [type = '', base64 = ''] = typeof line === 'string' ? line.trim().split(/[ \t]+/, 2) : [];
  if (type.startsWith('sk-')) throw fidoKey();
  const blob = isCertificate(type) ? fromBase64(base64) : undefined;
  if (blob) {
    try {
      return { ...decodeCertificate(blob), blob };
    } catch {
      // Said below.
    }
  }
  throw usage('The certificate is not a line such as `ssh-ed25519-cert-v01@openssh.com AAAA...`');
}
