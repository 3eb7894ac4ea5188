// TCP ping: how long a TCP handshake, and on request a TLS handshake behind it, takes. It sends no payload.
import { limitOf, remainingMs, stackAtCaller } from '@fairlead/client';
import { isFairleadError, usage } from '@fairlead/errors';
import {
  type Connector,
  checkTimeMs,
  connect,
  DEFAULT_CONNECT_TIMEOUT_MS,
  parseAddress,
} from '@fairlead/transport';

const DEFAULT_TIMEOUT_MS = 30_000;
/** The most attempts of one call. */
export const MAX_PING_COUNT = 10;

/** Options of `ping`. */
export interface PingOptions {
  /** Whether TLS follows, with a verified certificate. Default false. */
  readonly tls?: boolean | undefined;
  /** Attempts, one after the other: 1 to 10. Default 1. */
  readonly count?: number | undefined;
  /** What dials. Default: the runtime's own. */
  readonly connector?: Connector | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for the two handshakes of one attempt. Default 10,000. */
  readonly connectTimeoutMs?: number | undefined;
  /** Milliseconds for all attempts together. Default 30,000; `Infinity` for no limit. */
  readonly timeoutMs?: number | undefined;
}

/** One attempt: its times, or the code of its failure. */
export interface PingAttempt {
  /** Milliseconds from dialling to the TCP connection being open. */
  readonly rttMs?: number;
  /** Milliseconds from there to the end of the TLS handshake. */
  readonly tlsMs?: number;
  /** The failure's code, for instance `connect_failed`. */
  readonly error?: string;
}

/** What `ping` measured. */
export interface PingResult {
  /** The median of the attempts that succeeded, in milliseconds. */
  readonly rttMs: number;
  /** The median of their TLS handshakes, in milliseconds; undefined without TLS. */
  readonly tlsMs: number | undefined;
  /** All attempts, in order. */
  readonly attempts: readonly PingAttempt[];
}

/**
 * Measures the handshake with a server, and closes the connection again.
 * Attempts stop when the time is up; what was measured until then counts.
 * @param address `host:port`, `[IPv6]:port`, or both parts of it.
 * @throws FairleadError `usage` (address, options); `aborted` as soon as the signal fires; the last attempt's error where
 *   none succeeded (`connect_failed`, `connect_timeout`, `tls_failed`, `policy`).
 * @example
 * ```ts
 * import { ping } from '@fairlead/tcp';
 *
 * const { rttMs } = await ping('db.example.com:5432', { count: 3 });
 * ```
 */
export async function ping(
  address: string | { readonly hostname: string; readonly port: number },
  options: PingOptions = {},
): Promise<PingResult> {
  const {
    tls = false,
    count = 1,
    connector = connect,
    connectTimeoutMs = DEFAULT_CONNECT_TIMEOUT_MS,
  } = options;
  if (!(Number.isSafeInteger(count) && count >= 1 && count <= MAX_PING_COUNT)) {
    throw usage(`count is a whole number from 1 to ${MAX_PING_COUNT}`);
  }
  checkTimeMs('connectTimeoutMs', connectTimeoutMs);
  const limit = limitOf(options, DEFAULT_TIMEOUT_MS);
  const target = typeof address === 'string' ? parseAddress(address) : address;
  const attempts: PingAttempt[] = [];
  let failure: unknown;
  for (let n = 0; n < count; n++) {
    const timeMs = Math.min(connectTimeoutMs, remainingMs(limit));
    try {
      attempts.push(await attempt(connector, target, tls, timeMs, limit.signal));
    } catch (error) {
      if (!isFairleadError(error) || error.code === 'aborted' || error.code === 'usage')
        throw stackAtCaller(error);
      attempts.push({ error: error.code });
      failure = error;
      if (Date.now() >= limit.at) break;
    }
  }
  const rttMs = median(attempts, 'rttMs');
  if (rttMs === undefined) throw stackAtCaller(failure);
  return { rttMs, tlsMs: median(attempts, 'tlsMs'), attempts };
}

async function attempt(
  connector: Connector,
  target: { readonly hostname: string; readonly port: number },
  tls: boolean,
  connectTimeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<PingAttempt> {
  const started = performance.now();
  const transport = await connector(target, { tls: tls ? 'starttls' : 'off', signal, connectTimeoutMs });
  try {
    const opened = performance.now();
    const rttMs = round(opened - started);
    if (!tls) return { rttMs };
    await transport.startTls();
    return { rttMs, tlsMs: round(performance.now() - opened) };
  } finally {
    await transport.close();
  }
}

function median(attempts: readonly PingAttempt[], key: 'rttMs' | 'tlsMs'): number | undefined {
  const values = attempts.flatMap((one) => one[key] ?? []).sort((a, b) => a - b);
  return values[Math.floor((values.length - 1) / 2)];
}

function round(ms: number): number {
  return Math.round(ms * 100) / 100;
}
