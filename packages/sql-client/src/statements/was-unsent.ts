// What a pool's failure says of the statements in flight.
import type { ErrorCode, FairleadError } from '@fairlead/errors';

/** What a pool says of statements for which it had no connection. */
const OF_POOLS: readonly ErrorCode[] = [
  'overloaded',
  'connect_failed',
  'connect_timeout',
  'tls_failed',
  'auth',
  'server',
  'connection_lost',
];

/** Whether a connection's failure behind its login says that what was in flight was not sent: only a pool's can. */
export function wasUnsent({ code, safeToRetry }: FairleadError): boolean {
  return safeToRetry && OF_POOLS.includes(code);
}
