// A certificate as people and programs are told of it.
import { toHex } from '@fairlead/bytes';
import type { CertificateSummary } from '@fairlead/errors';
import type { PeerCertificate } from '@fairlead/transport';
import { distinguishedNameText, readDistinguishedName } from './read/distinguished-name.ts';
import { generalNameText } from './read/general-name.ts';
import type { ReadCertificate } from './types.ts';

const MAX_NAMES = 100;

/** What a certificate says of itself. Its texts are cut where they are very long, and have no control characters. */
export async function summaryOf(certificate: ReadCertificate): Promise<CertificateSummary> {
  const names = certificate.extensions.subjectAltName?.names ?? [];
  return {
    subject: nameText(certificate.subject),
    issuer: nameText(certificate.issuer),
    names: [...names.slice(0, MAX_NAMES).map(generalNameText), ...(names.length > MAX_NAMES ? ['...'] : [])],
    validFrom: new Date(certificate.notBefore).toISOString(),
    validTo: new Date(certificate.notAfter).toISOString(),
    fingerprint256: toHex(await sha256(certificate.der)),
  };
}

/** The same with all that `transport.tls` tells of a certificate. */
export async function peerCertificateOf(certificate: ReadCertificate): Promise<PeerCertificate> {
  const summary = await summaryOf(certificate);
  // A leading zero is the sign's, and no part of the number.
  const serialNumber = toHex(certificate.serial).replace(/^00(?=..)/, '');
  return { ...summary, serialNumber, der: certificate.der };
}

/** A Name, DER, that was read before: RFC 4514. */
export function nameText(der: Uint8Array): string {
  return distinguishedNameText(readDistinguishedName(der, 'a name'));
}

/** SHA-256. */
export async function sha256(data: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', data));
}
