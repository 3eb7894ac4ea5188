// Watches for promises that are rejected with nobody listening. It handles none of them.
import { afterAll, beforeAll, expect } from 'vitest';
import { listenForUnhandled } from './listen.ts';

/** How long a runtime may take to notice the last ones. */
const SETTLE_MS = 50;

/** Fails a test file when a promise of any of its tests was rejected unheard. Call it once, at the file's top. */
export function expectNoUnhandledRejection(): void {
  const reasons: unknown[] = [];
  let stop = (): void => undefined;
  beforeAll(() => {
    stop = listenForUnhandled((reason) => void reasons.push(reason));
  });
  afterAll(async () => {
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    stop();
    expect(reasons).toEqual([]);
  });
}
