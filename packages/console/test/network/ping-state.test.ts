// How often a ping asks.
import { FairleadProblem } from '@fairlead/sdk';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { PingState } from '../../src/pages/network/ping/ping-state.ts';
import type { Caller } from '../../src/session/calls/caller.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('waits a second after a request in which nothing was reached, however long that took', async () => {
  let requests = 0;
  const caller = {
    async *run() {
      requests += 1;
      await new Promise((resolve) => setTimeout(resolve, 12_000));
      throw new FairleadProblem({ code: 'connect_timeout', detail: 'no answer' });
    },
  } as unknown as Caller;
  const ping = new PingState(caller);
  const over = ping.start({ targets: [{ connection: 'main' }], tls: false, intervalMs: 10_000 });
  await vi.advanceTimersByTimeAsync(12_500);
  expect(requests).toBe(1);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(requests).toBe(2);
  ping.work.stop();
  await vi.advanceTimersByTimeAsync(20_000);
  await over;
});
