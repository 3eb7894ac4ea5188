// From what the handshake throws to what a caller catches: FairleadErrors that say what to do.
import { FairleadError } from '@fairlead/errors';
import { type Attempt, connectionLost, tlsFailed } from '@fairlead/transport';
import { Truncated } from '../client/connection.ts';
import { TlsFault } from '../fault.ts';
import { ReceivedAlert } from '../record/alerts.ts';

const WANTS_CERTIFICATE = 'the server wants a certificate of the client: set tls.cert and tls.key';
const NOT_ACCEPTED = 'the server does not accept the certificate in tls.cert';
const NOTHING_IN_COMMON =
  'common causes: no certificate of the client (tls.cert and tls.key), an unknown name, no common cipher suite, group or signature';

/** What alerts commonly mean, where `ABOUT_THE_CLIENT` does not say it. */
const HINTS: Readonly<Record<string, string>> = {
  certificate_required: WANTS_CERTIFICATE,
  handshake_failure: NOTHING_IN_COMMON,
  unknown_ca: `${NOT_ACCEPTED}: it does not know the authority, or tls.cert lacks an intermediate one`,
  protocol_version:
    'for a server of TLS 1.2 give overTls({ versions: [tls12] }) with tls12 from @fairlead/tls/tls12',
  unrecognized_name: 'the server has no such name: dial one that it has, or set tls.servername',
  no_application_protocol: 'the server speaks none of the protocols in tls.alpn',
};

/** Alerts about the client's certificate. While the verdict on it is due, nothing that was written has had an effect. */
const ABOUT_THE_CLIENT: ReadonlySet<string> = new Set([
  'certificate_required',
  'bad_certificate',
  'unsupported_certificate',
  'certificate_revoked',
  'certificate_expired',
  'certificate_unknown',
  'unknown_ca',
  'access_denied',
]);

/** What is known when a failure comes. */
export interface FailureContext {
  readonly attempt: Attempt;
  /** The server asked for a certificate, and there was none. */
  readonly lacksCertificate?: boolean;
  /** Whether data went out that may have had an effect. */
  readonly hasWritten?: boolean;
  /** As `HandshakeOutcome.isVerdictDue`, and nothing came since. */
  readonly isVerdictDue?: boolean;
}

/** The failure of a handshake, as its caller gets it. */
export function handshakeFailure(error: unknown, context: FailureContext): unknown {
  const failure = tlsFailureOf(error, context);
  if (failure !== undefined) return failure;
  if (!(error instanceof FairleadError)) return tlsFailed(context.attempt, error, 'it could not be made');
  if (error.code !== 'connection_lost') return error;
  const reason =
    'the server ended the connection during the handshake. Common causes: a port that speaks no TLS, a server that wants ' +
    'another version or a certificate of the client';
  return tlsFailed(context.attempt, error, reason, { reason: 'unknown' });
}

/** The failure of an established connection, as its caller gets it. */
export function connectionFailure(error: unknown, context: FailureContext): unknown {
  const failure = tlsFailureOf(error, context);
  if (failure !== undefined) return failure;
  const peer = { ...context.attempt.address, tls: true };
  if (error instanceof Truncated) return connectionLost(peer, error, !context.hasWritten, error.message);
  if (!(error instanceof FairleadError) || error.code !== 'connection_lost') return error;
  return connectionLost(peer, error.cause ?? error, !context.hasWritten);
}

function tlsFailureOf(error: unknown, context: FailureContext): FairleadError | undefined {
  const { attempt, lacksCertificate, hasWritten = false, isVerdictDue = false } = context;
  if (error instanceof TlsFault) {
    const { reason, certificate } = error;
    return tlsFailed(attempt, error.cause, error.message, { reason, certificate, safeToRetry: !hasWritten });
  }
  if (!(error instanceof ReceivedAlert)) return undefined;
  const { alert } = error;
  const isAboutClient = ABOUT_THE_CLIENT.has(alert);
  // Servers have many alerts for that: GnuTLS says decode_error.
  const isLack = (isVerdictDue && lacksCertificate) || error.lacksCertificate;
  const hint = isLack ? WANTS_CERTIFICATE : (HINTS[alert] ?? (isAboutClient ? NOT_ACCEPTED : undefined));
  const words = hint === undefined ? error.message : `${error.message}: ${hint}`;
  const safeToRetry = !hasWritten || (isAboutClient && isVerdictDue);
  return tlsFailed(attempt, undefined, words, { reason: 'alert', alert, safeToRetry });
}
