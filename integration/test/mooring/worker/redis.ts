// Redis on a mooring, call by call.
import { type RedisClient, scan, subscribe } from '@fairlead/redis';
import { connect } from '@fairlead/redis/mooring';
import type { Case, Env, Input } from './case.ts';

function open(env: Env, { pool, name = 'library' }: Input): Promise<RedisClient> {
  const limits = { max: 5, ...(pool as object) };
  return connect(env.MOORING, env.REDIS_URL, { pool: limits, name: String(name) });
}

/** The case with a client that is closed behind it. */
function withClient(run: (redis: RedisClient, input: Input) => Promise<unknown>): Case {
  return async (env, input) => {
    await using redis = await open(env, input);
    return await run(redis, input);
  };
}

export const REDIS_CASES: Readonly<Record<string, Case>> = {
  command: withClient((redis, { words }) => {
    const [name, ...args] = words as [string, ...string[]];
    return redis.send(name, ...args);
  }),

  commands: withClient(async (redis) => {
    await redis.set('library:word', 'Göteborg', { ex: 60 });
    await redis.del('library:n');
    const pipelined = await Promise.all(Array.from({ length: 500 }, () => redis.incr('library:n')));
    const wrong = await redis.send('LPUSH', 'library:word', 'x').catch((error) => error.server?.code);
    const bytes = await redis.with({ as: 'bytes' }).get('library:word');
    return { word: await redis.get('library:word'), last: pipelined.at(-1), wrong, bytes: bytes?.length };
  }),

  multi: withClient(async (redis) => {
    const [set, incremented, wrong] =
      (await redis.multi().set('library:m', 1).incr('library:m').send('LPUSH', 'library:m', 'x').exec()) ??
      [];
    return [set, incremented, String(wrong)];
  }),

  /** Another client changes the watched key between the reading and the transaction, where `interfere` says so. */
  watch: async (env, input) => {
    await using redis = await open(env, input);
    await using other = await open(env, input);
    await redis.set('library:stock', 7);
    return await redis.watch(['library:stock'], async (own) => {
      const stock = Number(await own.get('library:stock'));
      if (input.interfere === true) await other.set('library:stock', 100);
      return own
        .multi()
        .set('library:stock', stock - 1)
        .exec();
    });
  },

  /** Others go on while one blocks. */
  block: withClient(async (redis) => {
    await redis.del('library:jobs');
    await using own = await redis.dedicated();
    const job = own.send('BLPOP', 'library:jobs', 10);
    const meanwhile = await redis.send('ECHO', 'meanwhile');
    await scheduler.wait(100);
    await redis.send('RPUSH', 'library:jobs', 'a job');
    return { meanwhile, job: await job };
  }),

  publish: async (env, input) => {
    await using redis = await open(env, input);
    await using own = await open(env, input);
    await using messages = await subscribe(own, ['library:news']);
    for (const word of ['one', 'two']) await redis.publish('library:news', word);
    const heard: string[] = [];
    for await (const { message } of messages) {
      heard.push(message);
      if (heard.length === 2) break;
    }
    return heard;
  },

  scan: withClient(async (redis) => {
    await Promise.all(Array.from({ length: 300 }, (_, n) => redis.set(`library:scan:${n}`, n)));
    const keys = new Set<string>();
    for await (const key of scan(redis, { match: 'library:scan:*', count: 20 })) keys.add(key);
    return keys.size;
  }),
};
