// The signature schemes that are known at all (RFC 8446 section 4.2.3), and where each may stand.
import type { KeyKind, SignatureScheme } from '../types.ts';

const EC: readonly KeyKind[] = ['ec-p256', 'ec-p384', 'ec-p521'];

/**
 * Every scheme by its IANA number, in the order of preference. SHA-1, MD5 and everything else is not there and thus refused.
 *
 * | | handshake of TLS 1.3 | handshake of TLS 1.2 | certificates |
 * |---|---|---|---|
 * | `ecdsa_*` | the curve of its name | any of the three curves | any of the three curves |
 * | `rsa_pss_rsae_*`, `rsa_pss_pss_*`, `ed25519` | yes | yes | yes |
 * | `rsa_pkcs1_*` | no | yes | yes |
 *
 * `tls13Keys` holds the keys of the first column, `keys` those of the others.
 */
export const SCHEMES: ReadonlyMap<number, SignatureScheme> = new Map(
  [
    scheme(0x0403, 'ecdsa_secp256r1_sha256', 'SHA-256', EC, ['ec-p256']),
    scheme(0x0804, 'rsa_pss_rsae_sha256', 'SHA-256', ['rsa']),
    scheme(0x0503, 'ecdsa_secp384r1_sha384', 'SHA-384', EC, ['ec-p384']),
    scheme(0x0805, 'rsa_pss_rsae_sha384', 'SHA-384', ['rsa']),
    scheme(0x0603, 'ecdsa_secp521r1_sha512', 'SHA-512', EC, ['ec-p521']),
    scheme(0x0806, 'rsa_pss_rsae_sha512', 'SHA-512', ['rsa']),
    scheme(0x0807, 'ed25519', undefined, ['ed25519']),
    scheme(0x0809, 'rsa_pss_pss_sha256', 'SHA-256', ['rsa-pss']),
    scheme(0x080a, 'rsa_pss_pss_sha384', 'SHA-384', ['rsa-pss']),
    scheme(0x080b, 'rsa_pss_pss_sha512', 'SHA-512', ['rsa-pss']),
    scheme(0x0401, 'rsa_pkcs1_sha256', 'SHA-256', ['rsa'], []),
    scheme(0x0501, 'rsa_pkcs1_sha384', 'SHA-384', ['rsa'], []),
    scheme(0x0601, 'rsa_pkcs1_sha512', 'SHA-512', ['rsa'], []),
  ].map((entry) => [entry.id, entry]),
);

function scheme(
  id: number,
  name: string,
  hash: SignatureScheme['hash'],
  keys: readonly KeyKind[],
  tls13Keys = keys,
): SignatureScheme {
  return { id, name, hash, keys, tls13Keys };
}
