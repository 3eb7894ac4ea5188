// Watches over one call on one connection. It stops nothing itself.
import { watchCall } from '@fairlead/client';
import type { FairleadError } from '@fairlead/errors';
import type { CallOptions } from './api.ts';
import type { Connection } from './connection.ts';

/**
 * Watches over one call: stops it when its signal fires or its time is up.
 * @returns A function that ends the watch.
 */
export function watch(
  { deadlines, queryTimeoutMs }: Connection,
  { signal, timeoutMs = queryTimeoutMs }: CallOptions,
  stop: (reason: FairleadError) => void,
): () => void {
  return watchCall(deadlines, 'query', { signal, timeoutMs }, stop);
}
