// The authorities that are trusted, from PEM.
import { usage } from '@fairlead/errors';
import { TlsFault } from '../fault.ts';
import { readPem } from './pem.ts';
import { readCertificate } from './read/certificate.ts';
import type { ReadCertificate, TrustAnchor } from './types.ts';

/** Public bundles have some 150. */
const MAX_ANCHORS = 2_000;

/**
 * Trust anchors of certificates in PEM: one text with several of them, or several texts. Each certificate is trusted as it says:
 * within its validity, its path length and its name constraints.
 * @throws FairleadError `usage`: no PEM, or a certificate that cannot be read.
 */
export function anchorsOf(ca: string | readonly string[]): TrustAnchor[] {
  const ders = (typeof ca === 'string' ? [ca] : ca).flatMap((text) => readPem(text, 'CERTIFICATE'));
  if (ders.length > MAX_ANCHORS) throw usage(`tls.ca has more than ${MAX_ANCHORS} certificates`);
  return ders.map((der, at) => {
    const certificate = readAnchor(der, at);
    return { subject: certificate.subject, publicKey: certificate.publicKey, certificate };
  });
}

function readAnchor(der: Uint8Array, at: number): ReadCertificate {
  try {
    return readCertificate(der);
  } catch (error) {
    if (!(error instanceof TlsFault)) throw error;
    throw usage(`Certificate ${at + 1} of tls.ca cannot be used. ${error.message}`);
  }
}
