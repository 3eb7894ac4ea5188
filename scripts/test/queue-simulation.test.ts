// The simulation of a pool's queue: it is the same in every run, agrees with arithmetic, and docs/scale.md says what it says.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { withTables } from '../src/queue-simulation/document.ts';
import { plot } from '../src/queue-simulation/plot.ts';
import { arrivals, lognormal, lognormalMean, seeded } from '../src/queue-simulation/random.ts';
import { type PoolModel, simulate, summarize } from '../src/queue-simulation/simulate.ts';

const docs = join(import.meta.dirname, '../../docs');
const POOL: PoolModel = { max: 1, waitMs: 1_000, maxWaiting: 10 };

/** Callers at given times, who all hold a connection for 100 ms. */
function outcomes(times: readonly number[], pool: Partial<PoolModel> = {}) {
  return simulate({ ...POOL, ...pool }, times, () => 100, seeded(1));
}

describe('the queue', () => {
  it('serves who comes first, each as long as it takes', () => {
    expect(outcomes([0, 10, 20, 500])).toEqual([
      { waitMs: 0, totalMs: 100 },
      { waitMs: 90, totalMs: 190 },
      { waitMs: 180, totalMs: 280 },
      { waitMs: 0, totalMs: 100 },
    ]);
    expect(outcomes([0, 10, 20], { max: 2 }).map(({ waitMs }) => waitMs)).toEqual([0, 0, 80]);
  });

  it('refuses who would wait too long, after the wait, and who finds the queue full, at once', () => {
    const late = outcomes([0, 0, 0], { waitMs: 150 });
    expect(late[2]).toEqual({ waitMs: 150, totalMs: undefined });
    const full = outcomes([0, 0, 0, 0], { maxWaiting: 2 });
    expect(full.map(({ totalMs }) => totalMs)).toEqual([100, 200, 300, undefined]);
  });

  it('waits for a server that is away', () => {
    const outage = { fromMs: 50, toMs: 400 };
    expect(outcomes([60, 500], { outage }).map(({ waitMs }) => waitMs)).toEqual([340, 0]);
  });

  it('of one connection waits as long as queueing theory says (Pollaczek and Khinchine)', () => {
    const random = seeded(7);
    const load = 0.5;
    const times = arrivals(random, 'steady', (load * 1_000) / lognormalMean(10), 4_000);
    const pool = { max: 1, waitMs: 1e9, maxWaiting: 1e9 };
    const run = simulate(pool, times, () => lognormal(random, 10), random);
    const mean = run.reduce((sum, { waitMs }) => sum + waitMs, 0) / run.length;
    // The square of a lognormal time has the mean of the time, squared, times e to the square of its spread, which is 1.
    const expected = (load / (1 - load)) * (lognormalMean(10) / 2) * Math.E;
    expect(mean / expected).toBeCloseTo(1, 1);
  });

  it('counts those who have left as not in time', () => {
    const { inTime, refused } = summarize(outcomes([0, 0, 0, 0]), 250);
    expect({ inTime, refused }).toEqual({ inTime: 0.5, refused: 0 });
  });
});

it('traffic has the rate that was asked for, in bursts too', () => {
  for (const traffic of ['steady', 'bursts'] as const) {
    const { length } = arrivals(seeded(1), traffic, 100, 2_000);
    expect(length / 200_000).toBeCloseTo(1, 1);
  }
});

it('docs/scale.md has its tables, and its plot', { timeout: 120_000 }, () => {
  const page = readFileSync(join(docs, 'scale.md'), 'utf8');
  expect(withTables(page)).toBe(page);
  expect(readFileSync(join(docs, 'scale.svg'), 'utf8')).toBe(plot());
});
