// A wait for nothing but the time.
import { expect, it } from 'vitest';
import { pause } from '../src/index.ts';

it('lasts as long as it was asked for', async () => {
  const begun = performance.now();
  expect(await pause(30, undefined)).toBe(true);
  expect(performance.now() - begun).toBeGreaterThan(25);
});

it('ends when the signal fires, at once where it had fired', async () => {
  const controller = new AbortController();
  const paused = pause(60_000, controller.signal);
  controller.abort(new Error('enough'));
  expect(await paused).toBe(false);
  expect(await pause(60_000, controller.signal)).toBe(false);
});
