// Pools while their servers are killed and started again, and while the network in front of them fails: every answer is its
// caller's own, nothing hangs, nothing runs twice, and service is back within two seconds.
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { type Fault, strike } from '../../pools/faults.ts';
import { type Harbour, misrun, startHarbour } from '../../pools/harbour.ts';
import { Load, type Outcome, summary } from '../../pools/load.ts';
import { type Return, recoveryOf, unserved } from '../../pools/recovery.ts';
import { INSERT, USERS } from '../../pools/users.ts';

const { restartable } = inject('servers');
const CONCURRENT = 27;
const TIMEOUT_MS = 2_000;
/** Full service is back so soon after the server is. */
const BACK_WITHIN_MS = 2_000;
/** For how long it is then looked at. */
const WATCH_MS = 500;
/** A user whose request ran into a stall asks again behind that request's limit: so long the load goes on for it. */
const SERVED_WITHIN_MS = 10_000;

let harbour: Harbour;
beforeAll(async () => {
  harbour = await startHarbour(restartable, { max: 12, timeoutMs: TIMEOUT_MS });
});
afterAll(() => harbour.close());

const returns: Return[] = [];
beforeEach(() => {
  returns.length = 0;
});

/** Makes faults at both servers, one after the other, and gives them time to come back. */
async function strikeBoth(fault: Fault): Promise<void> {
  const targets = [harbour.postgres, harbour.redis];
  const came = await Promise.all(
    targets.map(async (target) => {
      await strike(fault, target);
      return { protocol: target.protocol, fault, readyAt: performance.now() };
    }),
  );
  await delay(BACK_WITHIN_MS + WATCH_MS);
  const until = performance.now();
  returns.push(...came.map((each) => ({ ...each, until })));
}

function report(outcomes: readonly Outcome[]): void {
  console.table(summary(outcomes));
  console.table(
    returns.map((each) => {
      const { firstMs, twentyMs } = recoveryOf(each, outcomes);
      return {
        of: each.protocol,
        after: each.fault,
        firstMs: Math.round(firstMs),
        twentyMs: Math.round(twentyMs),
      };
    }),
  );
}

/** What must hold whatever happens. */
async function expectOrder(
  outcomes: readonly Outcome[],
  allowed: readonly Outcome['kind'][] = [],
): Promise<void> {
  const amiss = outcomes.filter(({ kind }) => !['right', 'refused', ...allowed].includes(kind));
  expect(amiss.map(({ user, kind, body }) => [user.name, kind, JSON.stringify(body)])).toEqual([]);
  const inserts = outcomes.filter(({ user }) => user === INSERT);
  expect(await misrun(harbour, inserts)).toEqual([]);
  for (const each of returns) {
    const { fault, protocol } = each;
    const late = unserved(each, outcomes, BACK_WITHIN_MS).map(({ user, code, body, startedAt }) => [
      user.name,
      code,
      Math.round(startedAt - each.readyAt),
      JSON.stringify(body),
    ]);
    expect({ fault, protocol, late }).toEqual({ fault, protocol, late: [] });
    expect(recoveryOf(each, outcomes).firstMs).toBeLessThan(BACK_WITHIN_MS);
  }
  expect(servedAgain(outcomes)).toEqual(new Set(USERS.map(({ name }) => name)));
}

/** The kinds of users that had a right answer behind the last return. */
function servedAgain(outcomes: readonly Outcome[]): Set<string> {
  const lastReturn = Math.max(...returns.map(({ readyAt }) => readyAt));
  const served = outcomes.filter(({ kind, endedAt }) => kind === 'right' && endedAt > lastReturn);
  return new Set(served.map(({ user }) => user.name));
}

/** Runs users of all kinds while `happen` does its worst. */
async function underLoad(happen: () => Promise<void>): Promise<readonly Outcome[]> {
  const { gateway, places } = harbour;
  const load = new Load(gateway.caller, { users: USERS, concurrent: CONCURRENT, places });
  await delay(500);
  await happen();
  const until = performance.now() + SERVED_WITHIN_MS;
  while (servedAgain(load.outcomes).size < USERS.length && performance.now() < until) await delay(50);
  const outcomes = await load.stop();
  report(outcomes);
  return outcomes;
}

describe('under load', () => {
  it('servers that are killed and started again ten times', async () => {
    const outcomes = await underLoad(async () => {
      for (let i = 0; i < 10; i++) await strikeBoth('kill');
    });
    await expectOrder(outcomes);
  });

  it('a network that is cut, resets connections, breaks them at random, and stalls', async () => {
    const outcomes = await underLoad(async () => {
      for (const fault of ['cut', 'reset', 'unsteady', 'stall'] as const) await strikeBoth(fault);
    });
    await expectOrder(outcomes);
  });

  it('objects that lose all that they hold, three times', async () => {
    const outcomes = await underLoad(async () => {
      for (let i = 0; i < 3; i++) {
        await harbour.gateway.crash();
        await noteReturn('crash');
      }
    });
    await expectOrder(outcomes);
  });

  it('a Worker that is deployed anew', async () => {
    const outcomes = await underLoad(async () => {
      await harbour.gateway.redeploy();
      await noteReturn('redeploy');
    });
    // Its process ends, and its callers' connections with it.
    await expectOrder(outcomes, ['lost']);
    expect(outcomes.filter(({ kind }) => kind === 'lost').length).toBeLessThanOrEqual(2 * CONCURRENT);
  });
});

/** Both protocols' users are to be served from now on. */
async function noteReturn(fault: string): Promise<void> {
  const readyAt = performance.now();
  await delay(BACK_WITHIN_MS + WATCH_MS);
  const until = performance.now();
  for (const protocol of ['pg', 'redis'] as const) returns.push({ protocol, fault, readyAt, until });
}
