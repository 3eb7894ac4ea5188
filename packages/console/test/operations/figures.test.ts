// What two readings of the gateway's counters come to.
import { describe, expect, it } from 'vitest';
import { between, bucketsOf, percentile, totals } from '../../src/pages/operations/metrics/figures.ts';
import { readSamples } from '../../src/session/open-metrics.ts';

const text = (count: number, start = 100) => `# TYPE fairlead_requests counter
# HELP fairlead_requests Requests.
fairlead_isolate_start_time_seconds{scope="isolate"} ${start}
fairlead_requests_total{scope="isolate",protocol="pg",status="200"} ${count}
fairlead_requests_total{scope="isolate",protocol="pg",status="500"} 1
fairlead_request_errors_total{scope="isolate",protocol="pg",code="a\\"b\\\\}"} 3
fairlead_request_duration_seconds_bucket{protocol="pg",le="0.01"} ${count / 2}
fairlead_request_duration_seconds_bucket{protocol="pg",le="0.1"} ${count}
fairlead_request_duration_seconds_bucket{protocol="pg",le="+Inf"} ${count}
# EOF
`;
const reading = (at: number, count: number, start?: number) => ({
  at,
  samples: readSamples(text(count, start)),
});

describe('readSamples', () => {
  it('reads labels with quotes, backslashes and braces', () => {
    const codes = readSamples(text(1)).flatMap(({ labels }) => labels.code ?? []);
    expect(codes).toEqual(['a"b\\}']);
  });

  it('is linear in a line that has no end', () => {
    const startedAt = performance.now();
    expect(readSamples(`a{${'x="'.repeat(50_000)}`)).toEqual([]);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });
});

describe('between', () => {
  it('gives rates and percentiles of the time between', () => {
    const interval = between(reading(1_000, 100), reading(1_002, 300));
    expect(interval?.requests).toEqual({ pg: 100 });
    expect(interval?.p50).toBeCloseTo(10);
    expect(interval?.p99).toBeCloseTo(98.2);
  });

  it('compares no counters of two isolates', () => {
    expect(between(reading(1_000, 100), reading(1_002, 300, 200))).toBeUndefined();
  });
});

describe('percentile', () => {
  it('is nothing without answers, and the last bound beyond it', () => {
    expect(percentile([], 0.5)).toBeUndefined();
    expect(
      percentile(
        [
          [0.1, 0],
          [Number.POSITIVE_INFINITY, 5],
        ],
        0.5,
      ),
    ).toBe(100);
  });
});

describe('totals', () => {
  it('sums over the other labels', () => {
    expect(totals(readSamples(text(9)), 'fairlead_requests_total', 'protocol')).toEqual({ pg: 10 });
    expect(bucketsOf(readSamples(text(8))).map(([, count]) => count)).toEqual([4, 8, 8]);
  });
});
