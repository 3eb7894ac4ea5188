// What a series of ping samples amounts to. Pure functions; each figure is defined once, at its type.
import { roundMs } from '../round-ms.ts';
import type { PingSample, PingStatistics, TimeStatistics } from './types.ts';

const P95 = 0.95;

/**
 * The statistics of `samples`. Jitter is the mean absolute difference of successive times, of which lost samples are left out;
 * it is not RFC 3550's running estimate, which a hundred samples do not settle.
 * @example
 * ```ts
 * import { pingSamples, pingStatistics, type PingSample } from '@fairlead/tcp';
 *
 * const samples: PingSample[] = [];
 * for await (const sample of pingSamples('db.example.com:5432', { count: 20 })) samples.push(sample);
 * console.log(pingStatistics(samples).tcp?.p95Ms);
 * ```
 */
export function pingStatistics(samples: readonly PingSample[]): PingStatistics {
  const sent = samples.length;
  const received = samples.filter(({ error }) => error === undefined).length;
  const tcp = timeStatistics(samples.flatMap(({ tcpMs }) => tcpMs ?? []));
  const tls = timeStatistics(samples.flatMap(({ tlsMs }) => tlsMs ?? []));
  return {
    sent,
    received,
    loss: sent === 0 ? 0 : Math.round(((sent - received) / sent) * 10_000) / 10_000,
    ...(tcp === undefined ? {} : { tcp }),
    ...(tls === undefined ? {} : { tls }),
  };
}

/** How `times`, in the order in which they were measured, are spread; undefined for none. */
export function timeStatistics(times: readonly number[]): TimeStatistics | undefined {
  if (times.length === 0) return undefined;
  const sorted = times.toSorted((a, b) => a - b);
  const at = (index: number): number => sorted[index] ?? 0;
  const middle = Math.floor(sorted.length / 2);
  const median = sorted.length % 2 === 1 ? at(middle) : (at(middle - 1) + at(middle)) / 2;
  const jitterMs = jitter(times);
  return {
    minMs: roundMs(at(0)),
    medianMs: roundMs(median),
    p95Ms: roundMs(at(Math.ceil(P95 * sorted.length) - 1)),
    maxMs: roundMs(at(sorted.length - 1)),
    ...(jitterMs === undefined ? {} : { jitterMs: roundMs(jitterMs) }),
  };
}

function jitter(times: readonly number[]): number | undefined {
  if (times.length < 2) return undefined;
  let sum = 0;
  for (let i = 1; i < times.length; i++) sum += Math.abs((times[i] ?? 0) - (times[i - 1] ?? 0));
  return sum / (times.length - 1);
}
