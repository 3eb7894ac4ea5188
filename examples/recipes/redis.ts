// Recipes for Redis: copy a function.
import { type RedisClient, Script, scan, subscribe } from '@fairlead/redis';

/** A value from the cache, or made and put there. A cache that fails does not fail the caller. */
export async function cached<T>(
  redis: RedisClient,
  key: string,
  seconds: number,
  make: () => Promise<T>,
): Promise<T> {
  const found = await redis.get(key).catch(() => null);
  if (typeof found === 'string') return JSON.parse(found) as T;
  const value = await make();
  await redis.set(key, JSON.stringify(value), { ex: seconds }).catch(() => undefined);
  return value;
}

/** Whether a caller may go on: at most `max` calls in each window. Both commands are one transaction, in one round trip. */
export async function mayCall(
  redis: RedisClient,
  caller: string,
  max: number,
  seconds: number,
): Promise<boolean> {
  const window = Math.floor(Date.now() / 1000 / seconds);
  const key = `calls:${caller}:${window}`;
  const replies = await redis.multi().incr(key).expire(key, seconds).exec();
  return Number(replies?.[0]) <= max;
}

const RELEASE = new Script(
  "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0",
);

/** Runs `work` while no other holder runs it. The lock ends by itself, and is given back only by its holder. */
export async function withLock<T>(
  redis: RedisClient,
  name: string,
  milliseconds: number,
  work: () => Promise<T>,
): Promise<T | undefined> {
  const holder = crypto.randomUUID();
  if ((await redis.set(name, holder, { px: milliseconds, nx: true })) === null) return undefined;
  try {
    return await work();
  } finally {
    await RELEASE.run(redis, [name], [holder]);
  }
}

/** The best of a list of scores, best first. */
export async function leaders(redis: RedisClient, board: string, count: number): Promise<unknown> {
  return redis.send('ZRANGE', board, 0, count - 1, 'REV', 'WITHSCORES');
}

/** Deletes all keys of a pattern, a page at a time, without blocking the server as KEYS would. */
export async function forget(redis: RedisClient, pattern: string): Promise<number> {
  let count = 0;
  for await (const key of scan(redis, { match: pattern, count: 500 })) count += await redis.del(key);
  return count;
}

/** The next message of a channel. Leaving the loop ends the subscription. */
export async function nextMessage(redis: RedisClient, channel: string): Promise<string | undefined> {
  for await (const { message } of await subscribe(redis, [channel])) return message;
  return undefined;
}

/** Takes a job from a list, and waits for one. Blocking commands need a connection of their own. */
export async function nextJob(
  redis: RedisClient,
  list: string,
  seconds: number,
): Promise<string | undefined> {
  await using own = await redis.dedicated();
  const reply = await own.send('BLPOP', list, seconds);
  return Array.isArray(reply) ? String(reply[1]) : undefined;
}
