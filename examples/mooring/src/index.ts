// Postgres and Redis on connections that stay logged in between requests: a Durable Object holds them, requests borrow them.
// GET /harbours/NL answers with the harbours of a country, and how often it was asked for.
import { mooring } from '@fairlead/mooring';
import { connect as connectPostgres, seat as postgres } from '@fairlead/postgres/mooring';
import { connect as connectRedis, seat as redis } from '@fairlead/redis/mooring';

/** Each object of this class holds the connections to one server. */
export class Mooring extends mooring([postgres, redis]) {}

interface Env {
  /** Secrets, such as `postgres://app:password@db.example.com/shop` and `rediss://app:password@cache.example.com`. */
  readonly DATABASE_URL: string;
  readonly REDIS_URL: string;
  readonly MOORING: DurableObjectNamespace;
}

export default {
  async fetch(request, env): Promise<Response> {
    const country = /^\/harbours\/([A-Z]{2})$/.exec(new URL(request.url).pathname)?.[1];
    if (country === undefined) return new Response('GET /harbours/NL\n', { status: 404 });
    // Neither opens a connection where the object has one: each call below is one round trip.
    await using db = await connectPostgres(env.MOORING, env.DATABASE_URL, {
      pool: { max: 5, waitMs: 2_000 },
    });
    await using cache = await connectRedis(env.MOORING, env.REDIS_URL);
    const [{ rows: harbours }, visits] = await Promise.all([
      db.query('select id, name from harbours where country = $1 order by id', [country]),
      cache.incr(`visits:${country}`),
    ]);
    return Response.json({ visits, harbours });
  },
} satisfies ExportedHandler<Env>;
