// What is wrong with a handshake, on its way from where it is found to the connector: which alert goes to the server, which
// reason to the caller.
import type { CertificateSummary, TlsFailure } from '@fairlead/errors';

/** The alerts that this side sends, RFC 8446 section 6. */
export const ALERTS = {
  close_notify: 0,
  unexpected_message: 10,
  bad_record_mac: 20,
  record_overflow: 22,
  handshake_failure: 40,
  bad_certificate: 42,
  unsupported_certificate: 43,
  certificate_expired: 45,
  certificate_unknown: 46,
  illegal_parameter: 47,
  unknown_ca: 48,
  decode_error: 50,
  decrypt_error: 51,
  protocol_version: 70,
  insufficient_security: 71,
  internal_error: 80,
  user_canceled: 90,
  no_renegotiation: 100,
  missing_extension: 109,
  unsupported_extension: 110,
  no_application_protocol: 120,
} as const;

/** The name of an alert that this side sends. */
export type AlertName = keyof typeof ALERTS;

/** What a fault carries besides its alert. */
export interface FaultDetails {
  /** Default `protocol`. */
  readonly reason?: TlsFailure;
  readonly certificate?: CertificateSummary;
  readonly cause?: unknown;
}

/** A handshake or a connection that cannot go on. The connector makes a `FairleadError` of it. */
export class TlsFault extends Error {
  override readonly name = 'TlsFault';
  readonly alert: AlertName;
  readonly reason: TlsFailure;
  readonly certificate: CertificateSummary | undefined;

  /**
   * @param alert What the server is told.
   * @param message What the caller is told: what is wrong, and what to do where that is known. Plain English, no secret.
   */
  constructor(
    alert: AlertName,
    message: string,
    { reason = 'protocol', certificate, cause }: FaultDetails = {},
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.alert = alert;
    this.reason = reason;
    this.certificate = certificate;
  }
}

/** A message that is cut, too long or otherwise not as its syntax says: `decode_error`. */
export function undecodable(what: string): TlsFault {
  return new TlsFault('decode_error', `${what} is malformed`);
}

/** A message that is well formed and says what it may not: `illegal_parameter`. */
export function illegal(message: string): TlsFault {
  return new TlsFault('illegal_parameter', message);
}
