// The questions that the simulation answers, each as a table of Markdown. Every table has its own seed, so that one of them can
// change alone.
import { arrivals, exponential, lognormal, lognormalMean, seeded, type Traffic } from './random.ts';
import { type PoolModel, type Summary, simulate, summarize } from './simulate.ts';
import { count, milliseconds, percent, seconds, table } from './table.ts';

/** The defaults of `packages/mooring/src/pool/limits.ts`. */
const DEFAULTS: PoolModel = { max: 10, waitMs: 10_000, maxWaiting: 2_000 };

/** Half the callers need a connection for less: a query without a network, one in the same region, one far away. */
const HOLDS_MS = [2, 10, 50];
const SECONDS = 60;
/** A wait that nobody notices. */
const SHORT_WAIT_MS = 50;

interface Run {
  readonly pool?: Partial<PoolModel>;
  readonly traffic?: Traffic;
  readonly perSecond: number;
  readonly holdMs: number;
  readonly patienceMs?: number;
  readonly seconds?: number;
}

function run({ pool, traffic = 'steady', perSecond, holdMs, patienceMs, seconds = SECONDS }: Run): Summary {
  const random = seeded(1);
  const times = arrivals(random, traffic, perSecond, seconds);
  const outcomes = simulate({ ...DEFAULTS, ...pool }, times, () => lognormal(random, holdMs), random);
  return summarize(outcomes, patienceMs);
}

/** How many connections keep 99 of 100 callers from a wait that is noticed: the fewest, found by halving. */
function needed(input: Run): number {
  let below = 0;
  for (let enough = 512; ; ) {
    if (enough - below === 1) return enough;
    const max = Math.floor((below + enough) / 2);
    const { refused, p99WaitMs } = run({ ...input, pool: { max }, seconds: 30 });
    if (refused === 0 && p99WaitMs <= SHORT_WAIT_MS) enough = max;
    else below = max;
  }
}

/** What five and ten connections carry, and how many it takes. */
export function connectionsTable(): string {
  const rows = HOLDS_MS.flatMap((holdMs) =>
    [100, 250, 500, 1_000].map((perSecond) => {
      const bursts = { perSecond, holdMs, traffic: 'bursts' } as const;
      const busy = (perSecond * lognormalMean(holdMs)) / 1_000;
      return [
        `${holdMs} ms`,
        count(perSecond),
        busy.toFixed(1),
        waits(run({ perSecond, holdMs, pool: { max: 5 } })),
        waits(run({ ...bursts, pool: { max: 5 } })),
        waits(run({ perSecond, holdMs })),
        waits(run(bursts)),
        `${needed({ perSecond, holdMs })}, ${needed(bursts)}`,
      ];
    }),
  );
  const head = ['hold, median', 'queries a second', 'busy connections', '5, steady', '5, bursts'];
  return table([...head, '10, steady', '10, bursts', 'needed: steady, bursts'], rows);
}

/** Many callers at one moment. */
export function crowdTable(): string {
  const rows = [1_000, 2_000, 8_000].flatMap((callers) =>
    [10, 50].map((holdMs) => {
      const random = seeded(2);
      const times = Array.from({ length: callers }, () => 0);
      const outcomes = simulate(DEFAULTS, times, () => lognormal(random, holdMs), random);
      const { refused, p99WaitMs } = summarize(outcomes);
      return [count(callers), `${holdMs} ms`, count(Math.round(callers * (1 - refused))), seconds(p99WaitMs)];
    }),
  );
  return table(['callers at once', 'hold, median', 'answered', 'wait of the 99th of 100'], rows);
}

/** A server that is away for a while: how many callers are refused. */
export function outageTable(): string {
  const cases = [300, 60].flatMap((perSecond) => [2, 5, 12].map((away) => ({ perSecond, away })));
  const rows = [1_000, 2_500, 5_000, 10_000, 30_000].map((waitMs) => [
    seconds(waitMs),
    ...cases.map(({ perSecond, away }) => {
      const outage = { fromMs: 30_000, toMs: 30_000 + away * 1_000 };
      const { refused, callers } = run({ perSecond, holdMs: 10, pool: { waitMs, outage } });
      return count(Math.round(refused * callers));
    }),
  ]);
  return table(['`waitMs`', ...cases.map(({ perSecond, away }) => `${perSecond}/s, away ${away} s`)], rows);
}

