// A connection that was idle for a while is listened to; a busy one is not.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { IdleTimer } from '../src/index.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it('fires once, between 100 and 200 ms behind the last word', async () => {
  let fired = 0;
  const timer = new IdleTimer(() => {
    fired += 1;
  });
  for (let round = 0; round < 20; round += 1) {
    timer.noteIdle();
    await vi.advanceTimersByTimeAsync(30);
  }
  expect(fired).toBe(0);
  await vi.advanceTimersByTimeAsync(70);
  expect(fired).toBe(0);
  await vi.advanceTimersByTimeAsync(130);
  expect(fired).toBe(1);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(fired).toBe(1);
  timer.noteIdle();
  await vi.advanceTimersByTimeAsync(100);
  expect(fired).toBe(2);
});

it('does nothing once it is stopped', async () => {
  let fired = 0;
  const timer = new IdleTimer(() => {
    fired += 1;
  });
  timer.noteIdle();
  timer.stop();
  timer.noteIdle();
  await vi.advanceTimersByTimeAsync(1_000);
  expect([fired, vi.getTimerCount()]).toEqual([0, 0]);
});
