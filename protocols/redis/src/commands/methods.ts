// What makes the typed commands: a table of names, arguments and shapes. It knows neither connections nor transactions.
import type { Arg } from '../types.ts';
import { entries, listOf, type ReplyShape, record, score, scored, truth } from '../wire/reply-shapes.ts';
import { argumentsOf, type Signature, signatureOf } from './arguments.ts';

/** What the commands are called on: a client sends them, a transaction collects them. */
export interface Runner {
  run(command: Arg[], shape?: ReplyShape): unknown;
  /** Gives the caller the mistake in its arguments. */
  refuse(mistake: unknown): unknown;
}

const EXPIRY = 'ex px exat pxat';
const RANGE = 'byscore bylex rev limit';

/**
 * By arguments, as `signatureOf` reads them. A name ends with a word of the command's that stands behind all arguments:
 * `zrangeWithScores`.
 */
const COMMANDS: readonly (readonly [signature: string, names: string, shape?: ReplyShape])[] = [
  ['', 'ping dbsize'],
  [
    'k',
    'get getdel strlen incr decr ttl pttl type hkeys hvals hlen lpop rpop llen scard spop srandmember zcard xlen',
  ],
  ['k', 'persist', truth],
  ['k', 'smembers', listOf],
  ['k', 'hgetall', record],
  ['k?i', 'zpopmin zpopmax', scored],
  ['k?ii', 'bitcount'],
  [`k{${EXPIRY} persist}`, 'getex'],
  ['K', 'mget del unlink exists touch pfcount'],
  ['K', 'sinter sunion sdiff', listOf],
  ['v', 'echo'],
  ['f', 'mset'],
  ['f', 'msetnx', truth],
  [`kv{${EXPIRY} nx xx keepttl get}`, 'set'],
  ['kv', 'setnx sismember', truth],
  ['kv', 'append incrbyfloat zrank zrevrank publish spublish'],
  ['kv', 'zscore', score],
  ['kiv', 'setex setrange lset lrem'],
  ['ki', 'incrby decrby getbit lindex'],
  ['kii', 'getrange setbit lrange ltrim zremrangebyrank'],
  ['ki{nx xx gt lt}', 'expire pexpire expireat pexpireat', truth],
  ['kk', 'rename hget hstrlen'],
  ['kk', 'renamenx hexists', truth],
  ['kk{db replace}', 'copy', truth],
  ['kf', 'hset'],
  ['kkv', 'hsetnx smove', truth],
  ['kkv', 'hincrbyfloat'],
  ['kki', 'hincrby'],
  ['kK', 'hmget hdel xdel'],
  ['kkK', 'xack'],
  ['kV', 'lpush rpush lpushx rpushx sadd srem zrem'],
  ['kV', 'pfadd', truth],
  ['kkvv', 'linsert'],
  ['kkkk', 'lmove'],
  ['k{nx xx gt lt ch}m', 'zadd'],
  ['ksv', 'zincrby', score],
  ['krr', 'zcount zremrangebyscore'],
  [`krr{${RANGE}}`, 'zrange'],
  [`krr{${RANGE}}`, 'zrangeWithScores', scored],
  ['k{nomkstream maxlen}kf', 'xadd'],
  ['kkk{count}', 'xrange xrevrange', entries],
];

/** Gives `prototype` the typed commands; they call its `run`, or its `refuse` for what is no argument. */
export function defineCommands(prototype: Runner): void {
  for (const [signature, names, shape] of COMMANDS) {
    for (const name of names.split(' ')) {
      Object.defineProperty(prototype, name, { value: method(name, signature, shape) });
    }
  }
}

function method(name: string, text: string, shape: ReplyShape | undefined): (...args: unknown[]) => unknown {
  const [command = '', ending] = name.split(/(?=WithScores)/).map((word) => word.toUpperCase());
  const takesOneText = /^[kKv](?![a-zA-Z])/.test(text);
  let signature: Signature | undefined;
  return function (this: Runner, ...args: unknown[]): unknown {
    const [first] = args;
    // The commonest command needs nothing of what follows.
    if (takesOneText && args.length === 1 && typeof first === 'string')
      return this.run([command, first], shape);
    // Read when it is used first: a Worker that starts pays for none of it.
    signature ??= signatureOf(text);
    const parts: Arg[] = [command];
    try {
      argumentsOf(parts, name, signature, args);
    } catch (mistake) {
      return this.refuse(mistake);
    }
    if (ending !== undefined) parts.push(ending);
    return this.run(parts, shape);
  };
}