/** Half more than the pool can carry, for two minutes, with callers who leave after five seconds. */
export function overloadTable(): string {
  const rows = [1_000, 2_500, 5_000, 10_000].flatMap((waitMs) =>
    [500, 2_000].map((maxWaiting) => [
      seconds(waitMs),
      count(maxWaiting),
      ...[10, 50].flatMap((holdMs) => {
        const perSecond = Math.round((1.5 * DEFAULTS.max * 1_000) / lognormalMean(holdMs));
        const pool = { waitMs, maxWaiting };
        const { medianWaitMs, inTime } = run({ perSecond, holdMs, pool, patienceMs: 5_000, seconds: 60 });
        return [seconds(medianWaitMs), percent(inTime)];
      }),
    ]),
  );
  const head = [10, 50].flatMap((holdMs) => [`wait, hold ${holdMs} ms`, 'answered in 5 s']);
  return table(['`waitMs`', '`maxWaiting`', ...head], rows);
}

/** How shards are chosen. */
export const CHOICES: readonly (readonly [name: string, pool: Partial<PoolModel>])[] = [
  ['one object', {}],
  ['four: the less loaded of two', { shards: 4, choice: 'two' }],
  ['the same, as one of 10 isolates counts', { shards: 4, choice: 'two', known: { isolates: 10 } }],
  ['the same, as one of 100 isolates counts', { shards: 4, choice: 'two', known: { isolates: 100 } }],
  ['the same, by loads 200 ms old', { shards: 4, choice: 'two', known: { ageMs: 200 } }],
  ['four: at random', { shards: 4, choice: 'random' }],
];

/** The wait at a share of what 40 connections can carry. */
export function shardWait(pool: Partial<PoolModel>, load: number): Summary {
  const perSecond = (load * 40 * 1_000) / lognormalMean(10);
  return run({ perSecond, holdMs: 10, pool: { max: 40, ...pool }, seconds: 20 });
}

/** The wait of the 99th of 100 in front of so many connections, which are held for 10 ms at the median. */
export function poolWait(max: number, perSecond: number): Summary {
  return run({ perSecond, holdMs: 10, pool: { max }, seconds: 20 });
}

/** One queue against several. */
export function shardsTable(): string {
  const loads = [0.5, 0.7, 0.8, 0.9, 0.95];
  const rows = CHOICES.map(([name, pool]) => [
    name,
    ...loads.map((load) => milliseconds(shardWait(pool, load).p99WaitMs)),
  ]);
  return table(['40 connections, load', ...loads.map(percent)], rows);
}

/** Rare callers: how many of them find a connection, which is also for how much of the time one is kept. */
export function idleTable(): string {
  const gaps = [
    ['5 s', 5],
    ['20 s', 20],
    ['1 minute', 60],
    ['5 minutes', 300],
  ] as const;
  const rows = [10, 30, 60, 300, 600].map((idleSeconds) => [
    String(idleSeconds),
    ...gaps.map(([, gapSeconds]) => percent(found(idleSeconds, gapSeconds))),
  ]);
  return table(['`idleSeconds`', ...gaps.map(([name]) => `a call each ${name}`)], rows);
}

function found(idleSeconds: number, gapSeconds: number): number {
  const random = seeded(3);
  const calls = 20_000;
  let warm = 0;
  for (let i = 0; i < calls; i += 1) if (exponential(random, gapSeconds) <= idleSeconds) warm += 1;
  return warm / calls;
}

function waits({ p99WaitMs, refused }: Summary): string {
  return refused > 0 ? `${percent(refused)} refused` : milliseconds(p99WaitMs);
}
