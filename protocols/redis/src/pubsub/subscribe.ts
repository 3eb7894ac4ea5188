// Subscribing to channels and to invalidated keys: the functions that users call. A bundler leaves out what is not imported.
import { checkInboxOptions, type Inbox } from '@fairlead/client';
import { usage } from '@fairlead/errors';
import type { ClientBase } from '../client.ts';
import { type Family, subscriptionsOf } from './subscriptions.ts';
import type { Invalidation, Subscribe, SubscribeOptions, TrackingOptions } from './types.ts';

function subscriber(family: Family): Subscribe {
  const listen = async (
    client: ClientBase<unknown>,
    names: readonly string[],
    options: SubscribeOptions = {},
  ) => {
    // The letters of a text would be taken for channels.
    if (!Array.isArray(names) || names.length === 0 || !names.every((name) => typeof name === 'string')) {
      throw usage('The channels must be an array of at least one name');
    }
    checkInboxOptions(options);
    return subscriptionsOf(client.connection).subscribe(family, names, options, client.options);
  };
  return listen as Subscribe;
}

/**
 * Subscribes to channels; resolves once the server has confirmed it.
 *
 * With RESP3 the connection still takes commands; a server that speaks only RESP2 takes none meanwhile. Messages wait in
 * a bounded queue (`overflow`). If the connection is lost, the loop ends with its error. The client's `signal` and
 * `timeoutMs` limit the wait for the confirmation.
 *
 * Each call gives an independent consumer: a channel that several of them have is subscribed to once, each gets every
 * message in a queue of its own, and UNSUBSCRIBE is sent when the last one closes.
 * @throws FairleadError `usage` for malformed names or options, else as `send` of a client. The loop throws `limit` after
 *   an overflow, `usage` for a payload that is not UTF-8, and the connection's failure.
 * @example
 * ```ts
 * import { connect, subscribe } from '@fairlead/redis';
 *
 * await using redis = await connect('redis://localhost');
 * for await (const { channel, message } of await subscribe(redis, ['news'])) console.log(channel, message);
 * ```
 */
export const subscribe: Subscribe = /* @__PURE__ */ subscriber('');

/**
 * Subscribes to all channels whose names match glob patterns; otherwise like `subscribe`.
 * @example
 * ```ts
 * import { connect, psubscribe } from '@fairlead/redis';
 *
 * await using redis = await connect('redis://localhost');
 * const news = await psubscribe(redis, ['news.*'], { overflow: 'drop-oldest', maxQueued: 100 });
 * for await (const { pattern, channel, message } of news) console.log(pattern, channel, message);
 * ```
 */
export const psubscribe: Subscribe = /* @__PURE__ */ subscriber('p');

/**
 * Subscribes to sharded channels (Redis 7); otherwise like `subscribe`.
 * @example
 * ```ts
 * import { connect, ssubscribe } from '@fairlead/redis';
 *
 * await using redis = await connect('redis://localhost');
 * await using orders = await ssubscribe(redis, ['orders'], { as: 'bytes' });
 * console.log((await orders.next()).value?.message.length);
 * ```
 */
export const ssubscribe: Subscribe = /* @__PURE__ */ subscriber('s');

/**
 * Invalidations for a client-side cache: an async iterable of the keys that have changed, among those that this
 * connection has read, or with `bcast` among all keys. A connection has one at a time.
 * @throws FairleadError `usage` for malformed options, for a second one, and on a server that speaks only RESP2; else as
 *   `send` of a client.
 * @example
 * ```ts
 * import { connect, tracking } from '@fairlead/redis';
 *
 * await using redis = await connect('redis://localhost');
 * const cache = new Map<string, string>();
 * for await (const { keys } of await tracking(redis, { bcast: true, prefixes: ['user:'] })) {
 *   if (keys === undefined) cache.clear();
 *   else for (const key of keys) cache.delete(key);
 * }
 * ```
 */
export async function tracking(
  client: ClientBase<unknown>,
  options: TrackingOptions = {},
): Promise<Inbox<Invalidation>> {
  checkInboxOptions(options);
  if (options.prefixes !== undefined && !Array.isArray(options.prefixes)) {
    throw usage('prefixes must be an array of keys');
  }
  return subscriptionsOf(client.connection).tracking(options, client.options);
}
