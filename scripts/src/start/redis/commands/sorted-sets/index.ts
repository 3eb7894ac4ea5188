// Sorted sets: the table of their commands.
import { type Commands, counted, integer, scanFilter, syntaxError } from '../../command.ts';
import type { Keyspace } from '../../keyspace.ts';
import { CommandError, Double, NULL_ARRAY, numeral, type Reply } from '../../reply.ts';
import { pick } from '../random.ts';
import { add, increment } from './add.ts';
import { combine, combineAndStore, intersectionSize } from './combine.ts';
import {
  nameFilter,
  rangeOptions,
  read,
  reply,
  type Scored,
  scoreFilter,
  select,
  sorted,
  store,
} from './members.ts';

type Preset = Parameters<typeof rangeOptions>[1];

function range(db: Keyspace, [key = '', start = '', stop = '', ...words]: string[], preset: Preset): Reply {
  const options = rangeOptions(words, preset);
  return reply(select(read(db, key), start, stop, options), options.withScores);
}

/** ZRANGEBYSCORE and ZRANGEBYLEX: their LIMIT needs no BYSCORE before it. */
function rangeBy(by: 'score' | 'name', reverse: boolean): (db: Keyspace, args: string[]) => Reply {
  return (db, args) => range(db, args, { by, reverse });
}

function rangeAndStore(
  db: Keyspace,
  [target = '', key = '', start = '', stop = '', ...words]: string[],
): number {
  return store(db, target, select(read(db, key), start, stop, rangeOptions(words)));
}

function remove(db: Keyspace, key: string, names: readonly string[]): number {
  const set = read(db, key);
  const gone = names.filter((name) => set.delete(name)).length;
  if (gone) db.touch(key);
  return gone;
}

const removeAll = (db: Keyspace, key: string, entries: readonly Scored[]): number =>
  remove(
    db,
    key,
    entries.map(([member]) => member),
  );

function rank(db: Keyspace, [key = '', member = '', word]: string[], reverse: boolean): Reply {
  if (word !== undefined && word.toUpperCase() !== 'WITHSCORE') throw syntaxError();
  const entries = sorted(read(db, key));
  if (reverse) entries.reverse();
  const at = entries.findIndex(([name]) => name === member);
  const found = entries[at];
  if (!found) return word === undefined ? null : NULL_ARRAY;
  return word === undefined ? at : [at, new Double(found[1])];
}

function score(db: Keyspace, key: string, member: string): Double | null {
  const value = read(db, key).get(member);
  return value === undefined ? null : new Double(value);
}

/** Takes the members with the lowest or highest scores away. */
function take(db: Keyspace, key: string, count: number, highest: boolean): Scored[] {
  if (count < 0) throw new CommandError('ERR value is out of range, must be positive');
  const entries = sorted(read(db, key));
  if (highest) entries.reverse();
  const taken = entries.slice(0, count);
  removeAll(db, key, taken);
  return taken;
}

function pop(db: Keyspace, [key = '', count]: string[], highest: boolean): Reply {
  const taken = take(db, key, count === undefined ? 1 : integer(count), highest);
  // Without a count, RESP3 has one flat pair.
  if (count === undefined) return taken.flatMap(([member, value]) => [member, new Double(value)]);
  return reply(taken, true);
}

function popFirst(db: Keyspace, args: string[]): Reply {
  const [keys, [side = '', word, count, ...more]] = counted(args);
  if (!/^(min|max)$/i.test(side) || more.length) throw syntaxError();
  if (word !== undefined && word.toUpperCase() !== 'COUNT') throw syntaxError();
  const key = keys.find((name) => read(db, name).size > 0);
  if (key === undefined) return NULL_ARRAY;
  const taken = take(db, key, count === undefined ? 1 : integer(count), side.toUpperCase() === 'MAX');
  return [key, taken.map(([member, value]) => [member, new Double(value)])];
}

