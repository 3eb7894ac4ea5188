// To one server, and under TLS where the target wants it. It says nothing of the session.
import {
  type Address,
  bounded,
  type Connector,
  FairleadError,
  formatAddress,
  type Outcome,
  type Transport,
} from '@fairlead/transport';
import type { Target } from './options.ts';
import { startTls } from './start-tls.ts';

/**
 * Dials and, where the target wants it, turns TLS on.
 * @throws FairleadError as the connector and `startTls`.
 */
export async function dial(
  target: Target,
  address: Address,
  connector: Connector,
  signal?: AbortSignal,
): Promise<Transport> {
  const transport = await connector(address, {
    tls: target.tls ? 'starttls' : 'off',
    connectTimeoutMs: target.connectTimeoutMs,
    signal,
  });
  if (target.tls) await inTime(transport, target, startTls(transport), signal);
  return transport;
}

/** Bounds a step of the start-up, says who the peer was, and ends the transport when the step failed. */
export async function inTime<T>(
  transport: Transport,
  target: Target,
  step: Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const outcome = await bounded(step, target.connectTimeoutMs, signal);
  if (outcome.kind === 'done') return outcome.value;
  const failure = reasonOf(outcome, transport, target, signal);
  transport.destroy(failure);
  throw failure;
}

function reasonOf(
  outcome: Exclude<Outcome<unknown>, { kind: 'done' }>,
  { peer }: Transport,
  target: Target,
  signal: AbortSignal | undefined,
): FairleadError {
  if (outcome.kind === 'aborted') {
    const message = 'The attempt to connect was aborted by its signal.';
    return new FairleadError('aborted', message, { cause: signal?.reason, peer, safeToRetry: true });
  }
  if (outcome.kind === 'timeout') {
    const message = `${formatAddress(peer)} did not finish the Postgres start-up in ${target.connectTimeoutMs} ms.`;
    return new FairleadError('connect_timeout', message, { peer, safeToRetry: true });
  }
  const { error } = outcome;
  if (!(error instanceof FairleadError)) {
    return new FairleadError('protocol', 'The start-up failed.', { cause: error, peer });
  }
  const { code, message, blame, cause, server } = error;
  // Nothing but the start-up was sent, so nothing can have had an effect.
  return new FairleadError(code, message, { blame, cause, server, peer, safeToRetry: true });
}
