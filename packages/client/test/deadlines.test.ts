// Deadlines that end while others ring at the same moment.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Deadline, Deadlines } from '../src/index.ts';

describe('deadlines of one moment', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

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
