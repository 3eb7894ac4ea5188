// Time limits and signals of calls, on a clock that the tests turn.
import type { FairleadError } from '@fairlead/errors';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Deadlines, watchCall } from '../src/index.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('Deadlines', () => {
  it('expire each at its time, on one timer', () => {
    const deadlines = new Deadlines();
    const expired: number[] = [];
    for (const ms of [300, 100, 200]) deadlines.add(ms, () => expired.push(ms));
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(150);
    expect(expired).toEqual([100]);
    vi.advanceTimersByTime(200);
    expect(expired).toEqual([100, 200, 300]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('forget what was removed, and everything when stopped', () => {
    const deadlines = new Deadlines();
    const expired: string[] = [];
    deadlines.remove(deadlines.add(100, () => expired.push('removed')));
    deadlines.add(100, () => expired.push('stopped'));
    deadlines.stop();
    deadlines.add(50, () => expired.push('late'));
    vi.advanceTimersByTime(1_000);
    expect(expired).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('watchCall', () => {
  const watched = (limits: { signal?: AbortSignal; timeoutMs: number }) => {
    const reasons: FairleadError[] = [];
    const unwatch = watchCall(new Deadlines(), 'query', limits, (reason) => reasons.push(reason));
    return { reasons, unwatch };
  };

  it('stops when the time is up, not before', () => {
    const { reasons } = watched({ timeoutMs: 100 });
    vi.advanceTimersByTime(99);
    expect(reasons).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(reasons).toMatchObject([{ code: 'timeout', message: 'The query took longer than 100 ms.' }]);
  });

  it('stops when the signal fires, or at once when it has', () => {
    const controller = new AbortController();
    const { reasons } = watched({ signal: controller.signal, timeoutMs: Number.POSITIVE_INFINITY });
    expect(reasons).toEqual([]);
    controller.abort('why');
    expect(reasons).toMatchObject([{ code: 'aborted', cause: 'why' }]);
    expect(watched({ signal: controller.signal, timeoutMs: 100 }).reasons).toMatchObject([
      { code: 'aborted' },
    ]);
  });

  it('stops nothing once it has ended', () => {
    const controller = new AbortController();
    const { reasons, unwatch } = watched({ signal: controller.signal, timeoutMs: 100 });
    unwatch();
    controller.abort();
    vi.advanceTimersByTime(200);
    expect(reasons).toEqual([]);
  });
});
