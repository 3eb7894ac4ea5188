// TCP ping: how long a TCP handshake, and on request a TLS handshake behind it, takes. It sends no payload.
import { abortedBy, type CallLimit, limitOf, pause, remainingMs, stackAtCaller } from '@fairlead/client';
import { isFairleadError, usage } from '@fairlead/errors';
import {
  type Address,
  type ConnectOptions,
  type Connector,
  checkTimeMs,
  connect,
  DEFAULT_CONNECT_TIMEOUT_MS,
  normalizeAddress,
  parseAddress,
  type TlsSession,
} from '@fairlead/transport';
import { roundMs } from '../round-ms.ts';
import { tlsOf } from '../tls-choice.ts';
import { MAX_INTERVAL_MS, MAX_PING_COUNT } from './limits.ts';
import { pingStatistics } from './statistics.ts';
import type { PingOptions, PingResult, PingSample } from './types.ts';

const DEFAULT_TIMEOUT_MS = 30_000;

/**
 * Measures the handshake with a server, one connection a sample, each closed before the next.
 * @param address `host:port`, `[IPv6]:port`, or both parts of it.
 * @throws FairleadError `usage` (address, options); `aborted` as soon as the signal fires; the last sample's error where
 *   none succeeded (`connect_failed`, `connect_timeout`, `tls_failed`, `policy`).
 * @example
 * ```ts
 * import { ping } from '@fairlead/tcp';
 *
 * const { tcp, tls, loss } = await ping('db.example.com:5432', { count: 20, tls: true });
 * console.log(tcp?.medianMs, tls?.medianMs, loss);
 * ```
 */
export async function ping(
  address: string | Pick<Address, 'hostname' | 'port'>,
  options: PingOptions = {},
): Promise<PingResult> {
  const samples: PingSample[] = [];
  try {
    for await (const sample of pingSamples(address, options)) samples.push(sample);
  } catch (error) {
    throw stackAtCaller(error);
  }
  const statistics = pingStatistics(samples);
  if (statistics.received === 0) throw stackAtCaller(samples.at(-1)?.error);
  return { ...statistics, samples };
}

/**
 * The samples of a ping as they come. The next one is taken when it is asked for. They end after `count`, or when the time is
 * up; the first one is always taken.
 * @param address As of `ping`.
 * @throws FairleadError `usage` at once (address, options); the iteration throws `aborted`, nothing else: a sample that fails
 *   holds its error.
 * @example
 * ```ts
 * import { pingSamples } from '@fairlead/tcp';
 *
 * for await (const { n, tcpMs, error } of pingSamples('db.example.com:5432', { count: 5, intervalMs: 1_000 })) {
 *   console.log(n, error === undefined ? `${tcpMs} ms` : error.code);
 * }
 * ```
 */
export function pingSamples(
  address: string | Pick<Address, 'hostname' | 'port'>,
  options: PingOptions = {},
): AsyncGenerator<PingSample, void, undefined> {
  const limit = limitOf(options, DEFAULT_TIMEOUT_MS);
  const { count = 1, intervalMs = 0, connectTimeoutMs = DEFAULT_CONNECT_TIMEOUT_MS } = options;
  const { connector = connect } = options;
  const { tls, tlsOptions } = tlsOf(options.tls);
  if (!(Number.isSafeInteger(count) && count >= 1 && count <= MAX_PING_COUNT)) {
    throw usage(`count is a whole number from 1 to ${MAX_PING_COUNT}`);
  }
  if (!(intervalMs >= 0 && intervalMs <= MAX_INTERVAL_MS)) {
    throw usage(`intervalMs is a number of milliseconds from 0 to ${MAX_INTERVAL_MS}`);
  }
  checkTimeMs('connectTimeoutMs', connectTimeoutMs);
  const target = normalizeAddress(typeof address === 'string' ? parseAddress(address) : address);
  return sample({ target, tls, tlsOptions, count, intervalMs, connector, connectTimeoutMs, limit });
}

interface Series {
  readonly target: Address;
  readonly tls: boolean;
  readonly tlsOptions: ConnectOptions['tlsOptions'];
  readonly count: number;
  readonly intervalMs: number;
  readonly connector: Connector;
  readonly connectTimeoutMs: number;
  readonly limit: CallLimit;
}

async function* sample(series: Series): AsyncGenerator<PingSample, void, undefined> {
  for (let n = 1; ; n++) {
    const startedAt = Date.now();
    yield await attempt(series, n);
    if (n === series.count) return;
    const nextAt = Math.max(Date.now(), startedAt + series.intervalMs);
    if (nextAt >= series.limit.at) return;
    await pauseUntil(nextAt, series.limit.signal);
  }
}

async function attempt(series: Series, n: number): Promise<PingSample> {
  const { connector, target, tls, tlsOptions, limit } = series;
  const connectTimeoutMs = Math.min(series.connectTimeoutMs, remainingMs(limit));
  const times: { tcpMs?: number; tlsMs?: number; session?: TlsSession } = {};
  try {
    const started = performance.now();
    const mode = tls ? 'starttls' : 'off';
    const { signal } = limit;
    const transport = await connector(target, { tls: mode, tlsOptions, signal, connectTimeoutMs });
    try {
      const opened = performance.now();
      times.tcpMs = roundMs(opened - started);
      if (tls) {
        await transport.startTls();
        times.tlsMs = roundMs(performance.now() - opened);
        if (transport.tls !== undefined) times.session = transport.tls;
      }
    } finally {
      await transport.close();
    }
    return { n, ...times };
  } catch (error) {
    if (!isFairleadError(error) || error.code === 'aborted' || error.code === 'usage') throw error;
    return { n, ...times, error };
  }
}

/** @throws FairleadError `aborted`. */
async function pauseUntil(at: number, signal: AbortSignal | undefined): Promise<void> {
  const ms = at - Date.now();
  if (ms <= 0) return;
  const isOver = await pause(ms, signal);
  if (!isOver && signal !== undefined) throw abortedBy('ping', signal, true);
}
