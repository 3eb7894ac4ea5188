// The time of an attempt to connect: from the first byte to the end of its TLS handshake.
import { checkTimeMs } from '../deadline.ts';
import type { ConnectOptions } from '../types.ts';

/** How long `connect` and `startTls` may take where the caller says nothing, in milliseconds. */
export const DEFAULT_CONNECT_TIMEOUT_MS = 10_000;

/**
 * How long an attempt may take from its first byte to the end of its TLS handshake, in milliseconds. Default 10,000.
 * @throws FairleadError `usage` for a `connectTimeoutMs` that is no time.
 */
export function connectTimeoutOf({ connectTimeoutMs = DEFAULT_CONNECT_TIMEOUT_MS }: ConnectOptions): number {
  checkTimeMs('connectTimeoutMs', connectTimeoutMs);
  return connectTimeoutMs;
}

/** The options of a transport whose attempt began at `startedAt`: what is left of its time is for `startTls`. */
export function withTimeLeft(options: ConnectOptions, startedAt: number): ConnectOptions {
  const leftMs = connectTimeoutOf(options) - (Date.now() - startedAt);
  return { ...options, connectTimeoutMs: Math.max(1, leftMs) };
}
