// Why no WebSocket came about, when the runtime does not say: one plain connection of the other connector tells. It
// sends no byte over it.
import { FairleadError, isFairleadError } from '@fairlead/errors';
import { connectAborted, connectFailed, connectTimeout, tlsFailed } from '../core/failures.ts';
import type { Outcome } from '../deadline.ts';
import type { Connector } from '../types.ts';
import type { WebSocketAttempt } from './options.ts';

/** How long the connection that tells the reason may take. */
const PROBE_TIMEOUT_MS = 2_000;
const NO_ANSWER =
  'the address answers, and does not accept the WebSocket handshake. Common causes: a wrong path or port, an ' +
  'HTTP server without a WebSocket there, or credentials that are missing';

/**
 * The error for an attempt that did not succeed.
 * @param probe Dials the same address without WebSocket.
 */
export async function explainFailure(
  attempt: WebSocketAttempt,
  outcome: Outcome<unknown>,
  probe: Connector,
): Promise<Error> {
  const { signal } = attempt;
  if (outcome.kind === 'aborted' && signal !== undefined) return connectAborted(attempt, signal);
  if (outcome.kind !== 'failed') return connectTimeout(attempt, 'connecting');
  if (isFairleadError(outcome.error)) return outcome.error;
  try {
    const reached = await probe(attempt.address, {
      tls: attempt.tls,
      signal,
      connectTimeoutMs: PROBE_TIMEOUT_MS,
    });
    reached.destroy(new Error('The probe is over.'));
  } catch (error) {
    if (!isFairleadError(error)) throw error;
    if (error.code === 'aborted') return error;
    const reason = `a connection without WebSocket fails too: ${error.message}`;
    if (error.code === 'tls_failed') return tlsFailed(attempt, outcome.error, reason);
    return connectFailed(attempt, outcome.error, reason);
  }
  return connectFailed(attempt, outcome.error, NO_ANSWER);
}

/** The peer answered the handshake with an HTTP status of its own (RFC 6455 section 4.2.2). */
export function refusedByStatus(attempt: WebSocketAttempt, status: number): FairleadError {
  const code = status === 401 || status === 403 ? 'auth' : 'connect_failed';
  return new FairleadError(
    code,
    `${connectFailed(attempt, undefined, `the peer answered the WebSocket handshake with HTTP status ${status}`).message}`,
    { peer: { ...attempt.address, tls: attempt.tls === 'implicit' }, safeToRetry: true },
  );
}
