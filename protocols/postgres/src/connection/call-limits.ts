// Watches over one call on one connection. It stops nothing itself.
import { type CallLimit, watchCall } from '@fairlead/client';
import type { FairleadError } from '@fairlead/errors';
import type { CallOptions } from '../types.ts';
import type { Connection } from './connection.ts';

/**
 * Watches over one call, or one wait of it: stops it when its signal fires or its time is up.
 * @param limits A `CallLimit` ends when it says; the time of options begins now.
 * @returns A function that ends the watch.
 */
export function watch(
  { deadlines, queryTimeoutMs }: Connection,
  limits: CallOptions | CallLimit,
  stop: (reason: FairleadError) => void,
): () => void {
  if ('at' in limits) return watchCall(deadlines, 'query', limits, stop);
  const { signal, timeoutMs = queryTimeoutMs } = limits;
  return watchCall(deadlines, 'query', { signal, timeoutMs }, stop);
}
