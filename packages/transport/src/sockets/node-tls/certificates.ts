// Node's certificates in the words of this package. It verifies nothing but which certificate signed which.
import { createHash, X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import type { CertificateSummary } from '@fairlead/errors';
import { normalizeAddress } from '../../address.ts';
import type { PeerCertificate } from '../../tls/types.ts';

/** The most certificates that are looked at; a chain is not longer. */
const MAX_CERTIFICATES = 10;
/** The most names that a summary lists. */
const MAX_NAMES = 100;

/** What the peer sent, its own certificate first, and what Node found above it. Empty where Node tells nothing. */
export function chainOf(socket: TLSSocket): X509Certificate[] {
  const chain: X509Certificate[] = [];
  let next: { readonly raw?: Buffer; readonly issuerCertificate?: unknown } | undefined =
    socket.getPeerCertificate(true);
  const seen = new Set<string>();
  while (next?.raw !== undefined && chain.length < MAX_CERTIFICATES) {
    // One that signed itself stands above itself.
    const text = next.raw.toString('base64');
    if (seen.has(text)) break;
    seen.add(text);
    chain.push(new X509Certificate(next.raw));
    next = next.issuerCertificate as typeof next;
  }
  return chain;
}

/**
 * The certificates of a chain, from the first on, that signed each other. What stands behind is the peer's word alone: Node
 * chains certificates by their names.
 */
export function signedPart(chain: readonly X509Certificate[]): readonly X509Certificate[] {
  const broken = chain.findIndex((certificate, index) => {
    const issuer = chain[index + 1];
    return issuer === undefined || !issuer.ca || !certificate.verify(issuer.publicKey);
  });
  return chain.slice(0, broken + 1);
}

/** The SHA-256 of the SubjectPublicKeyInfo, as a pin (RFC 7469). */
export function pinOf(certificate: X509Certificate): string {
  const key = certificate.publicKey.export({ type: 'spki', format: 'der' });
  return `sha256/${createHash('sha256').update(key).digest('base64')}`;
}

/** A certificate as a caller sees it. */
export function describeCertificate(certificate: X509Certificate): PeerCertificate {
  return {
    ...summaryOf(certificate),
    serialNumber: certificate.serialNumber.toLowerCase(),
    der: new Uint8Array(certificate.raw),
  };
}

/** What an error tells of a certificate. */
export function summaryOf(certificate: X509Certificate): CertificateSummary {
  const names = readNames(certificate.subjectAltName ?? '');
  return {
    subject: readSubject(certificate.subject),
    issuer: readSubject(certificate.issuer),
    names: names.length > MAX_NAMES ? [...names.slice(0, MAX_NAMES), '...'] : names,
    validFrom: new Date(certificate.validFrom).toISOString(),
    validTo: new Date(certificate.validTo).toISOString(),
    fingerprint256: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
  };
}

/** Node has one attribute a line, in the certificate's order, escaped as RFC 2253; RFC 4514 has them the other way round. */
function readSubject(lines: string | undefined): string {
  return (lines ?? '')
    .split('\n')
    .filter((line) => line !== '')
    .reverse()
    .map((line) => line.replaceAll(' + ', '+'))
    .join(',');
}

/** `DNS:a.test, IP Address:10.0.0.5, DirName:"O=bar\u002cCN=foo"`: values that hold a separator are JSON. */
const NAME = /(?:^|, )([A-Za-z ]+):("(?:[^"\\]|\\.)*"|[^,]*)/g;

function readNames(text: string): string[] {
  return Array.from(text.matchAll(NAME), ([, kind = '', value = '']) => {
    const plain = value.startsWith('"') ? String(JSON.parse(value)) : value;
    return kind === 'IP Address' ? `IP:${readIp(plain)}` : `${kind}:${plain}`;
  });
}

/** Node writes IPv6 in full and in upper case. */
function readIp(text: string): string {
  try {
    return normalizeAddress({ hostname: text, port: 1 }).hostname;
  } catch {
    // "<invalid>": the certificate holds an address that is none.
    return text;
  }
}
