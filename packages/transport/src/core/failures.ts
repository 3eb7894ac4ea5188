// The transport's errors: what was tried, how it ended, what commonly causes it. It opens and closes nothing.
import {
  errorWith,
  FairleadError,
  type FairleadErrorOptions,
  isFairleadError,
  type Peer,
} from '@fairlead/errors';
import { formatAddress } from '../address.ts';
import type { Address, TlsMode } from '../types.ts';

/** One attempt to connect, as an error message needs it. */
export interface Attempt {
  readonly address: Address;
  readonly tls: TlsMode;
  /** `Date.now()` when it began. */
  readonly startedAt: number;
}

/** `db.example.com:5432 (TLS: implicit) after 12 ms`. */
function describe(attempt: Attempt): string {
  const elapsedMs = Math.max(0, Date.now() - attempt.startedAt);
  return `${formatAddress(attempt.address)} (TLS: ${attempt.tls}) after ${elapsedMs} ms`;
}

function peerOf(attempt: Attempt): Peer {
  return { ...attempt.address, tls: attempt.tls === 'implicit' };
}

/** No connection came about. `reason` is what the runtime made of it, where it says anything. */
export function connectFailed(attempt: Attempt, cause: unknown, reason?: string): FairleadError {
  const why =
    reason ??
    'the platform does not say why. Common causes: nothing listens there (connection refused); the name ' +
      'does not resolve; the address is private, local or otherwise blocked; it belongs to Cloudflare itself' +
      (attempt.address.port === 80 || attempt.address.port === 443
        ? '; it is an HTTP port, for which fetch() is the way'
        : '');
  return new FairleadError('connect_failed', `cannot connect to ${describe(attempt)}: ${why}`, {
    cause,
    peer: peerOf(attempt),
    safeToRetry: true,
  });
}

/** TCP or the TLS handshake did not finish in time. */
export function connectTimeout(attempt: Attempt, during: 'connecting' | 'TLS handshake'): FairleadError {
  const why =
    during === 'connecting'
      ? 'no answer. Common causes: a firewall that drops packets, a full backlog, a wrong address, or six ' +
        'connections of this request already open (the platform queues the seventh)'
      : 'the peer did not finish its TLS handshake. Common causes: a port that speaks no TLS, or an overloaded peer';
  return new FairleadError('connect_timeout', `gave up on ${describe(attempt)}: ${why}`, {
    peer: peerOf(attempt),
    safeToRetry: true,
  });
}

/** What is known of a failure of TLS besides words. */
export type TlsFailureDetails = Pick<
  FairleadErrorOptions,
  'reason' | 'certificate' | 'alert' | 'safeToRetry'
>;

/**
 * The TLS handshake or the certificate was not acceptable.
 * @param reason Why, where anybody says so.
 */
export function tlsFailed(
  attempt: Attempt,
  cause: unknown,
  reason?: string,
  details: TlsFailureDetails = {},
): FairleadError {
  const why =
    reason ??
    'the platform does not say why. Common causes: the certificate is expired, is for another name, or comes ' +
      'from an authority that is not publicly trusted (overTls of @fairlead/tls takes a private CA); the peer ' +
      'wants a client certificate; or it speaks no TLS on this port';
  return new FairleadError('tls_failed', `TLS failed with ${describe(attempt)}: ${why}`, {
    cause,
    peer: peerOf(attempt),
    safeToRetry: true,
    ...details,
  });
}

/** The failure of a connector that was told nothing of the TLS inside, in the words of the attempt that the caller made. */
export function dialFailure(error: unknown, { tls }: Attempt): unknown {
  if (!isFairleadError(error) || error.peer === undefined) return error;
  const message = error.message.replace('(TLS: off)', `(TLS: ${tls})`);
  const peer = { ...error.peer, tls: tls === 'implicit' };
  return errorWith(error, { message, peer });
}

/** The peer sent bytes between its answer to STARTTLS and the handshake. */
export function bytesBeforeTls(attempt: Attempt): FairleadError {
  const reason =
    'the peer sent bytes in clear behind its answer, before TLS could start; they may be injected';
  return tlsFailed(attempt, undefined, reason);
}

/** The caller's signal fired while there was no connection yet. */
export function connectAborted(attempt: Attempt, signal: AbortSignal): FairleadError {
  return new FairleadError('aborted', `aborted while connecting to ${describe(attempt)}`, {
    cause: signal.reason,
    peer: peerOf(attempt),
    safeToRetry: true,
  });
}

/** The open connection ended, and this side had not asked for it. */
export function connectionLost(
  peer: Peer,
  cause: unknown,
  safeToRetry: boolean,
  reason?: string,
): FairleadError {
  const why =
    reason ?? 'Common causes: the peer crashed or was restarted, a middlebox reset it, or an idle timeout';
  return new FairleadError('connection_lost', `the connection to ${formatAddress(peer)} was lost. ${why}`, {
    cause,
    peer,
    safeToRetry,
  });
}

/** The caller's signal fired while the connection was open. */
export function openAborted(peer: Peer, reason: unknown, safeToRetry: boolean): FairleadError {
  return new FairleadError('aborted', `aborted: the connection to ${formatAddress(peer)} was ended`, {
    cause: reason,
    peer,
    safeToRetry,
  });
}

/** This side has closed the connection. */
export function closedHere(peer: Peer, safeToRetry: boolean): FairleadError {
  return new FairleadError('closed', `the connection to ${formatAddress(peer)} was closed by this side`, {
    peer,
    safeToRetry,
  });
}

/** A connection is used by another request than the one that opened it. */
export function foreignUse(peer: Peer, cause: unknown): FairleadError {
  const message =
    'this connection was opened by another request, and Workers let no other one use it: open one per request, ' +
    'or keep it in a Durable Object';
  return new FairleadError('usage', message, { peer, cause });
}

/** An error that needs no further explanation, because it is one of ours. */
export function asFailure(error: unknown): FairleadError | undefined {
  return error instanceof FairleadError ? error : undefined;
}
