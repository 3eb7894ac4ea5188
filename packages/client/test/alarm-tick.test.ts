// Timers set by moments, ticks, and the listeners of signals.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Alarm, firstOf, inNextTurn, Tick, whenAborted } from '../src/index.ts';

describe('an alarm', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('rings once, by the nearest moment that it was told', () => {
    const rings: number[] = [];
    const begin = Date.now();
    const alarm = new Alarm(() => rings.push(Date.now() - begin));
    alarm.ringBy(begin + 300);
    alarm.ringBy(begin + 100);
    alarm.ringBy(begin + 200);
    expect(alarm.isSet).toBe(true);
    vi.advanceTimersByTime(1_000);
    expect(rings).toEqual([100]);
    expect(alarm.isSet).toBe(false);
  });

  it('may be set anew while it rings', () => {
    let rings = 0;
    const alarm = new Alarm(() => {
      rings++;
      if (rings < 3) alarm.ringBy(Date.now() + 10);
    });
    alarm.ringBy(Date.now() + 10);
    vi.advanceTimersByTime(1_000);
    expect(rings).toBe(3);
  });

  it('does not ring once it is cleared, nor at once for a moment that has passed, nor ever for Infinity', () => {
    let rings = 0;
    const alarm = new Alarm(() => void rings++);
    alarm.ringBy(Date.now() + 10);
    alarm.clear();
    alarm.ringBy(Number.POSITIVE_INFINITY);
    expect(alarm.isSet).toBe(false);
    vi.advanceTimersByTime(1_000);
    expect(rings).toBe(0);
    alarm.ringBy(Date.now() - 5);
    expect(rings).toBe(0);
    vi.advanceTimersByTime(1);
    expect(rings).toBe(1);
  });

  it('rings early where a timer cannot wait so long', () => {
    let rings = 0;
    const alarm = new Alarm(() => void rings++);
    alarm.ringBy(Date.now() + 3e12);
    vi.advanceTimersByTime(1_000);
    expect(rings).toBe(0);
    vi.advanceTimersByTime(2_147_483_647);
    expect(rings).toBe(1);
  });
});

describe('a tick', () => {
  it('runs once for all that ask in it, and again when it is asked again', async () => {
    let runs = 0;
    const tick = new Tick(() => void runs++);
    tick.schedule();
    tick.schedule();
    expect([runs, tick.scheduled]).toEqual([0, true]);
    await Promise.resolve();
    expect([runs, tick.scheduled]).toEqual([1, false]);
    tick.schedule();
    await Promise.resolve();
    expect(runs).toBe(2);
  });

  it('may be asked for while it runs', async () => {
    let runs = 0;
    const tick = new Tick(() => {
      if (++runs < 3) tick.schedule();
    });
    tick.schedule();
    await Promise.resolve().then(() => undefined);
    expect(runs).toBeGreaterThan(1);
  });

  it('comes before the next turn', async () => {
    const order: string[] = [];
    await new Promise<void>((resolve) => {
      inNextTurn(() => {
        order.push('turn');
        resolve();
      });
      new Tick(() => order.push('tick')).schedule();
    });
    expect(order).toEqual(['tick', 'turn']);
  });
});

describe('a signal', () => {
  it('calls once, and not once it is no longer listened to', () => {
    const reasons: unknown[] = [];
    const kept = new AbortController();
    whenAborted(kept.signal, ({ reason }) => reasons.push(reason));
    const left = new AbortController();
    whenAborted(left.signal, () => reasons.push('left'))();
    kept.abort('first');
    kept.abort('second');
    left.abort();
    expect(reasons).toEqual(['first']);
  });

  it('that has fired calls at once, and one that is not there never', () => {
    let calls = 0;
    whenAborted(AbortSignal.abort(), () => void calls++)();
    whenAborted(undefined, () => void calls++)();
    expect(calls).toBe(1);
  });
});

describe('the first of two', () => {
  it('settles as it does, and the other may fail unseen', async () => {
    expect(await firstOf(Promise.resolve(1), Promise.reject(new Error('late')))).toBe(1);
    await expect(
      firstOf(new Promise<never>(() => undefined), Promise.reject(new Error('end'))),
    ).rejects.toThrow('end');
  });
});
