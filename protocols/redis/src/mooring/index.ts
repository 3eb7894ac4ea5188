// `@fairlead/redis/mooring`: the same client on connections that a Durable Object keeps logged in.
import { limitOf, passwordOf } from '@fairlead/client';
import { limitsOf, type MooringNamespace, type PoolOptions, pooledConnector } from '@fairlead/mooring';
import type { Connector } from '@fairlead/transport';
import { connect as connectTo, type RedisClient } from '../client.ts';
import { resolveOptions } from '../options/options.ts';
import type { RedisOptions } from '../types.ts';
import { RedisFront } from './front.ts';

export { seat } from './seat.ts';

/** How long the object waits for an answer. The client ends its commands itself; this is for callers that have gone. */
const GUARD_MS = 900_000;

/** Options of a client on a mooring. `connector` is the mooring's own. */
export interface MooredOptions extends Omit<RedisOptions, 'connector'> {
  /** The pool's limits. Callers that give other limits have another pool. */
  readonly pool?: PoolOptions | undefined;
  /** Where the object is made at its first use: `weur`, `enam`, ... Default: near the first caller. */
  readonly locationHint?: string | undefined;
}

/**
 * A client whose commands share one connection of the mooring with those of all other callers. What blocks or leaves a state
 * (`BLPOP`, `WATCH`, `SUBSCRIBE`, ...) has a connection of its own, from the same pool, until `close`.
 * @param namespace The binding of the mooring's class.
 * @throws FairleadError What `connect` throws; commands reject with `overloaded` where no connection was free in time.
 * @example
 * ```ts
 * import { connect } from '@fairlead/redis/mooring';
 *
 * await using redis = await connect(env.MOORING, 'rediss://app@cache.example.com', { password: env.REDIS_PASSWORD });
 * console.log(await redis.get('greeting'));
 * ```
 */
export async function connect(
  namespace: MooringNamespace,
  target: string | URL,
  options: MooredOptions = {},
): Promise<RedisClient> {
  const connector = await mooredConnector(namespace, String(target), { ...options, timeoutMs: GUARD_MS });
  return connectTo(target, { ...options, connector });
}

/**
 * The connector to a pool.
 * @internal
 */
export async function mooredConnector(
  namespace: MooringNamespace,
  url: string,
  options: MooredOptions,
): Promise<Connector> {
  const { timeoutMs = GUARD_MS, pool, locationHint } = options;
  const settings = resolveOptions(url, options);
  const { hostname, port, username, database, name, protocol, tls, connectTimeoutMs, signal } = settings;
  const password = await passwordOf(settings.password, limitOf({ signal, timeoutMs: connectTimeoutMs }));
  const plain = { hostname, port, username, password, database, name, protocol, tls, connectTimeoutMs };
  const before = password === undefined ? 0 : 1;
  const behind = (name ? 1 : 0) + (database ? 1 : 0);
  const target = {
    protocol: 'redis',
    settings: { url, options: plain },
    limits: limitsOf(pool),
    timeoutMs,
    locationHint,
  };
  return pooledConnector(namespace, target, () => new RedisFront(before, behind));
}
