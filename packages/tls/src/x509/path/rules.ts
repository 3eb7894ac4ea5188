// What one certificate of a path must say (RFC 5280 section 6.1), by its place: the server's own, or an authority's. No signature
// is looked at here, and no name.
import { equalBytes } from '@fairlead/bytes';
import { nameText } from '../summary.ts';
import type { ReadCertificate } from '../types.ts';
import { type Refusal, type RefusalReason, whose } from './refusal.ts';

/** Bits of keyUsage, RFC 5280 section 4.2.1.3. */
const DIGITAL_SIGNATURE = 1 << 0;
const KEY_CERT_SIGN = 1 << 5;
/** id-kp-serverAuth. That of any use does not stand for it. */
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
/** A Name without parts. */
const EMPTY_NAME_BYTES = 2;

/** @returns Why the server's own certificate cannot be used whoever signed it; `undefined` where nothing is wrong. */
export function checkServer(certificate: ReadCertificate, now: number): Refusal | undefined {
  const { basicConstraints, keyUsage, nameConstraints, subjectAltName } = certificate.extensions;
  const isNameless = certificate.subject.length === EMPTY_NAME_BYTES;
  if (basicConstraints?.ca) {
    return refusal(
      certificate,
      'usage',
      "is an authority's (basicConstraints CA:TRUE), not a server's: give the server one without it, or pin its key by tls.pins and tls.pinOnly",
    );
  }
  const unsigned = checkSigning(certificate);
  if (unsigned !== undefined) return unsigned;
  if (keyUsage !== undefined && (keyUsage & KEY_CERT_SIGN) !== 0) {
    return refusal(certificate, 'usage', "has the keyUsage keyCertSign, and is no authority's");
  }
  if (nameConstraints !== undefined) {
    return refusal(certificate, 'constraint', "has name constraints, and is no authority's");
  }
  if (isNameless && subjectAltName?.critical === false) {
    return refusal(certificate, 'constraint', 'has no subject, and no critical alternative names');
  }
  return checkAny(certificate, now) ?? checkSent(certificate);
}

/** @returns Why the certificate's key must not sign a handshake (RFC 8446 section 4.4.2.2), whatever else counts. */
export function checkSigning(certificate: ReadCertificate): Refusal | undefined {
  const { keyUsage } = certificate.extensions;
  if (keyUsage === undefined || (keyUsage & DIGITAL_SIGNATURE) !== 0) return undefined;
  return refusal(certificate, 'usage', 'must not sign handshakes: its keyUsage lacks digitalSignature');
}

/**
 * @param below How many authorities stand below it in the path, without those that signed for themselves.
 * @param isTrusted Whether it is a trust anchor.
 * @returns Why the authority cannot be used at this place.
 */
export function checkAuthority(
  certificate: ReadCertificate,
  below: number,
  isTrusted: boolean,
  now: number,
): Refusal | undefined {
  const { basicConstraints, keyUsage } = certificate.extensions;
  if (!basicConstraints?.ca) {
    return refusal(
      certificate,
      'constraint',
      'signed another one, and is no authority (basicConstraints CA:TRUE is missing)',
    );
  }
  if (keyUsage !== undefined && (keyUsage & KEY_CERT_SIGN) === 0) {
    return refusal(certificate, 'usage', 'signed another one, and its keyUsage lacks keyCertSign');
  }
  if (certificate.subject.length === EMPTY_NAME_BYTES) {
    return refusal(certificate, 'constraint', "is an authority's and has no subject");
  }
  if (basicConstraints.pathLength !== undefined && below > basicConstraints.pathLength) {
    const most = basicConstraints.pathLength;
    return refusal(
      certificate,
      'constraint',
      `allows ${most} authorities below it (its path length), and there are ${below}`,
    );
  }
  return checkAny(certificate, now) ?? (isTrusted ? undefined : checkSent(certificate));
}

/** Whether a certificate's issuer has its subject's name (RFC 5280 section 6.1: self-issued). */
export function isSelfIssued({ subject, issuer }: ReadCertificate): boolean {
  return equalBytes(subject, issuer);
}

/** @returns Why its key must not be used whatever else is said. */
export function checkKey(certificate: ReadCertificate): Refusal | undefined {
  const { weakness } = certificate;
  return weakness === undefined ? undefined : refusal(certificate, 'usage', weakness);
}

function checkAny(certificate: ReadCertificate, now: number): Refusal | undefined {
  const { version, extensions, notBefore, notAfter } = certificate;
  if (version !== 3) return refusal(certificate, 'constraint', `has version ${version}; 3 is needed`);
  const weak = checkKey(certificate);
  if (weak !== undefined) return weak;
  if (extensions.notUnderstood !== undefined) {
    const id = extensions.notUnderstood;
    return refusal(certificate, 'constraint', `has the extension ${id}, which is not understood`);
  }
  const usages = extensions.extKeyUsage;
  if (usages !== undefined && !usages.includes(SERVER_AUTH)) {
    return refusal(certificate, 'usage', 'is not for TLS servers: its extKeyUsage lacks serverAuth');
  }
  // Certificates know whole seconds.
  const second = Math.floor(now / 1000) * 1000;
  if (second > notAfter) {
    return refusal(
      certificate,
      'expired',
      `expired at ${moment(notAfter)}, and it is ${moment(second)}: renew it`,
    );
  }
  if (second < notBefore) {
    const dates = `is valid from ${moment(notBefore)}, and it is ${moment(second)}`;
    return refusal(certificate, 'not_yet_valid', dates);
  }
  return undefined;
}

/** Rules that authorities which are trusted are forgiven. */
function checkSent(certificate: ReadCertificate): Refusal | undefined {
  const { issuer, serial, extensions } = certificate;
  if (extensions.isPadded) return refusal(certificate, 'constraint', 'has a keyUsage that is not DER');
  if (issuer.length === EMPTY_NAME_BYTES) return refusal(certificate, 'constraint', 'has no issuer');
  return serial.length === 1 && serial[0] === 0
    ? refusal(certificate, 'constraint', 'has the serial number 0')
    : undefined;
}

function moment(time: number): string {
  return new Date(time).toISOString().replace('.000', '');
}

function refusal(certificate: ReadCertificate, reason: RefusalReason, what: string): Refusal {
  return { certificate, reason, message: `${whose(certificate)} ${what}` };
}

/** @returns What to say of a certificate whose issuer is nobody that is trusted. */
export function unknownIssuer(certificate: ReadCertificate): Refusal {
  const what = isSelfIssued(certificate)
    ? 'is signed by itself, which is not trusted: set tls.ca to the authority that you trust'
    : `is signed by ${nameText(certificate.issuer)}, which is not trusted: set tls.ca to the authority that you trust, or let the server send the certificates in between`;
  return refusal(certificate, 'unknown_issuer', what);
}

/**
 * @param isAccepted Whether certificates may be signed by its algorithm at all.
 * @returns What to say of a certificate that was not signed by the key of the issuer that it names.
 */
export function wrongSignature(certificate: ReadCertificate, isAccepted: boolean): Refusal {
  if (!isAccepted) {
    return refusal(certificate, 'usage', 'is signed by an algorithm that is not accepted, such as SHA-1');
  }
  const issuer = nameText(certificate.issuer);
  const what = `names ${issuer} as its issuer, whose key did not sign it`;
  return refusal(certificate, 'unknown_issuer', `${what}: is tls.ca another authority of the same name?`);
}
