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
import { startTls } from './start-tls.ts';

/** The time of one attempt to connect: for TCP, TLS and login together. */
export function attemptLimit({ connectTimeoutMs: timeoutMs }: Target, signal?: AbortSignal): CallLimit {
  return limitOf({ signal, timeoutMs });
}

/**
 * Dials and, where the target wants it, turns TLS on.
 * @throws FairleadError as the connector and `startTls`.
 */
export async function openTransport(
  { tls }: Target,
  address: Address,
  connector: Connector,
  limit: CallLimit,
): Promise<Transport> {
  const transport = await connector(address, {
    tls: tls ? 'starttls' : 'off',
    connectTimeoutMs: remainingMs(limit),
    signal: limit.signal,
  });
  if (tls) await inTime(transport, limit, startTls(transport));
  return transport;
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
