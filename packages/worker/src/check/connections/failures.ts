// What to do about a connection that could not be made, by the error's code.
import { type ErrorCode, type FairleadError, isFairleadError } from '@fairlead/errors';

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
  return { message: `${what} (${error.code}): ${wordsOf(error)}`, fix: BY_CODE[error.code] };
}

function wordsOf({ message, server }: FairleadError): string {
  return server === undefined || message.includes(server.message)
    ? message
    : `${message} (${server.message})`;
}
