// Sorted sets: by index and by score. The forms by name (BYLEX) are refused.
import { type Commands, float, integer, pairs, range, scanFilter, syntaxError } from '../command.ts';
import type { Keyspace } from '../keyspace.ts';
import { CommandError, Double, numeral, type Reply } from '../reply.ts';

const make = () => new Map<string, number>();
const read = (db: Keyspace, key: string) => db.get(key, 'zset') ?? make();

/** By score, then by bytes. */
function sorted(db: Keyspace, key: string): [string, number][] {
  return [...read(db, key)].sort(([a, x], [b, y]) => x - y || (a < b ? -1 : 1));
}

function add(db: Keyspace, [key = '', ...rest]: string[]): Reply {
  const first = rest.findIndex((word) => !/^(nx|xx|gt|lt|ch|incr)$/i.test(word));
  const flags = rest.splice(0, Math.max(0, first)).map((flag) => flag.toUpperCase());
  if (flags.some((flag) => flag !== 'NX' && flag !== 'XX')) {
    throw new CommandError('ERR this server knows only NX and XX of the options of ZADD');
  }
  const entries = pairs(rest, 'zadd').map(([score, member]) => [member, float(score)] as const);
  const set = db.getOrMake(key, 'zset', make);
  const before = set.size;
  for (const [member, score] of entries) {
    if (!flags.length || set.has(member) === flags.includes('XX')) set.set(member, score);
  }
  db.touch(key);
  return set.size - before;
}

/** The reply to a range: members, or members with scores as the protocol has them. */
function members(entries: [string, number][], withScores: boolean): Reply {
  return withScores
    ? entries.flatMap(([member, score]) => [member, new Double(score)])
    : entries.map(([m]) => m);
}

function bound(text: string | undefined): { value: number; open: boolean } {
  const open = text?.startsWith('(') ?? false;
  return { value: float(open ? text?.slice(1) : text), open };
}

function byScore(entries: [string, number][], min: string | undefined, max: string | undefined) {
  const low = bound(min);
  const high = bound(max);
  return entries.filter(
    ([, score]) =>
      (low.open ? score > low.value : score >= low.value) &&
      (high.open ? score < high.value : score <= high.value),
  );
}

function rangeByIndex(db: Keyspace, [key = '', start, stop, ...options]: string[], reverse: boolean): Reply {
  const names = options.map((option) => option.toUpperCase());
  if (names.some((name) => name !== 'WITHSCORES' && name !== 'REV' && name !== 'BYSCORE'))
    throw syntaxError();
  const entries = sorted(db, key);
  const backwards = reverse || names.includes('REV');
  if (backwards) entries.reverse();
  const picked = names.includes('BYSCORE')
    ? byScore(entries, backwards ? stop : start, backwards ? start : stop)
    : entries.slice(...range(start, stop, entries.length));
  return members(picked, names.includes('WITHSCORES'));
}

function rangeByScore(db: Keyspace, [key = '', min, max, ...options]: string[]): Reply {
  let entries = byScore(sorted(db, key), min, max);
  const names = options.map((option) => option.toUpperCase());
  const limit = names.indexOf('LIMIT');
  if (limit >= 0) {
    const offset = integer(options[limit + 1]);
    const count = integer(options[limit + 2]);
    entries = entries.slice(offset, count < 0 ? undefined : offset + count);
    names.splice(limit, 3);
  }
  if (names.some((name) => name !== 'WITHSCORES')) throw syntaxError();
  return members(entries, names.includes('WITHSCORES'));
}

function remove(db: Keyspace, key: string, names: string[]): number {
  const set = read(db, key);
  const gone = names.filter((name) => set.delete(name)).length;
  if (gone) db.touch(key);
  return gone;
}

function rank(db: Keyspace, key: string, member: string, reverse: boolean): number | null {
  const entries = sorted(db, key);
  if (reverse) entries.reverse();
  const at = entries.findIndex(([name]) => name === member);
  return at < 0 ? null : at;
}

/** ZADD, ZRANGE and their family. */
export const sortedSets: Commands = {
  ZADD: { arity: -4, run: add },
  ZREM: { arity: -3, run: (db, [key = '', ...names]) => remove(db, key, names) },
  ZCARD: { arity: 2, run: (db, [key = '']) => read(db, key).size },
  ZSCORE: {
    arity: 3,
    run: (db, [key = '', member = '']) => {
      const score = read(db, key).get(member);
      return score === undefined ? null : new Double(score);
    },
  },
  ZINCRBY: {
    arity: 4,
    run: (db, [key = '', by, member = '']) => {
      const set = db.getOrMake(key, 'zset', make);
      const sum = (set.get(member) ?? 0) + float(by);
      set.set(member, sum);
      db.touch(key);
      return new Double(sum);
    },
  },
  ZCOUNT: { arity: 4, run: (db, [key = '', min, max]) => byScore(sorted(db, key), min, max).length },
  ZRANK: { arity: 3, run: (db, [key = '', member = '']) => rank(db, key, member, false) },
  ZREVRANK: { arity: 3, run: (db, [key = '', member = '']) => rank(db, key, member, true) },
  ZRANGE: { arity: -4, run: (db, args) => rangeByIndex(db, args, false) },
  ZREVRANGE: { arity: -4, run: (db, args) => rangeByIndex(db, args, true) },
  ZRANGEBYSCORE: { arity: -4, run: rangeByScore },
  ZSCAN: {
    arity: -3,
    run: (db, [key = '', cursor, ...options]) => {
      integer(cursor);
      const matches = scanFilter(options);
      return ['0', sorted(db, key).flatMap(([name, score]) => (matches(name) ? [name, numeral(score)] : []))];
    },
  },
};
