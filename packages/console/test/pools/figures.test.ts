// What the reports of pools come to.
import { describe, expect, it } from 'vitest';
import { figuresOf, remember, seriesOf } from '../../src/pages/pools/figures.ts';

const shard = (more: object) =>
  ({
    shard: 0,
    running: true,
    open: 2,
    idle: 1,
    inUse: 1,
    opening: 0,
    waiting: 0,
    longestWaitMs: 0,
    oldestMs: 10,
    startedAt: '2026-01-01T00:00:00Z',
    opened: 2,
    borrowed: 5,
    overloaded: 0,
    timeouts: 0,
    failures: { auth: 1 },
    errors: { auth: 2, timeout: 1 },
    ...more,
  }) as const;

const report = (shards: readonly object[] | undefined) =>
  ({
    name: 'main',
    protocol: 'pg',
    host: 'h',
    port: 1,
    pooled: true,
    ...(shards && { shards }),
  }) as unknown as Parameters<typeof figuresOf>[0];

describe('figuresOf', () => {
  it('sums over the objects that run, and names those that do not answer', () => {
    const shards = [
      shard({}),
      shard({ roundTripMs: 4 }),
      shard({ roundTripMs: 9, waiting: 3 }),
      { shard: 3, error: 'gone' },
    ];
    expect(figuresOf(report([...shards, { shard: 4, running: false }]))).toMatchObject({
      open: 6,
      waiting: 3,
      roundTripMs: 9,
      failures: { auth: 9, timeout: 3 },
      mute: ['gone'],
    });
  });

  it('is nothing for a connection without a pool', () => {
    expect(figuresOf(report(undefined))).toBeUndefined();
  });
});

describe('the history', () => {
  it('keeps the newest, with gaps where a pool was not there', () => {
    let history: ReturnType<typeof remember> = [];
    for (let at = 0; at < 400; at++) {
      const pool = figuresOf(report([shard({ open: at })]));
      history = remember(history, { at, pools: pool && at % 2 === 0 ? [pool] : [] });
    }
    expect(history.length).toBe(300);
    expect(seriesOf(history, 'main', ({ open }) => open).slice(-2)).toEqual([398, null]);
  });
});
