// SSH's errors as FairleadErrors. It throws none itself.
import {
  type ErrorCode,
  errorWith,
  FairleadError,
  type FairleadErrorOptions,
  isFairleadError,
  type Peer,
} from '@fairlead/errors';
import type { OpenFailure } from './wire/channels/messages.ts';

/** A breach of SSH by the server: the connection has ended. */
export function protocolError(message: string, options?: FairleadErrorOptions): FairleadError {
  return new FairleadError('protocol', `SSH: ${message}`, options);
}

/** An error as one of the house. */
export function asFairleadError(error: unknown): FairleadError {
  if (isFairleadError(error)) return error;
  return new FairleadError('connection_lost', 'The SSH connection broke', { cause: error });
}

/** What ended a call, as an error of that call alone. @param peer The SSH server, where the reason names none. */
export function errorOfCall(reason: unknown, safeToRetry: boolean, peer?: Peer): FairleadError {
  const known = asFairleadError(reason);
  return errorWith(known, { safeToRetry, peer: known.peer ?? peer, cause: known.cause ?? known });
}

/** The error of a call that comes behind the end of the connection. */
export function connectionHasEnded(failure: FairleadError): FairleadError {
  const { code, message, peer, server } = failure;
  if (code === 'closed') return new FairleadError('closed', message, { peer, safeToRetry: true });
  const text = `The SSH connection has ended; connect again. The reason: ${message}`;
  return new FairleadError('connection_lost', text, { peer, server, cause: failure, safeToRetry: true });
}

/** The names of the reasons for not opening a channel (RFC 4254 section 5.1). */
const OPEN_FAILURES: Readonly<Record<number, string>> = {
  1: 'administratively prohibited',
  2: 'connect failed',
  3: 'unknown channel type',
  4: 'resource shortage',
};

/** What the reasons mean to a caller; the others are `server`. */
const OPEN_FAILURE_CODES: Readonly<Record<number, ErrorCode>> = { 1: 'policy', 4: 'limit' };

/** The error of a channel that the server does not open: nothing was done. @param noun What was to be opened: `command`. */
export function openRefused(noun: string, { reason, description }: OpenFailure): FairleadError {
  const name = OPEN_FAILURES[reason] ?? `reason ${reason}`;
  // OpenSSH says the same of all sessions that it does not open.
  const hint =
    reason === 2 && description === 'open failed'
      ? '; it may allow no more sessions at once (MaxSessions)'
      : '';
  const code = OPEN_FAILURE_CODES[reason] ?? 'server';
  const words = printable(description);
  return new FairleadError(code, `The server opens no channel for the ${noun}: ${name} (${words})${hint}`, {
    blame: 'peer',
    safeToRetry: true,
    server: { code: name, message: words, fields: { reason: String(reason) } },
  });
}

/** The error of a request that the server answered by a refusal: nothing was done. @param what `to run the command`. */
export function requestRefused(what: string, name: string): FairleadError {
  return new FairleadError('server', `The server refused ${what}`, {
    safeToRetry: true,
    server: { code: name, message: 'request failure' },
  });
}

/** The server has closed a channel that was in use. */
export function channelClosed(): FairleadError {
  return new FairleadError('connection_lost', 'The server closed the channel');
}

/** A text of the server without controls and what turns the direction of a text, cut to 500 characters. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\u2028-\u202e\u2066-\u2069]+/gu, ' ').slice(0, 500);
}
