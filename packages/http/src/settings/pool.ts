// The member `pool` of a connection's entry: whether a mooring keeps its connections, and how many. Schema only.
import { z } from '@hono/zod-openapi';

const MAX_SHARDS = 64;
const DEFAULT_MAX = 10;

const count = z.number().int().min(1).max(1_000);
const seconds = z.number().positive().max(86_400);

const limitsSchema = z
  .strictObject({
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
    locationHint: z
      .enum(['wnam', 'enam', 'sam', 'weur', 'eeur', 'apac', 'apac-ne', 'apac-se', 'oc', 'afr', 'me'])
      .optional(),
    /** Where the object may be. */
    jurisdiction: z.enum(['eu', 'us', 'fedramp']).optional(),
  })
  .refine(({ max = DEFAULT_MAX, shards = 1 }) => shards <= max, {
    path: ['shards'],
    message: 'is more than max: each object needs a connection',
  });

/** `false`, or the pool's limits, of which `true` means the defaults. See `PoolOptions` of `@fairlead/mooring`. */
export const poolSchema = z.preprocess(
  (pool) => (pool === true ? {} : pool),
  z.union([z.literal(false), limitsSchema]),
);

/** An entry's member `pool`, checked. */
export type PoolSettings = z.output<typeof poolSchema>;
