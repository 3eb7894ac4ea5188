// A pool's options, checked, with their defaults.

import { usage } from '@fairlead/errors';
import type { LocationHint } from '../location.ts';
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
  /** Where the object is made at its first use. Default: near the first caller. */
  readonly locationHint?: LocationHint | undefined;
}

const DEFAULT_MAX = 10;
const DEFAULT_IDLE_SECONDS = 60;
const DEFAULT_MAX_AGE_SECONDS = 900;
const DEFAULT_WAIT_MS = 10_000;
const DEFAULT_MAX_WAITING = 2_000;
const MAX_SHARDS = 64;
const HOLD_MS = 60_000;
const CHECK_AFTER_MS = 30_000;

/** What a protocol's pools have in place of the usual defaults. */
export interface PoolDefaults {
  readonly max?: number;
  readonly idleSeconds?: number;
  /** The silence after which a connection is asked for a sign of life before it is lent, in milliseconds. Default 30,000. */
  readonly checkAfterMs?: number;
}

/** The members of `PoolOptions`, for callers whose compiler checks none. */
const OPTIONS = {
  max: true,
  idleSeconds: true,
  maxAgeSeconds: true,
  waitMs: true,
  maxWaiting: true,
  resetAlways: true,
  shards: true,
} as const satisfies Record<keyof PoolOptions, true>;

/**
 * The limits of a pool.
 * @param defaults The protocol's own.
 * @throws FairleadError `usage`.
 */
export function limitsOf(options: PoolOptions = {}, defaults: PoolDefaults = {}): PoolLimits {
  checkMembers(options);
  const { max = defaults.max ?? DEFAULT_MAX } = options;
  const { idleSeconds = defaults.idleSeconds ?? DEFAULT_IDLE_SECONDS } = options;
  const { maxAgeSeconds = DEFAULT_MAX_AGE_SECONDS, waitMs = DEFAULT_WAIT_MS } = options;
  const { maxWaiting = DEFAULT_MAX_WAITING, shards = 1, resetAlways = false } = options;
  check(isCount(max, 1), 'max', 'a whole number of connections, 1 or more', max);
  check(isCount(maxWaiting, 0), 'maxWaiting', 'a whole number of callers, 0 or more', maxWaiting);
  const isShards = isCount(shards, 1) && shards <= MAX_SHARDS;
  check(isShards, 'shards', `a whole number of objects from 1 to ${MAX_SHARDS}`, shards);
  if (shards > max)
    throw usage(`pool.shards is ${shards}, more than max, which is ${max}: each object needs a connection`);
  check(typeof resetAlways === 'boolean', 'resetAlways', 'true or false', resetAlways);
  check(isTime(idleSeconds), 'idleSeconds', 'a number of seconds above 0, or Infinity', idleSeconds);
  check(isTime(maxAgeSeconds), 'maxAgeSeconds', 'a number of seconds above 0, or Infinity', maxAgeSeconds);
  check(isTime(waitMs), 'waitMs', 'a number of milliseconds above 0, or Infinity', waitMs);
  return {
    max,
    idleMs: idleSeconds * 1_000,
    maxAgeMs: maxAgeSeconds * 1_000,
    waitMs,
    maxWaiting,
    shards,
    resetAlways,
    holdMs: HOLD_MS,
    checkAfterMs: defaults.checkAfterMs ?? CHECK_AFTER_MS,
  };
}

/** @throws FairleadError `usage` for what is no object, and for a member that is no option. */
function checkMembers(options: unknown): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw usage(`pool is an object of options, not ${nameOf(options)}`);
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(OPTIONS, name));
  if (unknown === undefined) return;
  if (unknown === 'locationHint') throw usage('locationHint stands beside pool, not in it');
  throw usage(`pool.${unknown} is not an option of a pool, which are ${Object.keys(OPTIONS).join(', ')}`);
}

function isCount(value: unknown, least: number): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= least;
}

function isTime(value: unknown): boolean {
  return typeof value === 'number' && value > 0;
}

function check(isGood: boolean, name: keyof PoolOptions, wanted: string, given: unknown): void {
  if (!isGood) throw usage(`pool.${name} is ${wanted}, not ${nameOf(given)}`);
}

/** A number or truth value itself; of anything else, which may hold a secret, the type. */
function nameOf(value: unknown): string {
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'object') return Array.isArray(value) ? 'an array' : 'an object';
  return `a ${typeof value}`;
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
