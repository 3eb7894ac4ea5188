// Mozilla's list of public authorities as an export of its own: 45 kB in a bundle, as WebCrypto knows none and a Worker cannot ask the
// platform for its own.
import { fromBase64 } from '@fairlead/bytes';
import { readPublicKey } from '../x509/read/public-key.ts';
import type { TrustAnchor } from '../x509/types.ts';
import { MOZILLA_ROOTS } from './mozilla.ts';

let decoded: readonly TrustAnchor[] | undefined;

/**
 * The authorities that Mozilla trusts for servers, as subject and key: for a server with a public certificate where the wish is
 * another one, such as ALPN or pins. Which version of the list it is stands in `src/roots/mozilla.ts`; it is renewed with releases of
 * this package. Like native TLS, it looks at no authority's own validity, and knows no date from which on Mozilla takes an
 * authority's new certificates no more. Decoded once.
 * @example
 * ```ts
 * import { overTls } from '@fairlead/tls';
 * import { publicRoots } from '@fairlead/tls/roots';
 *
 * const connector = overTls({ roots: publicRoots(), alpn: ['x-amzn-mqtt-ca'] });
 * ```
 */
export function publicRoots(): readonly TrustAnchor[] {
  decoded ??= MOZILLA_ROOTS.map((root) => {
    const [subject, spki] = root.split(' ', 2).map(bytesOf);
    if (!subject || !spki) throw new TypeError('A root has a subject and a key');
    return { subject, publicKey: readPublicKey(spki).publicKey, certificate: undefined };
  });
  return decoded;
}

function bytesOf(base64: string): Uint8Array {
  return fromBase64(base64) ?? new Uint8Array(0);
}
