// Chaos for clients: every fault at every await, and what must hold then. It needs vitest.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FAULTS, runChaos } from './run.ts';
import type { ChaosSubject } from './subject.ts';

export { type ChaosOptions, type ChaosReport, FAULTS, runChaos } from './run.ts';
export {
  type ChaosLimits,
  type ChaosSubject,
  type ChaosWorld,
  type Fault,
  markerOf,
  markersIn,
} from './subject.ts';

/** A run takes a second or two; on a machine that does much besides, more. */
const TEST_TIMEOUT_MS = 60_000;
const FULL_TEST_TIMEOUT_MS = 600_000;

/** One test for each call and each fault. With `CHAOS_FULL` in the environment no step is left out. */
export function chaosSuite<Client>(subject: ChaosSubject<Client>): void {
  const full = process.env.CHAOS_FULL !== undefined;
  describe(`chaos: ${subject.name}`, () => {
    beforeEach(() => {
      vi.useFakeTimers();
    });
    afterEach(() => {
      vi.useRealTimers();
    });
    const runs = ['connect', ...Object.keys(subject.calls)].flatMap((call) =>
      FAULTS.filter((fault) => call !== 'connect' || fault !== 'close')
        .filter((fault) => fault !== 'refuse' || subject.refuses)
        .map((fault) => [call, fault] as const),
    );
    const timeout = full ? FULL_TEST_TIMEOUT_MS : TEST_TIMEOUT_MS;
    it.each(runs)('%s holds when it meets: %s', { timeout }, async (call, fault) => {
      const { steps, violations } = await runChaos(subject, call, fault, { full });
      expect(violations).toEqual([]);
      // The call lasts longer than one microtask, so the fault was met at all.
      expect(steps).toBeGreaterThan(1);
    });
  });
}
