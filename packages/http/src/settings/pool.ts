// The member `pool` of a connection's entry: whether a mooring keeps its connections, and how many. Schema only.
import { z } from '@hono/zod-openapi';

const count = z.number().int().min(1).max(1_000);
const seconds = z.number().positive().max(86_400);

/** `false`, or the pool's limits. See `PoolOptions` of `@fairlead/mooring` for the defaults. */
export const poolSchema = z.union([
  z.literal(false),
  z.strictObject({
    /** Connections to the server at most. */
    max: count.optional(),
    idleSeconds: seconds.optional(),
    maxAgeSeconds: seconds.optional(),
    /** How long a request waits for a connection. */
    waitMs: z.number().positive().max(600_000).optional(),
    maxWaiting: z.number().int().min(0).max(100_000).optional(),
    /** Where the object is made at its first use. */
    locationHint: z
      .enum(['wnam', 'enam', 'sam', 'weur', 'eeur', 'apac', 'apac-ne', 'apac-se', 'oc', 'afr', 'me'])
      .optional(),
  }),
]);

/** An entry's member `pool`, checked. */
export type PoolSettings = z.output<typeof poolSchema>;
