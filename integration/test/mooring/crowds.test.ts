// A thousand callers at once, and eight thousand, on few connections: each has its own answer, or is told when to come again.
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Answer } from '../../pools/caller.ts';
import { quantile } from '../../pools/figures.ts';
import { APPLICATION, type Harbour, startHarbour } from '../../pools/harbour.ts';
import { type Outcome, once, summary } from '../../pools/load.ts';
import { USERS } from '../../pools/users.ts';

const { restartable } = inject('servers');
const MAX = 10;
const CROWD = 1_000;
const FLOOD = 8_000;
const FLOOD_TIMEOUT_MS = 120_000;
/** On two cores, which servers, callers and the Worker share, the last of eight thousand is looked at after many seconds. */
const SLACK_MS = 30_000;

let harbour: Harbour;
beforeAll(async () => {
  harbour = await startHarbour(restartable, { max: MAX, timeoutMs: 60_000, waitMs: 60_000 });
  // A login has several round trips, and a Worker that reads a thousand requests at once has little time for each.
  await Promise.all([crowd('pg', MAX), crowd('redis', MAX)]);
});
afterAll(() => harbour.close());

/** Calls `count` again and again while `work` runs. @returns The highest number. */
async function mostDuring<T>(
  count: () => Promise<number>,
  work: () => Promise<T>,
): Promise<{ most: number; result: T }> {
  let most = 0;
  let isDone = false;
  const counting = (async () => {
    while (!isDone) {
      // Whoever counts stands in the crowd, too, and may not be answered in time.
      most = Math.max(most, await count().catch(() => 0));
      await delay(50);
    }
  })();
  const result = await work().finally(() => {
    isDone = true;
  });
  await counting;
  return { most, result };
}

/** The pools' connections to Postgres, as it counts them. */
async function postgresConnections(): Promise<number> {
  const [row] = await harbour.rows('select count(*)::int from pg_stat_activity where application_name = $1', [
    APPLICATION,
  ]);
  return Number(row?.[0]);
}

/** Redis' own count, less the one that asks. */
async function redisConnections(): Promise<number> {
  const info = String(await harbour.reply('INFO', 'clients'));
  return Number(/connected_clients:(\d+)/.exec(info)?.[1]) - 1;
}

/** One request of each of `size` users, all at once. */
function crowd(protocol: 'pg' | 'redis', size: number): Promise<readonly Outcome[]> {
  const users = USERS.filter((user) => user.protocol === protocol);
  const all = Array.from({ length: size }, (_, i) => {
    const user = users[i % users.length];
    return user && once(harbour.gateway.caller, user, `crowd-${protocol}-${size}-${i}`, harbour.places);
  });
  return Promise.all(all.filter((each) => each !== undefined));
}

describe('a thousand at once', () => {
  it('on Postgres: all served, on no more connections than allowed', async () => {
    const { most, result } = await mostDuring(postgresConnections, () => crowd('pg', CROWD));
    console.table(summary(result));
    expect(result.filter(({ kind }) => kind !== 'right')).toEqual([]);
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(MAX);
  });

  it('on Redis, with transactions, blocking commands and subscriptions: no answer is another one’s', async () => {
    // The gateway and the users of the library speak different versions of the protocol: two pools.
    const { most, result } = await mostDuring(redisConnections, () => crowd('redis', CROWD));
    console.table(summary(result));
    const amiss = result.filter(({ kind, code }) => kind !== 'right' && code !== 'overloaded');
    expect(amiss).toEqual([]);
    expect(result.filter(({ kind }) => kind === 'right').length).toBeGreaterThan(CROWD / 2);
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(2 * MAX);
  });
});

describe('eight thousand at once', () => {
  it('have right answers, or are told to come again', async () => {
    const ask = (i: number): Promise<Answer> => {
      const json = { connection: 'pg', sql: 'select $1::text', params: [`flood ${i}`], rowMode: 'array' };
      const patienceMs = FLOOD_TIMEOUT_MS + SLACK_MS;
      return harbour.gateway.caller.ask('/pg/query', { json, timeoutMs: FLOOD_TIMEOUT_MS, patienceMs });
    };
    const { most, result } = await mostDuring(postgresConnections, () =>
      Promise.all(Array.from({ length: FLOOD }, (_, i) => ask(i))),
    );
    const times = result.map(({ ms }) => ms);
    const served = result.filter(({ status }) => status === 200);
    const about = [0.5, 0.99].map((part) => `${Math.round(quantile(times, part))} ms`).join(', ');
    const codes = result.map(({ status, body }) => `${status} ${body.code ?? ''}`);
    console.log(
      [...new Set(codes)]
        .map((code) => `${code}: ${codes.filter((each) => each === code).length}`)
        .join(', '),
    );
    console.log(`${served.length} of ${FLOOD} served; median and 99th percentile of all: ${about}`);
    const amiss = result.filter(({ status, body, retryAfter }, i) => {
      if (status === 200) return JSON.stringify(body.rows) !== JSON.stringify([[`flood ${i}`]]);
      return status !== 503 || body.code !== 'overloaded' || retryAfter === undefined;
    });
    expect(amiss.slice(0, 3)).toEqual([]);
    expect(served.length).toBeGreaterThanOrEqual(MAX);
    expect(most).toBeLessThanOrEqual(MAX);
  }, 240_000);
});
