// Several sorted sets into one: ZUNION, ZINTER, ZDIFF and the forms that store. Plain sets count with scores of 1.
import { counted, float, integer, syntaxError } from '../../command.ts';
import type { Keyspace } from '../../keyspace.ts';
import type { Reply } from '../../reply.ts';
import { make, reply, type Scored, sorted, store } from './members.ts';

type Name = 'union' | 'inter' | 'diff';

const AGGREGATES: Readonly<Record<string, (a: number, b: number) => number>> = {
  // Infinity and its opposite make 0, as in Redis.
  SUM: (a, b) => (Number.isNaN(a + b) ? 0 : a + b),
  MIN: Math.min,
  MAX: Math.max,
};

function source(db: Keyspace, key: string): Map<string, number> {
  if (db.type(key) === 'set') return new Map([...(db.get(key, 'set') ?? [])].map((member) => [member, 1]));
  return db.get(key, 'zset') ?? make();
}

interface Options {
  weights: number[];
  aggregate: (a: number, b: number) => number;
  withScores: boolean;
}

function readOptions(words: readonly string[], keys: number): Options {
  const options: Options = { weights: [], aggregate: (a, b) => a + b, withScores: false };
  for (let i = 0; i < words.length; i++) {
    const word = words[i]?.toUpperCase();
    if (word === 'WEIGHTS' && words.length > i + keys) {
      options.weights = words.slice(i + 1, i + 1 + keys).map(float);
      i += keys;
    } else if (word === 'AGGREGATE') {
      const name = words[++i]?.toUpperCase() ?? '';
      const how = Object.hasOwn(AGGREGATES, name) ? AGGREGATES[name] : undefined;
      if (!how) throw syntaxError();
      options.aggregate = how;
    } else if (word === 'WITHSCORES') options.withScores = true;
    else throw syntaxError();
  }
  return options;
}

function run(db: Keyspace, name: Name, words: readonly string[]): { entries: Scored[]; withScores: boolean } {
  const [keys, rest] = counted(words);
  const { weights, aggregate, withScores } = readOptions(rest, keys.length);
  const [first = make(), ...others] = keys.map(
    (key, i) => new Map([...source(db, key)].map(([member, score]) => [member, score * (weights[i] ?? 1)])),
  );
  let result = first;
  for (const other of others) {
    if (name === 'diff') result = new Map([...result].filter(([member]) => !other.has(member)));
    else if (name === 'inter') result = new Map([...result].filter(([member]) => other.has(member)));
    if (name === 'diff') continue;
    for (const [member, score] of other) {
      const old = result.get(member);
      if (old !== undefined) result.set(member, aggregate(old, score));
      else if (name === 'union') result.set(member, score);
    }
  }
  return { entries: sorted(result), withScores };
}

/** ZUNION and its sisters: `2 a b WITHSCORES`. */
export function combine(db: Keyspace, name: Name, words: readonly string[]): Reply {
  const { entries, withScores } = run(db, name, words);
  return reply(entries, withScores);
}

/** ZUNIONSTORE and its sisters: `target 2 a b`. */
export function combineAndStore(db: Keyspace, name: Name, [target = '', ...words]: string[]): number {
  return store(db, target, run(db, name, words).entries);
}

/** ZINTERCARD: `2 a b LIMIT 1`. */
export function intersectionSize(db: Keyspace, words: string[]): number {
  const [keys, [word, limit, ...more]] = counted(words);
  if (more.length || (word !== undefined && word.toUpperCase() !== 'LIMIT')) throw syntaxError();
  const { length } = run(db, 'inter', [String(keys.length), ...keys]).entries;
  return Math.min(length, (limit === undefined ? 0 : integer(limit)) || Infinity);
}
