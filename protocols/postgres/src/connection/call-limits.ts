// The signal and the time limit of one call on one connection, or of one wait of it.
import { type CallLimit, watchCall } from '@fairlead/client';
import type { FairleadError } from '@fairlead/errors';
import type { CallOptions } from '../types.ts';
import type { Connection } from './connection.ts';

/**
 * Calls `stop` when the call's signal fires or its time is up. A call without a time limit of its own has the connection's.
 * @param limits A `CallLimit` ends when it says; the time of options begins now.
 * @returns A function that ends it.
 */
export function watch(
  { deadlines, timeoutMs: defaultMs }: Connection,
  limits: CallOptions | CallLimit,
  stop: (reason: FairleadError) => void,
): () => void {
  if ('at' in limits) return watchCall(deadlines, 'query', limits, stop);
  const { signal, timeoutMs = defaultMs } = limits;
  return watchCall(deadlines, 'query', { signal, timeoutMs }, stop);
}
