// Chaos for clients: every fault at every await, and what must hold then. It needs vitest.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FAULTS, runChaos } from './run.ts';
import type { ChaosSubject } from './subject.ts';

export { type ChaosReport, FAULTS, runChaos } from './run.ts';
export type { ChaosLimits, ChaosSubject, ChaosWorld, Fault } from './subject.ts';

/** One test for each call and each fault. */
export function chaosSuite<Client>(subject: ChaosSubject<Client>): void {
  describe(`chaos: ${subject.name}`, () => {
    beforeEach(() => {
      vi.useFakeTimers();
    });
    afterEach(() => {
      vi.useRealTimers();
    });
    const runs = ['connect', ...Object.keys(subject.calls)].flatMap((call) =>
      FAULTS.filter((fault) => call !== 'connect' || fault !== 'close').map(
        (fault) => [call, fault] as const,
      ),
    );
    it.each(runs)('%s holds when it meets: %s', async (call, fault) => {
      const { steps, violations } = await runChaos(subject, call, fault);
      expect(violations).toEqual([]);
      // The call lasts longer than one microtask, so the fault was met at all.
      expect(steps).toBeGreaterThan(1);
    });
  });
}
