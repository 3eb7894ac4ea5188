// The figures of a ping, against their definitions, worked out by hand.
import { FairleadError } from '@fairlead/errors';
import { seededRandom } from '@fairlead/testkit';
import { describe, expect, it } from 'vitest';
import { pingStatistics } from '../src/index.ts';
import { timeStatistics } from '../src/ping/statistics.ts';

const lost = new FairleadError('connect_failed', 'no');

describe('timeStatistics', () => {
  it.each<[string, number[], object | undefined]>([
    ['no time', [], undefined],
    ['one time: no jitter', [7], { minMs: 7, medianMs: 7, p95Ms: 7, maxMs: 7 }],
    ['two times', [10, 20], { minMs: 10, medianMs: 15, p95Ms: 20, maxMs: 20, jitterMs: 10 }],
    ['an odd number', [5, 1, 9], { minMs: 1, medianMs: 5, p95Ms: 9, maxMs: 9, jitterMs: 6 }],
    ['an even number', [4, 1, 3, 2], { minMs: 1, medianMs: 2.5, p95Ms: 4, maxMs: 4, jitterMs: 2 }],
    [
      'the order counts for jitter',
      [1, 2, 3, 4],
      { minMs: 1, medianMs: 2.5, p95Ms: 4, maxMs: 4, jitterMs: 1 },
    ],
    ['equal times', [3, 3, 3], { minMs: 3, medianMs: 3, p95Ms: 3, maxMs: 3, jitterMs: 0 }],
    ['hundredths', [1, 1, 1.01], { minMs: 1, medianMs: 1, p95Ms: 1.01, maxMs: 1.01, jitterMs: 0.01 }],
  ])('%s', (_name, times, expected) => {
    expect(timeStatistics(times)).toEqual(expected);
  });

  it('p95 is the nearest rank: of 20 the nineteenth, of 21 the twentieth, of 100 the ninety-fifth', () => {
    const upTo = (n: number) => Array.from({ length: n }, (_, i) => n - i);
    expect([20, 21, 100].map((n) => timeStatistics(upTo(n))?.p95Ms)).toEqual([19, 20, 95]);
  });

  it('holds its order for any times: min, median, p95, max; jitter at most their span', () => {
    const random = seededRandom(3);
    for (let round = 0; round < 300; round++) {
      const times = Array.from(
        { length: 1 + Math.floor(random() * 100) },
        () => Math.floor(random() * 1e4) / 100,
      );
      const {
        minMs,
        medianMs,
        p95Ms,
        maxMs,
        jitterMs = 0,
      } = timeStatistics(times) ?? {
        minMs: Number.NaN,
        medianMs: 0,
        p95Ms: 0,
        maxMs: 0,
      };
      expect([minMs <= medianMs, medianMs <= p95Ms, p95Ms <= maxMs]).toEqual([true, true, true]);
      expect([minMs, maxMs]).toEqual([Math.min(...times), Math.max(...times)]);
      expect(jitterMs).toBeLessThanOrEqual(maxMs - minMs + 0.01);
      const notAbove = times.filter((time) => time <= p95Ms).length;
      expect(notAbove).toBeGreaterThanOrEqual(Math.ceil(0.95 * times.length));
    }
  });
});

describe('pingStatistics', () => {
  it('of no samples', () => {
    expect(pingStatistics([])).toEqual({ sent: 0, received: 0, loss: 0 });
  });

  it('leaves lost samples out of the times, and counts a TLS failure as lost with its TCP time', () => {
    const samples = [
      { n: 1, tcpMs: 1, tlsMs: 5 },
      { n: 2, error: lost },
      { n: 3, tcpMs: 3, error: lost },
    ];
    expect(pingStatistics(samples)).toEqual({
      sent: 3,
      received: 1,
      loss: 0.6667,
      tcp: { minMs: 1, medianMs: 2, p95Ms: 3, maxMs: 3, jitterMs: 2 },
      tls: { minMs: 5, medianMs: 5, p95Ms: 5, maxMs: 5 },
    });
  });
});
