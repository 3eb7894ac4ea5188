// How long the server may work for a request. It watches nothing.
import { type CallLimit, remainingMs } from '@fairlead/client';

/** How much longer than the request the server may take: this side is to be the first to end it. */
export const GRACE_MS = 1_000;

/** What is left of the request's time, and a second, for `statementTimeoutMs`. */
export function serverLimitMs(limit: CallLimit): number {
  return remainingMs(limit) + GRACE_MS;
}
