// ZADD with its options, and ZINCRBY.
import { float, pairs, syntaxError } from '../../command.ts';
import type { Keyspace } from '../../keyspace.ts';
import { CommandError, Double, type Reply } from '../../reply.ts';
import { make } from './members.ts';

type Flags = ReadonlySet<string>;

function check(flags: Flags, entries: number): void {
  if (flags.has('NX') && flags.has('XX'))
    throw new CommandError('ERR XX and NX options at the same time are not compatible');
  if ([flags.has('NX'), flags.has('GT'), flags.has('LT')].filter(Boolean).length > 1)
    throw new CommandError('ERR GT, LT, and/or NX options at the same time are not compatible');
  if (flags.has('INCR') && entries !== 1)
    throw new CommandError('ERR INCR option supports a single increment-element pair');
}

/** Whether a member with the score `old` may get the score `score`. */
function allowed(flags: Flags, old: number | undefined, score: number): boolean {
  if (old === undefined) return !flags.has('XX');
  if (flags.has('NX')) return false;
  return !(flags.has('GT') && score <= old) && !(flags.has('LT') && score >= old);
}

function sum(old: number, by: number): number {
  const score = old + by;
  if (Number.isNaN(score)) throw new CommandError('ERR resulting score is not a number (NaN)');
  return score;
}

/** ZADD. */
export function add(db: Keyspace, [key = '', ...rest]: string[]): Reply {
  const first = rest.findIndex((word) => !/^(nx|xx|gt|lt|ch|incr)$/i.test(word));
  const flags = new Set(rest.splice(0, Math.max(0, first)).map((flag) => flag.toUpperCase()));
  if (!rest.length || rest.length % 2) throw syntaxError();
  const entries = pairs(rest, 'zadd').map(([score, member]) => [member, float(score)] as const);
  check(flags, entries.length);
  const set = db.getOrMake(key, 'zset', make);
  let added = 0;
  let changed = 0;
  let result: Reply = null;
  for (const [member, value] of entries) {
    const old = set.get(member);
    const score = flags.has('INCR') ? sum(old ?? 0, value) : value;
    if (!allowed(flags, old, score)) continue;
    set.set(member, score);
    result = new Double(score);
    if (old === undefined) added++;
    else if (old !== score) changed++;
  }
  db.touch(key);
  if (flags.has('INCR')) return result;
  return flags.has('CH') ? added + changed : added;
}

/** ZINCRBY. */
export function increment(db: Keyspace, [key = '', by = '', member = '']: string[]): Reply {
  return add(db, [key, 'INCR', by, member]);
}
