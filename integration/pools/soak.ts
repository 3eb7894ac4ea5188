// A long run of mixed load with faults: what it watches, and what it says at the end.
import { setTimeout as delay } from 'node:timers/promises';
import type { RestartableServers } from '../servers/restartable.ts';
import { type Fault, strike } from './faults.ts';
import { median } from './figures.ts';
import { APPLICATION, type Harbour, misrun, startHarbour } from './harbour.ts';
import { Load, type Outcome, summary } from './load.ts';
import { type Return, recoveryOf } from './recovery.ts';
import { INSERT, USERS } from './users.ts';

/** How long and how hard. */
export interface SoakOptions {
  readonly minutes: number;
  readonly concurrent: number;
}

const MAX = 12;
const TIMEOUT_MS = 3_000;
const IDLE_SECONDS = 5;
/** Between faults, at random. */
const QUIET_MS = { least: 3_000, most: 9_000 };
const SAMPLE_MS = 1_000;
/** Memory is judged where there was time for it to settle: compiled code and what is collected late grow for minutes. */
const SETTLED_MINUTES = 10;
/** How much larger the median of the last quarter may be than that of the second: the first warms up. */
const MAX_GROWTH = 1.15;
const MAX_GROWTH_BYTES = 48_000_000;
const BACK_WITHIN_MS = 2_000;
const FAULTS: readonly (Fault | 'crash')[] = ['kill', 'cut', 'reset', 'unsteady', 'stall', 'crash'];

/** Runs it, prints what came of it. @returns Whether all held. */
export async function soakMooring(
  servers: RestartableServers,
  { minutes, concurrent }: SoakOptions,
): Promise<boolean> {
  await using harbour = await startHarbour(servers, {
    max: MAX,
    timeoutMs: TIMEOUT_MS,
    idleSeconds: IDLE_SECONDS,
  });
  const until = performance.now() + minutes * 60_000;
  const memory: number[] = [];
  const sampler = setInterval(() => memory.push(harbour.gateway.memory()), SAMPLE_MS);
  const load = new Load(harbour.gateway.caller, { users: USERS, concurrent, places: harbour.places });
  const returns: Return[] = [];
  let faults = 0;
  while (performance.now() < until) {
    returns.push(...(await strikeOnce(harbour, FAULTS[faults % FAULTS.length] as Fault)));
    faults += 1;
    if (faults % 10 === 0) progress(load.outcomes, memory);
  }
  clearInterval(sampler);
  const outcomes = await load.stop();
  const findings = [
    ...(await outcomesAmiss(harbour, outcomes)),
    ...slowReturns(returns, outcomes),
    ...growth(memory).filter(() => minutes >= SETTLED_MINUTES),
    ...(await leftovers(harbour)),
  ];
  console.table(summary(outcomes));
  console.log(
    `${outcomes.length} requests, ${faults} faults; ${findings.length === 0 ? 'all held' : 'amiss:'}`,
  );
  for (const finding of findings.slice(0, 50)) console.log(`- ${finding}`);
  return findings.length === 0;
}

/** One fault at one server or both, and some quiet after it. */
async function strikeOnce(harbour: Harbour, fault: Fault | 'crash'): Promise<readonly Return[]> {
  const { postgres, redis, gateway } = harbour;
  const struck = [[postgres], [redis], [postgres, redis]][Math.floor(Math.random() * 3)] ?? [];
  if (fault === 'crash') await gateway.crash();
  else await Promise.all(struck.map((target) => strike(fault, target)));
  const readyAt = performance.now();
  await delay(QUIET_MS.least + Math.random() * (QUIET_MS.most - QUIET_MS.least));
  const until = performance.now();
  return struck.map(({ protocol }) => ({ protocol, fault, readyAt, until }));
}

