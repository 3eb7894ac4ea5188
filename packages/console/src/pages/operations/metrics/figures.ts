// What two readings of the counters say of the time between them: rates and percentiles. Pure.
import type { Sample } from '../../../session/open-metrics.ts';

/** One reading of all samples. */
export interface Reading {
  /** Seconds since the epoch. */
  readonly at: number;
  readonly samples: readonly Sample[];
}

/** What happened between two readings. */
export interface Interval {
  /** The end, in seconds since the epoch. */
  readonly at: number;
  /** A second, by protocol. */
  readonly requests: Readonly<Record<string, number>>;
  /** A second, by the code of the problem. */
  readonly errors: Readonly<Record<string, number>>;
  /** Milliseconds that so many of all answers took at most; undefined where there were none. */
  readonly p50: number | undefined;
  readonly p95: number | undefined;
  readonly p99: number | undefined;
  /** Bytes a second of streams that ended. */
  readonly bytes: number;
}

const BUCKET = 'fairlead_request_duration_seconds_bucket';
const START = 'fairlead_isolate_start_time_seconds';

/** What happened between; undefined where the counters are of another isolate, and cannot be compared. */
export function between(before: Reading, after: Reading): Interval | undefined {
  const seconds = after.at - before.at;
  if (seconds <= 0 || startOf(before) !== startOf(after)) return undefined;
  const known = new Map(before.samples.map((sample) => [keyOf(sample), sample.value]));
  const grown = after.samples.map((sample) => ({
    ...sample,
    value: Math.max(0, sample.value - (known.get(keyOf(sample)) ?? 0)),
  }));
  const buckets = bucketsOf(grown);
  return {
    at: after.at,
    requests: rates(grown, 'fairlead_requests_total', 'protocol', seconds),
    errors: rates(grown, 'fairlead_request_errors_total', 'code', seconds),
    p50: percentile(buckets, 0.5),
    p95: percentile(buckets, 0.95),
    p99: percentile(buckets, 0.99),
    bytes: sum(grown.filter(({ name }) => name === 'fairlead_stream_bytes_total')) / seconds,
  };
}

/** Counts of all time, by the label. */
export function totals(
  samples: readonly Sample[],
  name: string,
  label: string,
): Readonly<Record<string, number>> {
  return rates(samples, name, label, 1);
}

/** Counts of answers that took at most so many seconds, over all protocols, the bounds ascending. */
export function bucketsOf(samples: readonly Sample[]): readonly (readonly [bound: number, count: number])[] {
  const byBound = new Map<number, number>();
  for (const { name, labels, value } of samples) {
    if (name !== BUCKET) continue;
    const bound = labels.le === '+Inf' ? Number.POSITIVE_INFINITY : Number(labels.le);
    byBound.set(bound, (byBound.get(bound) ?? 0) + value);
  }
  return [...byBound].sort(([one], [other]) => one - other);
}

/** Milliseconds, between a bucket's bounds in proportion; undefined where nothing was counted. */
export function percentile(
  buckets: readonly (readonly [bound: number, count: number])[],
  share: number,
): number | undefined {
  const all = buckets.at(-1)?.[1] ?? 0;
  if (all === 0) return undefined;
  const wanted = all * share;
  let low = 0;
  let below = 0;
  for (const [bound, count] of buckets) {
    if (count >= wanted) {
      // Beyond the last bound nothing is known but that.
      if (!Number.isFinite(bound)) return low * 1_000;
      return (low + ((bound - low) * (wanted - below)) / Math.max(1, count - below)) * 1_000;
    }
    low = bound;
    below = count;
  }
  return low * 1_000;
}

function rates(
  samples: readonly Sample[],
  name: string,
  label: string,
  seconds: number,
): Record<string, number> {
  const byLabel: Record<string, number> = {};
  for (const sample of samples) {
    if (sample.name !== name) continue;
    const key = sample.labels[label] ?? '';
    byLabel[key] = (byLabel[key] ?? 0) + sample.value / seconds;
  }
  return byLabel;
}

const sum = (samples: readonly Sample[]): number => samples.reduce((all, { value }) => all + value, 0);
const keyOf = ({ name, labels }: Sample): string => `${name} ${JSON.stringify(labels)}`;
const startOf = ({ samples }: Reading): number | undefined =>
  samples.find(({ name }) => name === START)?.value;
