// Counts in Postgres once an hour and keeps the figures in Redis, from where GET / reads them.
import { connect as connectPostgres } from '@fairlead/postgres';
import { connect as connectRedis } from '@fairlead/redis';

interface Env {
  /** A secret, such as `postgres://app:password@db.example.com/harbours`. */
  readonly DATABASE_URL: string;
  /** A secret, such as `rediss://app:password@cache.example.com/0`. */
  readonly REDIS_URL: string;
}

const KEY = 'figures:busiest';
/** Longer than the time between two runs, so that one failed run is not seen. */
const KEEP_SECONDS = 3 * 3600;

export default {
  async scheduled(controller, env): Promise<void> {
    // A failure is thrown: the platform logs the run as failed.
    const figures = { at: new Date(controller.scheduledTime), busiest: await busiestHarbours(env) };
    await using redis = await connectRedis(env.REDIS_URL);
    await redis.set(KEY, JSON.stringify(figures), { ex: KEEP_SECONDS });
  },

  async fetch(request, env): Promise<Response> {
    await using redis = await connectRedis(env.REDIS_URL, { signal: request.signal });
    const figures = await redis.get(KEY);
    if (figures === null) return new Response('No figures yet.\n', { status: 404 });
    return new Response(figures, { headers: { 'content-type': 'application/json' } });
  },
} satisfies ExportedHandler<Env>;

async function busiestHarbours(env: Env): Promise<unknown[]> {
  await using db = await connectPostgres(env.DATABASE_URL);
  const { rows } = await db.query(
    `select h.name, count(*)::int as calls, sum(c.hours) as hours
     from calls c join harbours h on h.id = c.harbour
     group by h.name order by calls desc, h.name limit 3`,
    [],
    { timeoutMs: 30_000 },
  );
  return rows;
}
