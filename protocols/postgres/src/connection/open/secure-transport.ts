// Opens the transport to one server, with TLS where the target wants it, within the time of the attempt. It sends nothing
// of the session.
import { type CallLimit, limitOf, remainingMs } from '@fairlead/client';
import {
  type Address,
  bounded,
  type Connector,
  FairleadError,
  type Outcome,
  type Transport,
} from '@fairlead/transport';
import { failure, forCaller, tooLate } from '../../errors.ts';
import type { Target } from '../../options/target.ts';
import { ALPN } from '../../options/tls.ts';
import { startTls } from './start-tls.ts';

const ONLY_NEWER =
  'TLS from the first byte is for PostgreSQL 17 and later: use sslnegotiation=postgres for an older one.';

/** The time of one attempt to connect: for TCP, TLS and login together. */
export function attemptLimit({ connectTimeoutMs: timeoutMs }: Target, signal?: AbortSignal): CallLimit {
  return limitOf({ signal, timeoutMs });
}

/**
 * Dials and, where the target wants it, turns TLS on.
 * @throws FairleadError as the connector and `startTls`.
 */
export async function openTransport(
  { tls, directTls, tlsOptions }: Target,
  address: Address,
  connector: Connector,
  limit: CallLimit,
): Promise<Transport> {
  const dialling = connector(address, {
    tls: directTls ? 'implicit' : tls ? 'starttls' : 'off',
    ...(tlsOptions && { tlsOptions }),
    connectTimeoutMs: remainingMs(limit),
    signal: limit.signal,
  });
  const transport = await (directTls ? dialling.catch(explainDirect) : dialling);
  if (directTls) checkDirect(transport);
  else if (tls) await inTime(transport, limit, startTls(transport));
  return transport;
}

/** An older server takes the first bytes of TLS for a broken startup packet, and ends the connection without a word. */
function explainDirect(error: unknown): never {
  if (!(error instanceof FairleadError) || error.code !== 'tls_failed') throw error;
  const { reason, alert, certificate, blame, cause, peer, safeToRetry } = error;
  const isNoTls = reason === undefined || reason === 'unknown' || reason === 'protocol';
  if (!isNoTls && alert !== 'no_application_protocol') throw error;
  const words = `${error.message}. ${ONLY_NEWER}`;
  throw failure('tls_failed', words, { reason, alert, certificate, blame, cause, peer, safeToRetry });
}

/** A server that speaks no Postgres behind its TLS chooses no application protocol, or refuses the one that was offered. */
function checkDirect(transport: Transport): void {
  if (transport.tls?.alpn === ALPN) return;
  const words =
    'The server did not agree to TLS from the first byte (it chose no application protocol "postgresql"). ' +
    ONLY_NEWER;
  const error = failure('tls_failed', words, { peer: transport.peer, reason: 'protocol' });
  transport.destroy(error);
  throw error;
}

/** Bounds a step of the start-up in time. When the step fails, the transport is destroyed and the error has the peer. */
export async function inTime<T>(transport: Transport, limit: CallLimit, step: Promise<T>): Promise<T> {
  const outcome = await bounded(step, remainingMs(limit), limit.signal);
  if (outcome.kind === 'done') return outcome.value;
  const failure = reasonOf(outcome, transport, limit);
  transport.destroy(failure);
  throw failure;
}

function reasonOf(
  outcome: Exclude<Outcome<unknown>, { kind: 'done' }>,
  { peer }: Transport,
  { signal, timeoutMs }: CallLimit,
): FairleadError {
  if (outcome.kind === 'aborted') {
    return failure('aborted', 'The attempt to connect was aborted by its signal.', {
      cause: signal?.reason,
      peer,
    });
  }
  if (outcome.kind === 'timeout') return tooLate(timeoutMs, peer);
  const { error } = outcome;
  // Nothing but the start-up was sent, so nothing can have had an effect.
  if (error instanceof FairleadError) return forCaller(error, peer, true);
  return failure('protocol', 'The start-up failed.', { cause: error, peer });
}
