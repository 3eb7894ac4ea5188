// A pool's queue as arithmetic: who comes first is served first, by the first connection that is free. It opens no connection.
import type { Random } from './random.ts';

/** The pool, and how its shards are chosen. */
export interface PoolModel {
  /** Connections of all shards together. */
  readonly max: number;
  readonly waitMs: number;
  readonly maxWaiting: number;
  /** Default 1. */
  readonly shards?: number;
  /** `two`: the less loaded of two that are drawn. */
  readonly choice?: 'random' | 'two';
  /** What is known of loads: all; what each of so many isolates has open itself; all, but as it was a while ago. Default all. */
  readonly known?: { readonly isolates: number } | { readonly ageMs: number };
  /** The server answers nothing in this time. */
  readonly outage?: { readonly fromMs: number; readonly toMs: number };
}

/** What became of one caller. */
export interface Outcome {
  /** Until it got a connection, or was refused. */
  readonly waitMs: number;
  /** From its arrival to its answer; `undefined` where it was refused. */
  readonly totalMs: number | undefined;
}

/** One object. */
class Shard {
  /** When each connection is free, as a heap: the first one is free first. */
  readonly #free: number[];
  /** When each caller that had to wait leaves the queue, in order. */
  readonly #leaves: number[] = [];
  #gone = 0;
  readonly #pool: PoolModel;

  constructor(pool: PoolModel, connections: number) {
    this.#pool = pool;
    this.#free = Array.from({ length: connections }, () => 0);
  }

  /** How many wait. */
  waiting(now: number): number {
    while (this.#gone < this.#leaves.length && (this.#leaves[this.#gone] ?? 0) <= now) this.#gone += 1;
    return this.#leaves.length - this.#gone;
  }

  /** How many wait or are served. */
  load(now: number): number {
    let load = this.waiting(now);
    for (const at of this.#free) if (at > now) load += 1;
    return load;
  }

  /** What becomes of a caller that comes `now` and needs a connection for `holdMs`. Callers come in the order of their times. */
  serve(now: number, holdMs: number): Outcome {
    const { waitMs, maxWaiting, outage } = this.#pool;
    let start = Math.max(now, this.#free[0] ?? 0);
    if (outage !== undefined && start >= outage.fromMs && start < outage.toMs) start = outage.toMs;
    if (start > now) {
      if (this.waiting(now) >= maxWaiting) return { waitMs: 0, totalMs: undefined };
      this.#leaves.push(Math.min(start, now + waitMs));
      if (start > now + waitMs) return { waitMs, totalMs: undefined };
    }
    this.#take(start + holdMs);
    return { waitMs: start - now, totalMs: start + holdMs - now };
  }

  /** The connection that is free first is taken until then. */
  #take(until: number): void {
    const free = this.#free;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child + 1 < free.length && (free[child + 1] ?? 0) < (free[child] ?? 0)) child += 1;
      const time = free[child];
      if (time === undefined || time >= until) break;
      free[at] = time;
      at = child;
    }
    free[at] = until;
  }
}

/**
 * Runs all callers through the pool.
 * @param arrivals In order, in milliseconds.
 * @param hold How long a caller needs a connection, drawn for each.
 */
export function simulate(
  pool: PoolModel,
  arrivals: readonly number[],
  hold: () => number,
  random: Random,
): Outcome[] {
  const { shards: count = 1, choice = 'random', known, max } = pool;
  const shards = Array.from({ length: count }, () => new Shard(pool, Math.max(1, Math.floor(max / count))));
  const loads = loadsKnown(shards, known, random);
  return arrivals.map((now) => {
    let chosen = Math.floor(random() * count);
    const view = choice === 'two' && count > 1 ? loads.at(now) : undefined;
    if (view !== undefined) {
      const other = (chosen + 1 + Math.floor(random() * (count - 1))) % count;
      if (view.load(other) < view.load(chosen)) chosen = other;
    }
    const outcome = (shards[chosen] as Shard).serve(now, hold());
    view?.note?.(chosen, now + (outcome.totalMs ?? outcome.waitMs));
    return outcome;
  });
}

/** What a caller knows. */
interface LoadView {
  load(shard: number): number;
  /** It goes to this object, and has its answer then. */
  note?(shard: number, until: number): void;
}

function loadsKnown(
  shards: readonly Shard[],
  known: PoolModel['known'],
  random: Random,
): { at(now: number): LoadView } {
  if (known === undefined) return { at: (now) => ({ load: (shard) => shards[shard]?.load(now) ?? 0 }) };
  if ('ageMs' in known) {
    let loads: readonly number[] = [];
    let until = 0;
    return {
      at: (now) => {
        if (now >= until) {
          loads = shards.map((shard) => shard.load(now));
          until = now + known.ageMs;
        }
        return { load: (shard) => loads[shard] ?? 0 };
      },
    };
  }
  const open = Array.from({ length: known.isolates }, () => shards.map((): number[] => []));
  return {
    at: (now) => {
      const isolate = Math.floor(random() * known.isolates);
      const own = (open[isolate] ?? []).map((ends) => ends.filter((end) => end > now));
      open[isolate] = own;
      return {
        load: (shard) => own[shard]?.length ?? 0,
        note: (shard, end) => void own[shard]?.push(end),
      };
    },
  };
}

/** What became of all callers. */
export interface Summary {
  readonly callers: number;
  /** The share that was refused, from 0 to 1. */
  readonly refused: number;
  /** Of those that were answered, in milliseconds. */
  readonly medianWaitMs: number;
  readonly p99WaitMs: number;
  /** The share that was answered within the time that callers have. */
  readonly inTime: number;
}

/** @param patienceMs The time that callers have. A caller that has gone is served all the same: the pool is not told. */
export function summarize(
  outcomes: readonly Outcome[],
  patienceMs: number = Number.POSITIVE_INFINITY,
): Summary {
  const all = new Float64Array(outcomes.length);
  let answered = 0;
  let inTime = 0;
  for (const { waitMs, totalMs } of outcomes) {
    if (totalMs === undefined) continue;
    all[answered] = waitMs;
    answered += 1;
    if (totalMs <= patienceMs) inTime += 1;
  }
  const waits = all.subarray(0, answered).sort();
  return {
    callers: outcomes.length,
    refused: 1 - answered / outcomes.length,
    medianWaitMs: waits[Math.floor(waits.length * 0.5)] ?? 0,
    p99WaitMs: waits[Math.floor(waits.length * 0.99)] ?? 0,
    inTime: inTime / outcomes.length,
  };
}