function progress(outcomes: readonly Outcome[], memory: readonly number[]): void {
  const right = outcomes.filter(({ kind }) => kind === 'right').length;
  const megabytes = Math.round((memory.at(-1) ?? 0) / 1e6);
  console.log(`${outcomes.length} requests, ${right} right; workerd has ${megabytes} MB`);
}

async function outcomesAmiss(harbour: Harbour, outcomes: readonly Outcome[]): Promise<readonly string[]> {
  const amiss = outcomes
    .filter(({ kind }) => kind !== 'right' && kind !== 'refused')
    .map(({ user, nonce, kind, body }) => `${user.name} ${nonce}: ${kind} ${JSON.stringify(body)}`);
  const inserts = outcomes.filter(({ user }) => user === INSERT);
  return [...amiss, ...(await misrun(harbour, inserts))];
}

function slowReturns(returns: readonly Return[], outcomes: readonly Outcome[]): readonly string[] {
  const times = returns.map((each) => ({ ...each, ...recoveryOf(each, outcomes) }));
  const twenty = times.map(({ twentyMs }) => twentyMs);
  console.log(
    `back after a fault: first answer ${Math.round(median(times.map(({ firstMs }) => firstMs)))} ms, ` +
      `twenty in a row ${Math.round(median(twenty))} ms (medians), ${Math.round(Math.max(...twenty))} ms at most`,
  );
  return times
    .filter(({ firstMs }) => firstMs > BACK_WITHIN_MS)
    .map(({ protocol, fault, firstMs }) => `${protocol} after ${fault}: first answer after ${firstMs} ms`);
}

function growth(memory: readonly number[]): readonly string[] {
  const quarter = Math.floor(memory.length / 4);
  const early = median(memory.slice(quarter, 2 * quarter));
  const late = median(memory.slice(3 * quarter));
  const [from, to] = [early, late].map((bytes) => `${Math.round(bytes / 1e6)} MB`);
  console.log(`workerd's resident memory: ${from} in the second quarter, ${to} in the last one`);
  return late > early * MAX_GROWTH && late > early + MAX_GROWTH_BYTES
    ? [`memory grew from ${from} to ${to}`]
    : [];
}

/** What is left once nobody asks any more: nothing, on either side. */
async function leftovers(harbour: Harbour): Promise<readonly string[]> {
  const findings: string[] = [];
  const atRest = await eventually(async () => {
    const stats = Object.values((await harbour.gateway.caller.ask('/stats')).body);
    return (stats as (Record<string, number> | null)[]).every((each) => !each?.inUse && !each?.waiting);
  });
  if (!atRest) findings.push('connections are still in use when nobody asks any more');
  const isNone = await eventually(async () => (await counts(harbour)).every((count) => count === 0));
  if (!isNone) findings.push(`left (Postgres, Redis, workerd): ${await counts(harbour)}`);
  const isEvictable = await harbour.gateway.evictIdle().then(
    () => true,
    () => false,
  );
  if (!isEvictable) findings.push('an object is held in memory when nobody asks any more');
  return findings;
}

/** The pools' connections, as each side counts them. */
async function counts(harbour: Harbour): Promise<readonly number[]> {
  const [row] = await harbour.rows('select count(*)::int from pg_stat_activity where application_name = $1', [
    APPLICATION,
  ]);
  const clients = String(await harbour.reply('INFO', 'clients'));
  // The one that asks is none of the pools'.
  const redis = Number(/connected_clients:(\d+)/.exec(clients)?.[1]) - 1;
  const ports = [harbour.postgres.proxy.port, harbour.redis.proxy.port];
  return [Number(row?.[0]), redis, harbour.gateway.sockets(ports)];
}

/** Longer than a shared connection may be silent before it is ended. */
const LAST_END_MS = 45_000;

async function eventually(holds: () => Promise<boolean>): Promise<boolean> {
  const until = performance.now() + IDLE_SECONDS * 1_000 + LAST_END_MS;
  while (performance.now() < until) {
    if (await holds().catch(() => false)) return true;
    await delay(500);
  }
  return false;
}
