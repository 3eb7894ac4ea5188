// Why a certificate is refused, on the way to a TlsFault: its summary needs a hash, and many refusals are never shown.
import type { TlsFailure } from '@fairlead/errors';
import { type AlertName, TlsFault } from '../../fault.ts';
import { generalNameText } from '../read/general-name.ts';
import { nameText, summaryOf } from '../summary.ts';
import type { ReadCertificate } from '../types.ts';

/** The reasons that a chain can be refused for. */
export type RefusalReason = Exclude<TlsFailure, 'alert' | 'session_reuse' | 'unknown' | 'protocol'>;

/** One reason why a path does not hold. */
export interface Refusal {
  readonly reason: RefusalReason;
  /** The certificate in question. */
  readonly certificate: ReadCertificate;
  /** What is wrong and what to do. */
  readonly message: string;
}

/** RFC 8446 section 6.2. */
const ALERTS: Readonly<Record<RefusalReason, AlertName>> = {
  name_mismatch: 'bad_certificate',
  unknown_issuer: 'unknown_ca',
  expired: 'certificate_expired',
  not_yet_valid: 'certificate_expired',
  constraint: 'bad_certificate',
  usage: 'unsupported_certificate',
  pin: 'certificate_unknown',
};

/** A refusal as it is thrown. */
export async function faultOf({ reason, certificate, message }: Refusal): Promise<TlsFault> {
  return new TlsFault(ALERTS[reason], message, { reason, certificate: await summaryOf(certificate) });
}

/** The certificate by its subject, or by its first name: `The certificate of CN=db.example.com`. */
export function whose(certificate: ReadCertificate): string {
  const [first] = certificate.extensions.subjectAltName?.names ?? [];
  const name = nameText(certificate.subject) || (first && generalNameText(first));
  return `The certificate of ${name || '(no name)'}`;
}
