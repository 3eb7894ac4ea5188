// What makes the typed commands: a table of names and shapes. It knows neither connections nor transactions.
import type { Arg } from './messages.ts';
import { entries, listOf, record, type Shape, score, scored, truth } from './shape.ts';

/** What the commands are called on: a client sends them, a transaction collects them. */
export interface Runner {
  run(command: Arg[], shape?: Shape): unknown;
}

/** Options under their names, lists, fields: what a typed command takes. The encoder refuses the rest. */
type Input = Arg | undefined | boolean | readonly Input[] | { readonly [name: string]: Input };

/** Which arguments go out, and in which order, where they are not simply in Redis's. */
type Order = (...args: Input[]) => Input[];

/** `{ name: value }` as it is: names of fields keep their spelling. */
const flat = (fields: Input): Input[] => Object.entries(fields ?? {}).flat();

const COMMANDS: readonly (readonly [names: string, shape?: Shape | undefined, order?: Order])[] = [
  [
    'get set setex getdel getex getrange setrange mget append strlen incr incrby incrbyfloat decr decrby getbit setbit bitcount del unlink exists touch ttl pttl type rename hget hmget hdel hincrby hincrbyfloat hkeys hvals hlen hstrlen lpush rpush lpushx rpushx lpop rpop llen lrange lindex lset lrem ltrim linsert lmove sadd srem scard spop srandmember zrem zcard zcount zrank zrevrank zrange zremrangebyscore zremrangebyrank xlen xdel xack pfcount publish spublish ping echo dbsize',
  ],
  [
    'setnx expire pexpire expireat pexpireat persist renamenx copy hsetnx hexists sismember smove pfadd',
    truth,
  ],
  ['smembers sinter sunion sdiff', listOf],
  ['zscore zincrby', score],
  ['hgetall', record],
  ['zpopmin zpopmax', scored],
  ['xrange xrevrange', entries],
  ['mset', undefined, flat],
  ['msetnx', truth, flat],
  ['hset', undefined, (key, fields) => [key, flat(fields)]],
  ['zadd', undefined, (key, members, options = []) => [key, options, members]],
  ['xadd', undefined, (key, id, fields, options = []) => [key, options, id, flat(fields)]],
  ['zrangeWithScores', scored, (...args) => [...args, 'WITHSCORES']],
];

/** Flattens lists and spells options: `{ ex: 10, nx: true }` is `EX 10 NX`. */
function flatten(into: Arg[], input: Input): Arg[] {
  if (Array.isArray(input)) for (const item of input) flatten(into, item);
  else if (typeof input === 'object' && !(input instanceof Uint8Array)) {
    for (const [name, value] of Object.entries(input)) {
      if (value === undefined || value === false) continue;
      into.push(name.toUpperCase());
      if (value !== true) flatten(into, value);
    }
  } else into.push(input as Arg);
  return into;
}

/** Gives `prototype` the typed commands; they call its `run`. */
export function defineCommands(prototype: Runner): void {
  for (const [names, shape, order] of COMMANDS) {
    for (const name of names.split(' ')) {
      const command = name.replace('WithScores', '').toUpperCase();
      const value = function (this: Runner, ...args: Input[]): unknown {
        // The commonest command needs nothing of what follows.
        if (args.length === 1 && typeof args[0] === 'string') return this.run([command, args[0]], shape);
        // An option that was left out; elsewhere `undefined` is the caller's mistake, and the encoder says so.
        if (args.at(-1) === undefined) args.pop();
        return this.run(flatten([command], order === undefined ? args : order(...args)), shape);
      };
      Object.defineProperty(prototype, name, { value });
    }
  }
}
