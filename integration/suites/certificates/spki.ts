// Whether a certificate has a key: by its bytes, without reading the certificate.
import type { ForgeKey } from './forge/keys.ts';

/** @returns Whether `der` holds the key's SubjectPublicKeyInfo, byte by byte. A key that was read from a file counts as held. */
export function isSpkiOf(der: Uint8Array | undefined, { spki }: ForgeKey): boolean {
  return der !== undefined && Buffer.from(der).includes(spki);
}
