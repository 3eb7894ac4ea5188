// Sorted sets as lists of members with scores, and which of them a range by index, score or name holds.
import { float, integer, range, syntaxError } from '../../command.ts';
import type { Keyspace } from '../../keyspace.ts';
import { CommandError, Double, Pairs, type Reply } from '../../reply.ts';

/** A member and its score. */
export type Scored = readonly [member: string, score: number];

/** An empty sorted set. */
export const make = (): Map<string, number> => new Map();

/** The sorted set of a key, empty where there is none. A plain set counts as one whose scores are 1. */
export function read(db: Keyspace, key: string): Map<string, number> {
  return db.get(key, 'zset') ?? make();
}

/** By score, then by bytes. */
export function sorted(entries: Iterable<Scored>): Scored[] {
  return [...entries].sort(([a, x], [b, y]) => (x === y ? (a < b ? -1 : 1) : x - y));
}

/** The reply to a range: members, or members with scores as the protocol has them. */
export function reply(entries: readonly Scored[], withScores: boolean): Reply {
  return withScores
    ? new Pairs(entries.map(([member, score]) => [member, new Double(score)]))
    : entries.map(([member]) => member);
}

/** Replaces a key by these members; none: the key goes away. @returns How many. */
export function store(db: Keyspace, key: string, entries: readonly Scored[]): number {
  if (entries.length) db.set(key, 'zset', new Map(entries));
  else db.delete(key);
  return entries.length;
}

function scoreBound(text = ''): { value: number; open: boolean } {
  const open = text.startsWith('(');
  try {
    return { value: float(open ? text.slice(1) : text), open };
  } catch {
    throw new CommandError('ERR min or max is not a float');
  }
}

/** Whether a score lies between two bounds such as `1` and `(5`. */
export function scoreFilter(min: string | undefined, max: string | undefined): (entry: Scored) => boolean {
  const low = scoreBound(min);
  const high = scoreBound(max);
  return ([, score]) =>
    (low.open ? score > low.value : score >= low.value) &&
    (high.open ? score < high.value : score <= high.value);
}

/** Whether a name lies between two bounds such as `[a` and `+`. */
export function nameFilter(min = '', max = ''): (entry: Scored) => boolean {
  for (const bound of [min, max]) {
    if (!/^([[(]|[-+]$)/.test(bound)) throw new CommandError('ERR min or max not valid string range item');
  }
  const above = (name: string) => (min.startsWith('(') ? name > min.slice(1) : name >= min.slice(1));
  const below = (name: string) => (max.startsWith('(') ? name < max.slice(1) : name <= max.slice(1));
  return ([name]) =>
    min !== '+' && max !== '-' && (min === '-' || above(name)) && (max === '+' || below(name));
}

interface RangeOptions {
  by: 'index' | 'score' | 'name';
  reverse: boolean;
  withScores: boolean;
  limit?: [offset: number, count: number];
}

/** The options of ZRANGE and its older sisters, which begin with some of them set. */
export function rangeOptions(words: readonly string[], preset: Partial<RangeOptions> = {}): RangeOptions {
  const options: RangeOptions = { by: 'index', reverse: false, withScores: false, ...preset };
  for (let i = 0; i < words.length; i++) {
    const word = words[i]?.toUpperCase();
    if (word === 'BYSCORE') options.by = 'score';
    else if (word === 'BYLEX') options.by = 'name';
    else if (word === 'REV') options.reverse = true;
    else if (word === 'WITHSCORES') options.withScores = true;
    else if (word === 'LIMIT') options.limit = [integer(words[++i]), integer(words[++i])];
    else throw syntaxError();
  }
  if (options.limit && options.by === 'index') {
    throw new CommandError(
      'ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX',
    );
  }
  return options;
}

/** The members between `start` and `stop`. Reversed ranges by score and name begin with their upper bound. */
export function select(
  set: Map<string, number>,
  start: string,
  stop: string,
  options: RangeOptions,
): Scored[] {
  const { by, reverse, limit } = options;
  let entries = sorted(set);
  const [low, high] = reverse ? [stop, start] : [start, stop];
  if (by === 'score') entries = entries.filter(scoreFilter(low, high));
  if (by === 'name') entries = entries.filter(nameFilter(low, high));
  if (reverse) entries.reverse();
  if (by === 'index') return entries.slice(...range(start, stop, entries.length));
  if (!limit) return entries;
  const [offset, count] = limit;
  return offset < 0 ? [] : entries.slice(offset, count < 0 ? undefined : offset + count);
}
