// A Hono app over Postgres and Redis: GET /harbours/NL (kept in Redis for a minute), POST /harbours/4/visits.
import { isFairleadError } from '@fairlead/errors';
import { connect as connectPostgres } from '@fairlead/postgres';
import { connect as connectRedis } from '@fairlead/redis';
import { Hono } from 'hono';

interface Env {
  /** A secret, such as `postgres://app:password@db.example.com/harbours`. */
  readonly DATABASE_URL: string;
  /** A secret, such as `rediss://app:password@cache.example.com/0`. */
  readonly REDIS_URL: string;
}

const app = new Hono<{ Bindings: Env }>();

/** One place for all failures of the network and of servers: their words stay in the log. */
app.onError((error, c) => {
  if (!isFairleadError(error)) throw error;
  console.error(error);
  return c.json({ error: error.code, safeToRetry: error.safeToRetry }, 503);
});

app.get('/harbours/:country{[A-Z]{2}}', async (c) => {
  const country = c.req.param('country');
  const { signal } = c.req.raw;
  await using redis = await connectRedis(c.env.REDIS_URL, { signal });
  const key = `harbours:${country}`;
  const cached = await redis.get(key);
  if (cached !== null) return c.json(JSON.parse(cached), 200, { 'x-cache': 'hit' });

  await using db = await connectPostgres(c.env.DATABASE_URL, { signal });
  const { rows } = await db.query('select id, name from harbours where country = $1 order by name', [
    country,
  ]);
  await redis.set(key, JSON.stringify(rows), { ex: 60 });
  return c.json(rows, 200, { 'x-cache': 'miss' });
});

app.post('/harbours/:id{[0-9]+}/visits', async (c) => {
  await using redis = await connectRedis(c.env.REDIS_URL, { signal: c.req.raw.signal });
  return c.json({ visits: await redis.incr(`visits:${c.req.param('id')}`) });
});

export default app;
