// The samples of a ping, round by round, and their figures.
import { describe, expect, it } from 'vitest';
import { MAX_ROUNDS, type Round, seriesOf, withSample } from '../../src/pages/network/ping/rounds.ts';
import { figuresOf, statisticsOf } from '../../src/pages/network/ping/statistics.ts';

const sampled = (...samples: readonly (readonly [number, number, number | undefined, number])[]) =>
  samples.reduce<readonly Round[]>(
    (rounds, [number, place, tcpMs, at]) =>
      withSample(
        rounds,
        number,
        place,
        tcpMs === undefined ? { n: 1, error: 'connect_failed' } : { n: 1, tcpMs },
        at,
      ),
    [],
  );

describe('rounds', () => {
  it('put the samples of several targets side by side', () => {
    const rounds = sampled([1, 0, 10, 100], [1, 1, 20, 100.5], [2, 1, 21, 101], [2, 0, undefined, 101.5]);
    expect(seriesOf(rounds, 2, 'tcpMs')).toEqual({
      x: [100, 101],
      values: [
        [10, null],
        [20, 21],
      ],
    });
  });

  it('take a late sample into its own round, and stay in the order of time', () => {
    const rounds = sampled([1, 0, 1, 100], [2, 0, 2, 101], [1, 1, 30, 102], [4, 0, 4, 99], [3, 0, 3, 103]);
    const { x, values } = seriesOf(rounds, 2, 'tcpMs');
    expect(values).toEqual([
      [1, 2, 3, 4],
      [30, null, null, null],
    ]);
    expect(x.slice(0, 3)).toEqual([100, 101, 103]);
  });

  it('forget the oldest', () => {
    let rounds: readonly Round[] = [];
    for (let i = 1; i <= MAX_ROUNDS + 5; i += 1) rounds = withSample(rounds, i, 0, { n: i, tcpMs: i }, i);
    expect([rounds.length, rounds[0]?.number]).toEqual([MAX_ROUNDS, 6]);
  });
});

describe('figures', () => {
  it('are by nearest rank', () => {
    const times = Array.from({ length: 100 }, (_, i) => 100 - i);
    expect(figuresOf(times)).toEqual({ min: 1, p50: 50, p90: 90, p99: 99, max: 100 });
    expect(figuresOf([7])).toEqual({ min: 7, p50: 7, p90: 7, p99: 7, max: 7 });
    expect(figuresOf([])).toBeUndefined();
  });

  it('count what is lost', () => {
    const rounds = sampled([1, 0, 10, 1], [2, 0, undefined, 2], [3, 0, 30, 3], [4, 0, undefined, 4]);
    expect(statisticsOf(rounds, 0, 'tcpMs')).toMatchObject({
      sent: 4,
      received: 2,
      loss: 0.5,
      error: 'connect_failed',
    });
    expect(statisticsOf(rounds, 1, 'tcpMs')).toMatchObject({ sent: 0, loss: 0, figures: undefined });
  });
});
