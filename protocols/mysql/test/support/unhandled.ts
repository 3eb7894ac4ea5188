// Watches for promises that are rejected with nobody listening. It handles none of them.
import { afterAll, beforeAll, expect } from 'vitest';

/** Fails a test file when a promise of any of its tests was rejected unheard. Call it once, at the file's top. */
export function expectNoUnhandledRejection(): void {
  const reasons: unknown[] = [];
  const listener = (event: PromiseRejectionEvent): void => void reasons.push(event.reason);
  beforeAll(() => globalThis.addEventListener('unhandledrejection', listener));
  afterAll(async () => {
    await new Promise((resolve) => setTimeout(resolve, 50));
    globalThis.removeEventListener('unhandledrejection', listener);
    expect(reasons).toEqual([]);
  });
}
