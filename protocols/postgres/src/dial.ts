// To one server, and under TLS where the target wants it. It says nothing of the session.
import {
  type Address,
  bounded,
  type Connector,
  FairleadError,
  type Outcome,
  type Transport,
} from '@fairlead/transport';
import { failure, forCaller, tooLate } from './errors.ts';
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
  { connectTimeoutMs }: Target,
  signal: AbortSignal | undefined,
): FairleadError {
  if (outcome.kind === 'aborted') {
    return failure('aborted', 'The attempt to connect was aborted by its signal.', {
      cause: signal?.reason,
      peer,
    });
  }
  if (outcome.kind === 'timeout') return tooLate(connectTimeoutMs, peer);
  const { error } = outcome;
  // Nothing but the start-up was sent, so nothing can have had an effect.
  if (error instanceof FairleadError) return forCaller(error, peer, true);
  return new FairleadError('protocol', 'The start-up failed.', { cause: error, peer });
}
