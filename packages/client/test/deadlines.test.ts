// Deadlines: who is due expires, who was removed does not, also where others ring at the same moment.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Deadline, Deadlines } from '../src/index.ts';

/** A call that is its own deadline. */
class Call implements Deadline {
  place = 0;
  expired = 0;
  readonly at: number;

  constructor(afterMs: number) {
    this.at = Date.now() + afterMs;
  }

  expire(): void {
    this.expired += 1;
  }
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('deadlines', () => {
  it('ring for those that are due, once, and for the others later', () => {
    const deadlines = new Deadlines();
    const [late, soon, never] = [new Call(300), new Call(100), new Call(Number.POSITIVE_INFINITY)];
    for (const call of [late, soon, never]) deadlines.begin(call);
    vi.advanceTimersByTime(150);
    expect([late.expired, soon.expired]).toEqual([0, 1]);
    deadlines.remove(soon);
    vi.advanceTimersByTime(1_000);
    expect([late.expired, soon.expired, never.expired]).toEqual([1, 1, 0]);
  });

  it('do not ring for calls that have ended, in whatever order', () => {
    const deadlines = new Deadlines();
    const all = Array.from({ length: 9 }, (_, i) => new Call(100 + i));
    for (const call of all) deadlines.begin(call);
    for (const i of [4, 0, 8, 2, 7]) deadlines.remove(all[i]);
    vi.advanceTimersByTime(1_000);
    expect(all.flatMap(({ expired }, i) => (expired > 0 ? [i] : []))).toEqual([1, 3, 5, 6]);
  });

  it('forget nobody else where one is removed twice, or was never running', () => {
    const deadlines = new Deadlines();
    const [first, second, never] = [new Call(100), new Call(100), new Call(Number.POSITIVE_INFINITY)];
    for (const call of [first, second, never]) deadlines.begin(call);
    for (const call of [first, first, never, undefined]) deadlines.remove(call);
    vi.advanceTimersByTime(1_000);
    expect([first.expired, second.expired]).toEqual([0, 1]);
  });

  it('do not ring once all were stopped, and may be removed then', () => {
    const deadlines = new Deadlines();
    const call = new Call(100);
    deadlines.begin(call);
    deadlines.stop();
    deadlines.remove(call);
    vi.advanceTimersByTime(1_000);
    expect(call.expired).toBe(0);
  });
});

describe('deadlines of one moment', () => {
  it('leave out one that another of them has removed', () => {
    const deadlines = new Deadlines();
    const expired: string[] = [];
    let second: Deadline | undefined;
    deadlines.add(5, () => {
      expired.push('first');
      deadlines.remove(second);
    });
    second = deadlines.add(5, () => expired.push('second'));
    vi.advanceTimersByTime(10);
    expect(expired).toEqual(['first']);
  });

  it('end with the one that stops them all', () => {
    const deadlines = new Deadlines();
    const expired: string[] = [];
    deadlines.add(5, () => {
      expired.push('first');
      deadlines.stop();
    });
    deadlines.add(5, () => expired.push('second'));
    vi.advanceTimersByTime(10);
    expect(expired).toEqual(['first']);
  });
});
