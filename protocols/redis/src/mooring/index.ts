// `@fairlead/redis/mooring`: the same client on connections that a Durable Object keeps logged in.
import { limitOf, passwordOf } from '@fairlead/client';
import { type MooringNamespace, type PoolChoice, pooledConnector, poolTarget } from '@fairlead/mooring';
import type { Connector } from '@fairlead/transport';
import { connect as connectTo, type RedisClient } from '../client.ts';
import { resolveOptions } from '../options/options.ts';
import type { RedisOptions } from '../types.ts';
import { RedisFront } from './front.ts';

export { seat } from './seat.ts';

/** Options of a client on a mooring, whose connector is the mooring's own. */
export interface MooredOptions extends Omit<RedisOptions, 'connector'>, PoolChoice {}

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
  const connector = await mooredConnector(namespace, String(target), { ...options, timeoutMs: undefined });
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
  const settings = resolveOptions(url, options);
  const { hostname, port, username, database, name, protocol, tls, connectTimeoutMs, signal } = settings;
  const password = await passwordOf(settings.password, limitOf({ signal, timeoutMs: connectTimeoutMs }));
  const plain = { hostname, port, username, password, database, name, protocol, tls, connectTimeoutMs };
  const before = password === undefined ? 0 : 1;
  const behind = (name ? 1 : 0) + (database ? 1 : 0);
  const secretChanges = typeof settings.password === 'function';
  const target = poolTarget('redis', { url, options: plain }, options, { secretChanges });
  return pooledConnector(namespace, target, () => new RedisFront(before, behind));
}
