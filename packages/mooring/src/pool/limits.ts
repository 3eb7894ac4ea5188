// A pool's options, checked, with their defaults.

import { usage } from '@fairlead/errors';
import { checkTimeMs } from '@fairlead/transport';
import type { PoolLimits } from '../types.ts';

/** The options of a pool, all optional. */
export interface PoolOptions {
  /** Connections to the server at most. Default 10. */
  readonly max?: number | undefined;
  /** Seconds after which an unused connection is closed. Default 60. */
  readonly idleSeconds?: number | undefined;
  /** Seconds after which a connection is closed as it is given back, give or take a tenth. Default 900. */
  readonly maxAgeSeconds?: number | undefined;
  /** How long a caller waits for a connection, in milliseconds, before it is told `overloaded`. Default 10,000. */
  readonly waitMs?: number | undefined;
  /** How many callers may wait. Default 2,000. */
  readonly maxWaiting?: number | undefined;
  /**
   * Whether every borrower's connection is reset before the next one has it, whatever its statements were. For databases in which
   * views, operators, types or columns call functions that change the session, which no text of a statement shows. Default false.
   */
  readonly resetAlways?: boolean | undefined;
  /** How many objects share the pool, from 1 to 64: each has its part of `max` and of `maxWaiting`. Default 1. */
  readonly shards?: number | undefined;
}

/** What a client on a mooring is told beside its protocol's own options. */
export interface PoolChoice {
  /** The pool's limits. Callers that give other limits have another pool. */
  readonly pool?: PoolOptions | undefined;
  /** Where the object is made at its first use: `weur`, `enam`, ... Default: near the first caller. */
  readonly locationHint?: string | undefined;
}

const DEFAULT_MAX = 10;
const DEFAULT_IDLE_SECONDS = 60;
const DEFAULT_MAX_AGE_SECONDS = 900;
const DEFAULT_WAIT_MS = 10_000;
const DEFAULT_MAX_WAITING = 2_000;
const MAX_SHARDS = 64;
const HOLD_MS = 60_000;
const CHECK_AFTER_MS = 30_000;

/**
 * The limits of a pool.
 * @throws FairleadError `usage`.
 */
export function limitsOf(options: PoolOptions = {}): PoolLimits {
  const { max = DEFAULT_MAX, idleSeconds = DEFAULT_IDLE_SECONDS } = options;
  const { maxAgeSeconds = DEFAULT_MAX_AGE_SECONDS, waitMs = DEFAULT_WAIT_MS } = options;
  const { maxWaiting = DEFAULT_MAX_WAITING, shards = 1, resetAlways = false } = options;
  if (!Number.isSafeInteger(max) || max < 1) throw usage('max is a whole number of connections, 1 or more');
  if (!Number.isSafeInteger(maxWaiting) || maxWaiting < 0)
    throw usage('maxWaiting is a whole number of callers, 0 or more');
  if (!Number.isSafeInteger(shards) || shards < 1 || shards > MAX_SHARDS)
    throw usage(`shards is a whole number of objects from 1 to ${MAX_SHARDS}`);
  if (shards > max) throw usage('shards is at most max: each object needs a connection');
  if (typeof resetAlways !== 'boolean') throw usage('resetAlways is true or false');
  checkTimeMs('idleSeconds', idleSeconds);
  checkTimeMs('maxAgeSeconds', maxAgeSeconds);
  checkTimeMs('waitMs', waitMs);
  return {
    max,
    idleMs: idleSeconds * 1_000,
    maxAgeMs: maxAgeSeconds * 1_000,
    waitMs,
    maxWaiting,
    shards,
    resetAlways,
    holdMs: HOLD_MS,
    checkAfterMs: CHECK_AFTER_MS,
  };
}

/** The limits of one of a pool's objects. What does not divide evenly goes to the first ones. */
export function shareOf(limits: PoolLimits, shard: number): PoolLimits {
  const { max, maxWaiting, shards } = limits;
  const share = (total: number): number => Math.floor(total / shards) + (shard < total % shards ? 1 : 0);
  return { ...limits, max: share(max), maxWaiting: share(maxWaiting) };
}

/** How many of `max` connections are for what callers share: a second one for when the first is silent. */
export function sharedPart(max: number): number {
  if (max < 2) return 0;
  return max < 4 ? 1 : 2;
}