function random(db: Keyspace, [key = '', count, word]: string[]): Reply {
  const entries = [...read(db, key)];
  if (count === undefined) return pick(entries, 1)[0]?.[0] ?? null;
  if (word !== undefined && word.toUpperCase() !== 'WITHSCORES') throw syntaxError();
  return reply(pick(entries, integer(count)), word !== undefined);
}

function scan(db: Keyspace, [key = '', cursor, ...options]: string[]): Reply {
  integer(cursor);
  const matches = scanFilter(options);
  const found = sorted(read(db, key)).filter(([name]) => matches(name));
  return ['0', found.flatMap(([name, value]) => [name, numeral(value)])];
}

const filtered = (db: Keyspace, key: string, filter: (entry: Scored) => boolean): Scored[] =>
  sorted(read(db, key)).filter(filter);

/** ZADD, ZRANGE and their family. */
export const sortedSets: Commands = {
  ZADD: { arity: -4, run: add },
  ZINCRBY: { arity: 4, run: increment },
  ZREM: { arity: -3, run: (db, [key = '', ...names]) => remove(db, key, names) },
  ZCARD: { arity: 2, run: (db, [key = '']) => read(db, key).size },
  ZSCORE: { arity: 3, run: (db, [key = '', member = '']) => score(db, key, member) },
  ZMSCORE: {
    arity: -3,
    run: (db, [key = '', ...members]) => members.map((member) => score(db, key, member)),
  },
  ZCOUNT: { arity: 4, run: (db, [key = '', min, max]) => filtered(db, key, scoreFilter(min, max)).length },
  ZLEXCOUNT: { arity: 4, run: (db, [key = '', min, max]) => filtered(db, key, nameFilter(min, max)).length },
  ZRANK: { arity: -3, run: (db, args) => rank(db, args, false) },
  ZREVRANK: { arity: -3, run: (db, args) => rank(db, args, true) },
  ZRANGE: { arity: -4, run: (db, args) => range(db, args, {}) },
  ZREVRANGE: { arity: -4, run: (db, args) => range(db, args, { reverse: true }) },
  ZRANGEBYSCORE: { arity: -4, run: rangeBy('score', false) },
  ZREVRANGEBYSCORE: { arity: -4, run: rangeBy('score', true) },
  ZRANGEBYLEX: { arity: -4, run: rangeBy('name', false) },
  ZREVRANGEBYLEX: { arity: -4, run: rangeBy('name', true) },
  ZRANGESTORE: { arity: -5, run: rangeAndStore },
  ZREMRANGEBYRANK: {
    arity: 4,
    run: (db, [key = '', start = '', stop = '']) =>
      removeAll(db, key, select(read(db, key), start, stop, rangeOptions([]))),
  },
  ZREMRANGEBYSCORE: {
    arity: 4,
    run: (db, [key = '', min, max]) => removeAll(db, key, filtered(db, key, scoreFilter(min, max))),
  },
  ZREMRANGEBYLEX: {
    arity: 4,
    run: (db, [key = '', min, max]) => removeAll(db, key, filtered(db, key, nameFilter(min, max))),
  },
  ZPOPMIN: { arity: -2, run: (db, args) => pop(db, args, false) },
  ZPOPMAX: { arity: -2, run: (db, args) => pop(db, args, true) },
  ZMPOP: { arity: -4, run: popFirst },
  ZRANDMEMBER: { arity: -2, run: random },
  ZUNION: { arity: -3, run: (db, args) => combine(db, 'union', args) },
  ZINTER: { arity: -3, run: (db, args) => combine(db, 'inter', args) },
  ZDIFF: { arity: -3, run: (db, args) => combine(db, 'diff', args) },
  ZUNIONSTORE: { arity: -4, run: (db, args) => combineAndStore(db, 'union', args) },
  ZINTERSTORE: { arity: -4, run: (db, args) => combineAndStore(db, 'inter', args) },
  ZDIFFSTORE: { arity: -4, run: (db, args) => combineAndStore(db, 'diff', args) },
  ZINTERCARD: { arity: -3, run: intersectionSize },
  ZSCAN: { arity: -3, run: scan },
};
