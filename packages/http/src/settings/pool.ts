// The member `pool` of a connection's entry: whether a mooring keeps its connections, and how many. It reads and refuses.
import { LOCATION_HINTS, limitsOf, type PoolDefaults } from '@fairlead/mooring';
import { z } from 'zod';

const MAX_SHARDS = 64;

const count = z.number().int().min(1).max(1_000);
const seconds = z.number().positive().max(86_400);

/** The limits that the member may hold. */
export const poolSchema = z.strictObject({
  /** Connections to the server at most. */
  max: count.optional(),
  idleSeconds: seconds.optional(),
  maxAgeSeconds: seconds.optional(),
  /** How long a request waits for a connection. */
  waitMs: z.number().positive().max(600_000).optional(),
  maxWaiting: z.number().int().min(0).max(100_000).optional(),
  /** Whether connections are reset whatever their statements were. */
  resetAlways: z.boolean().optional(),
  /** How many objects share the pool. */
  shards: z.number().int().min(1).max(MAX_SHARDS).optional(),
  /** Where the object is made at its first use. */
  locationHint: z.enum(LOCATION_HINTS).optional(),
  /** Where the object may be. */
  jurisdiction: z.enum(['eu', 'us', 'fedramp']).optional(),
});

/** An entry's member `pool`, checked: `false`, or the pool's limits. See `PoolOptions` of `@fairlead/mooring`. */
export type PoolSettings = z.output<typeof poolSchema> | false;

/** The members that say where the object is: easily put beside `pool`. */
const PLACES = ['locationHint', 'jurisdiction'] as const satisfies readonly (keyof z.output<
  typeof poolSchema
>)[];

/** The protocol of an entry, as far as pools go. */
interface PoolOwner {
  /** Absent where the protocol has no pools. */
  readonly pool?: unknown;
  readonly poolDefaults?: PoolDefaults | undefined;
}

/**
 * Reads the member `pool` of an entry; without it the pool has its defaults, as with `true`.
 * @param refuse Is told what is wrong with the entry, and where.
 */
export function readPool(
  entry: Readonly<Record<string, unknown>>,
  owner: PoolOwner,
  refuse: (path: readonly PropertyKey[], message: string) => void,
): PoolSettings {
  for (const name of PLACES) if (Object.hasOwn(entry, name)) refuse([name], 'stands in the member "pool"');
  const { pool } = entry;
  if (pool === false || (pool === undefined && owner.pool === undefined)) return false;
  if (owner.pool === undefined) {
    refuse(['pool'], 'is not for this protocol, whose connections are never pooled');
    return false;
  }
  if (pool === undefined || pool === true) return {};
  if (typeof pool !== 'object' || pool === null || Array.isArray(pool)) {
    refuse(['pool'], 'must be true, false or an object of limits');
    return false;
  }
  const { data, error } = poolSchema.safeParse(pool);
  for (const { path, message } of error?.issues ?? []) refuse(['pool', ...path], message);
  if (data === undefined) return false;
  const { shards = 1 } = data;
  const { max } = limitsOf({ max: data.max }, owner.poolDefaults);
  if (shards > max)
    refuse(['pool', 'shards'], `is more than max, which is ${max}: each object needs a connection`);
  return data;
}
