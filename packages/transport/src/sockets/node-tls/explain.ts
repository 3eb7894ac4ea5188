// Failures of `node:tls` in the words of `tls_failed`: reason, alert, certificate, and what to do. It decides nothing.
import type { CertificateSummary, FairleadError, TlsFailure } from '@fairlead/errors';
import { type Attempt, asFailure, tlsFailed } from '../../core/failures.ts';
import type { TlsVersion } from '../../tls/types.ts';

/** A handshake that failed, with the certificate that the peer had shown by then. */
export class HandshakeFailure extends Error {
  readonly certificate: CertificateSummary | undefined;
  readonly reason: TlsFailure | undefined;

  constructor(cause: unknown, certificate: CertificateSummary | undefined, reason?: TlsFailure) {
    super(nodeReason(cause), { cause });
    this.certificate = certificate;
    this.reason = reason;
  }
}

/** What OpenSSL's codes of verification mean (`openssl verify`, "Diagnostics"). */
const REASONS: readonly (readonly [codes: RegExp, reason: TlsFailure])[] = [
  [/^ERR_TLS_CERT_ALTNAME_INVALID$|^HOSTNAME_MISMATCH$/, 'name_mismatch'],
  [/SELF_SIGNED|^UNABLE_TO_(GET_ISSUER|VERIFY_LEAF)|^CERT_(UNTRUSTED|SIGNATURE_FAILURE)$/, 'unknown_issuer'],
  [/^CERT_HAS_EXPIRED$/, 'expired'],
  [/^CERT_NOT_YET_VALID$/, 'not_yet_valid'],
  [/^INVALID_PURPOSE$|_TOO_(SMALL|WEAK)$/, 'usage'],
  [/^INVALID_(CA|NON_CA)$|^PATH_LENGTH_EXCEEDED$|^UNHANDLED_/, 'constraint'],
  // Node has no code of its own for these: they are told apart by OpenSSL's words alone.
  [/^UNSPECIFIED (permitted|excluded) subtree violation$|^UNSPECIFIED .*name constraint/, 'constraint'],
  [/^ERR_SSL_|^EPROTO$/, 'protocol'],
];

/** Names of a certificate in a message. */
const MAX_NAMES = 5;

/** What to do about each, where that can be said. */
const ADVICE: Readonly<Partial<Record<TlsFailure, string>>> = {
  name_mismatch: 'set tls.servername to a name that the certificate is for, or dial that name',
  unknown_issuer: "give the authority's certificate as tls.ca",
  expired: 'the server needs a new certificate',
};

/** The alerts of OpenSSL's codes: `ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED`, `ERR_SSL_TLSV1_UNRECOGNIZED_NAME`. */
const ALERT = /^ERR_SSL_(?:SSLV3|TLSV1|TLSV13|SSL\/TLS)_(?:ALERT_)?([A-Z0-9_]+)$/;

/** What alerts commonly mean (RFC 8446 section 6.2). */
const ALERT_ADVICE: Readonly<Record<string, string>> = {
  certificate_required: 'the server wants a client certificate: set tls.cert and tls.key',
  handshake_failure: 'no common parameters, or the server wants a client certificate (tls.cert and tls.key)',
  bad_certificate: 'the server does not accept the certificate in tls.cert',
  unsupported_certificate:
    'the server does not accept this kind of certificate in tls.cert: is it for clients (clientAuth)?',
  certificate_expired: 'the certificate in tls.cert has expired',
  certificate_unknown: 'the server does not accept the certificate in tls.cert',
  unknown_ca: 'the server does not know the authority of the certificate in tls.cert',
  no_application_protocol: 'the server speaks none of the protocols in tls.alpn',
  unrecognized_name: 'the server has no certificate for this name; see tls.servername',
  protocol_version: 'the server speaks no common version of TLS',
};

/** Alerts of a server that has not finished its handshake: what was sent to it had no effect. */
const UNFINISHED =
  /^(certificate_(required|revoked|expired|unknown)|(bad|unsupported)_certificate|unknown_ca|access_denied)$/;

/**
 * The transport's error for what failed in the handshake, or right behind it.
 * @param late The version, where the handshake was over for this side, so that something may have been sent.
 */
export function explainTls(attempt: Attempt, error: unknown, late?: TlsVersion): FairleadError {
  const { certificate, reason: known } = error instanceof HandshakeFailure ? error : {};
  const cause = error instanceof HandshakeFailure ? error.cause : error;
  const ours = asFailure(cause);
  // Of an inner transport; that it was lost is the failure of the handshake.
  if (ours !== undefined && ours.code !== 'connection_lost') return ours;
  const code = codeOf(cause);
  const alert = ALERT.exec(code)?.[1]?.toLowerCase();
  if (alert !== undefined) {
    const advice = ALERT_ADVICE[alert];
    const words = `the peer sent the alert ${alert}${advice ? `: ${advice}` : ''}`;
    // In TLS 1.2 the server has finished first.
    const safeToRetry = late === undefined || (late === 'TLSv1.3' && UNFINISHED.test(alert));
    return tlsFailed(attempt, cause, words, { reason: 'alert', alert, certificate, safeToRetry });
  }
  const named = code === 'UNSPECIFIED' ? `${code} ${nodeReason(cause)}` : code;
  const reason = known ?? REASONS.find(([codes]) => codes.test(named))?.[1] ?? 'unknown';
  const advice = ADVICE[reason];
  const what = reason === 'name_mismatch' && certificate ? namesOf(certificate) : nodeReason(cause);
  const words = `${what}${advice ? `; ${advice}` : ''}`;
  return tlsFailed(attempt, cause, words, { reason, certificate, safeToRetry: late === undefined });
}

/** Node's own words are a list without an end, or an empty one. */
function namesOf({ names }: CertificateSummary): string {
  const some = names.slice(0, MAX_NAMES).join(', ') || 'no name';
  return `the certificate is for ${some}${names.length > MAX_NAMES ? ', ...' : ''}, and not for the name that was asked for`;
}

/** What Node says of a failure. OpenSSL's own errors keep the readable part in `reason`; their message is a stack dump. */
export function nodeReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'reason' in error && typeof error.reason === 'string' ? error.reason : error.message;
}

/** Node's code of an error, or an empty text. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
