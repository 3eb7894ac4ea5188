// One call's limits: checked once, and never made anew.
import { describe, expect, it, vi } from 'vitest';
import { Deadlines, limitOf, remainingMs, watchCall } from '../src/index.ts';

const refused = (run: () => unknown): unknown => {
  try {
    return run();
  } catch (error) {
    return error;
  }
};

describe('limitOf', () => {
  it('fixes the end when it is made, and keeps a limit that it is given', () => {
    const before = Date.now();
    const limit = limitOf({ timeoutMs: 5_000 });
    expect(limit.at).toBeGreaterThanOrEqual(before + 5_000);
    expect(limitOf(limit, 1)).toBe(limit);
    expect(remainingMs(limit)).toBeLessThanOrEqual(5_000);
    expect(remainingMs({ ...limit, at: before - 1 })).toBe(1);
  });

  it('takes the default, and no limit', () => {
    expect(limitOf({}, 70).timeoutMs).toBe(70);
    expect(limitOf({}).at).toBe(Number.POSITIVE_INFINITY);
    expect(remainingMs(limitOf({ timeoutMs: Number.POSITIVE_INFINITY }))).toBe(Number.POSITIVE_INFINITY);
  });

  it.each([0, -1, Number.NaN, '5', null, Number.NEGATIVE_INFINITY])('refuses the time %s', (value) => {
    const options: object = { timeoutMs: value };
    expect(refused(() => limitOf(options))).toMatchObject({ code: 'usage', safeToRetry: true });
  });

  it.each([null, 5, 'soon'])('refuses the options %s', (value) => {
    const given: unknown = value;
    expect(refused(() => limitOf(given as object))).toMatchObject({ code: 'usage', safeToRetry: true });
  });

  it.each([null, {}, 'abort'])('refuses the signal %s', (value) => {
    const options: object = { signal: value };
    expect(refused(() => limitOf(options))).toMatchObject({ code: 'usage', safeToRetry: true });
  });
});

describe('watchCall with a limit', () => {
  it('ends each stage when the call ends, not later', async () => {
    vi.useFakeTimers();
    try {
      const deadlines = new Deadlines();
      const limit = limitOf({ timeoutMs: 1_000 });
      watchCall(deadlines, 'query', limit, () => undefined)();
      await vi.advanceTimersByTimeAsync(900);
      const reasons: string[] = [];
      watchCall(deadlines, 'query', limit, ({ message }) => reasons.push(message));
      await vi.advanceTimersByTimeAsync(99);
      expect(reasons).toEqual([]);
      await vi.advanceTimersByTimeAsync(2);
      expect(reasons).toEqual(['The query took longer than 1000 ms.']);
    } finally {
      vi.useRealTimers();
    }
  });

  it('does not end a call of more than 2^31 ms at once', async () => {
    vi.useFakeTimers();
    try {
      const deadlines = new Deadlines();
      let expired = 0;
      deadlines.add(2 ** 31 + 5_000, () => {
        expired += 1;
      });
      await vi.advanceTimersByTimeAsync(2 ** 31 + 4_000);
      expect(expired).toBe(0);
      await vi.advanceTimersByTimeAsync(2_000);
      expect(expired).toBe(1);
    } finally {
      vi.useRealTimers();
    }
  });
});
