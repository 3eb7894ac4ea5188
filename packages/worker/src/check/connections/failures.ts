// What to do about a connection that could not be made, by the error's code.
import {
  type CertificateSummary,
  type ErrorCode,
  type FairleadError,
  isFairleadError,
  type TlsFailure,
} from '@fairlead/errors';

const BY_CODE: Readonly<Record<ErrorCode, string>> = {
  connect_failed:
    'Check host and port, that the server runs and listens on that address, and that firewalls between let this machine in.',
  connect_timeout:
    'Check host and port, and the firewall: one that drops packets looks like this. A slow server may need "connectTimeoutMs".',
  tls_failed:
    'Check that the server speaks TLS on this port, and that its certificate is from a public authority and holds this host’s name.',
  connection_lost: 'Look into the server’s log: it took the connection, and then ended it.',
  closed: 'Try again.',
  timeout:
    'The server took the connection and did not answer in time: look whether it is overloaded, or whether another server listens there.',
  aborted: 'Try again, with more time.',
  protocol: 'Check the URL’s scheme and port: another kind of server seems to listen there.',
  auth: 'Check user and password, and that the server lets this user in from this machine, with this method.',
  server: 'Act on the server’s words: they name the database, the user or the right that is missing.',
  policy: 'Change the setting that the message names: the platform or the policy forbids it.',
  limit: 'Raise the limit that the message names.',
  overloaded: 'Raise "max" in the member "pool", or try again when there is less to do.',
  usage: 'Change the URL or the member that the message names.',
};

/** What to do about TLS, by why it failed. */
const BY_REASON: Readonly<Partial<Record<TlsFailure, string>>> = {
  name_mismatch:
    'Dial one of the names that the certificate is for, or set "servername" in the member "tls" to one of them.',
  unknown_issuer:
    'Give the authority that has signed it: "tls": {"ca": {"secret": "NAME"}}. A server of a public authority has to send its intermediate certificates, too.',
  expired: 'Renew the certificate at the server, and look at the clock of this machine.',
  not_yet_valid: 'Look at the clocks of the server and of this machine.',
  constraint: 'Have the certificate made anew: its authority may not sign for this name, or is no authority.',
  usage: 'Have the certificate made anew, for the authentication of a server.',
  pin: 'The server has another key than those of "pins": compare it at the server itself before you change them.',
  alert: 'Act on the alert’s name: certificate_required wants "cert" and "key" in the member "tls".',
};

/** Codes by which the entry itself is wrong. */
const OF_THE_ENTRY: readonly ErrorCode[] = ['usage', 'policy'];

/** A failure in words: what happened, and what to do. */
export function explainFailure(error: unknown): { readonly message: string; readonly fix: string } {
  if (!isFairleadError(error)) {
    return {
      message: 'cannot be connected to, for an unknown reason',
      fix: 'Report this: it is a fault of Fairlead.',
    };
  }
  const isWrong = OF_THE_ENTRY.includes(error.code);
  const what = isWrong ? 'is wrong' : 'cannot be connected to';
  const { code, reason } = error;
  return { message: `${what} (${code}): ${wordsOf(error)}`, fix: adviceFor(code, reason) };
}

/** What to do. */
export function adviceFor(code: ErrorCode, reason: TlsFailure | undefined): string {
  return (code === 'tls_failed' && reason && BY_REASON[reason]) || BY_CODE[code];
}

function wordsOf({ message, server, certificate }: FairleadError): string {
  if (certificate !== undefined) return `${message} (${certificateText(certificate)})`;
  return server === undefined || message.includes(server.message)
    ? message
    : `${message} (${server.message})`;
}

/** A certificate on one line. */
function certificateText({ subject, issuer, names, validTo, fingerprint256 }: CertificateSummary): string {
  const whose = names.length === 0 ? 'no name' : names.slice(0, 5).join(', ');
  return `the certificate is ${subject || 'without a subject'}, for ${whose}, signed by ${issuer}, until ${validTo.slice(0, 10)}, SHA-256 ${fingerprint256}`;
}
