// What the pools' reports come to: sums over a connection's objects, and how they went over time. Pure.
import type { Output } from '@fairlead/sdk';

/** The gateway's report of its connections. */
export type Reports = Output<'adminListConnections'>['connections'];

type Report = Reports[number];
type Shard = NonNullable<Report['shards']>[number];

/** An object that runs. */
type RunningShard = Extract<Shard, { running: true }>;

/** So many reports are kept: ten minutes of one every two seconds. */
const KEPT = 300;

/** A connection's objects together. */
export interface PoolFigures {
  readonly name: string;
  readonly protocol: string;
  readonly open: number;
  readonly idle: number;
  readonly inUse: number;
  readonly opening: number;
  readonly waiting: number;
  readonly longestWaitMs: number;
  /** The highest of the objects' medians; undefined where nothing was asked yet. */
  readonly roundTripMs: number | undefined;
  /** Attempts to open and calls that have failed, by code. */
  readonly failures: Readonly<Record<string, number>>;
  /** What the objects say that did not answer. */
  readonly mute: readonly string[];
}

/** Sums up a connection; undefined for one without a pool. */
export function figuresOf({ name, protocol, shards }: Report): PoolFigures | undefined {
  if (shards === undefined) return undefined;
  const running = shards.filter(isRunning);
  const sum = (read: (shard: RunningShard) => number) => running.reduce((all, shard) => all + read(shard), 0);
  const trips = running.flatMap(({ roundTripMs }) => (roundTripMs === undefined ? [] : [roundTripMs]));
  return {
    name,
    protocol,
    open: sum(({ open }) => open),
    idle: sum(({ idle }) => idle),
    inUse: sum(({ inUse }) => inUse),
    opening: sum(({ opening }) => opening),
    waiting: sum(({ waiting }) => waiting),
    longestWaitMs: Math.max(0, ...running.map(({ longestWaitMs }) => longestWaitMs)),
    roundTripMs: trips.length === 0 ? undefined : Math.max(...trips),
    failures: countsOf(running),
    mute: shards.flatMap((shard) => ('error' in shard ? [shard.error] : [])),
  };
}

function isRunning(shard: Shard): shard is RunningShard {
  return 'running' in shard && shard.running;
}

function countsOf(shards: readonly RunningShard[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { failures, errors } of shards) {
    for (const [code, count] of [...Object.entries(failures), ...Object.entries(errors)])
      counts[code] = (counts[code] ?? 0) + count;
  }
  return counts;
}

/** One moment of all pools. */
export interface Moment {
  /** Seconds since the epoch. */
  readonly at: number;
  readonly pools: readonly PoolFigures[];
}

/** The history with one moment more; the oldest go. */
export function remember(history: readonly Moment[], moment: Moment): readonly Moment[] {
  return [...history.slice(-(KEPT - 1)), moment];
}

/** A pool's figure over time; `null` where it was not there. */
export function seriesOf(
  history: readonly Moment[],
  name: string,
  read: (pool: PoolFigures) => number | undefined,
): readonly (number | null)[] {
  return history.map(({ pools }) => {
    const pool = pools.find((each) => each.name === name);
    return (pool && read(pool)) ?? null;
  });
}
