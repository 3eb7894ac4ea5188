// Sets.
import { type Commands, counted, integer, scanFilter, syntaxError } from '../command.ts';
import type { Keyspace } from '../keyspace.ts';
import { CommandError, type Reply } from '../reply.ts';
import { pick } from './random.ts';

type Combination = (a: Set<string>, b: Set<string>) => Set<string>;
const make = () => new Set<string>();
const read = (db: Keyspace, key: string) => db.get(key, 'set') ?? make();

function combine(db: Keyspace, keys: string[], how: Combination) {
  return keys.map((key) => read(db, key)).reduce((a, b) => how(a, b));
}

function change(db: Keyspace, key: string, members: string[], how: (set: Set<string>, m: string) => unknown) {
  const set = db.getOrMake(key, 'set', make);
  const before = set.size;
  for (const member of members) how(set, member);
  db.touch(key);
  return Math.abs(set.size - before);
}

const intersect: Combination = (a, b) => a.intersection(b);
const unite: Combination = (a, b) => a.union(b);
const subtract: Combination = (a, b) => a.difference(b);

function store(db: Keyspace, [target = '', ...keys]: string[], how: Combination): number {
  const result = new Set(combine(db, keys, how));
  if (result.size) db.set(target, 'set', result);
  else db.delete(target);
  return result.size;
}

function pop(db: Keyspace, key: string, count: string | undefined): Reply {
  const many = count === undefined ? 1 : integer(count);
  if (many < 0) throw new CommandError('ERR value is out of range, must be positive');
  const members = pick([...read(db, key)], many);
  if (members.length) change(db, key, members, (set, member) => set.delete(member));
  return count === undefined ? (members[0] ?? null) : new Set(members);
}

function random(db: Keyspace, [key = '', count]: string[]): Reply {
  const members = pick([...read(db, key)], count === undefined ? 1 : integer(count));
  return count === undefined ? (members[0] ?? null) : members;
}

function move(db: Keyspace, [from = '', to = '', member = '']: string[]): number {
  read(db, to);
  if (!read(db, from).has(member)) return 0;
  change(db, from, [member], (set) => set.delete(member));
  change(db, to, [member], (set) => set.add(member));
  return 1;
}

function intersectionSize(db: Keyspace, args: string[]): number {
  const [keys, [word, limit, ...more]] = counted(args);
  if (more.length || (word !== undefined && word.toUpperCase() !== 'LIMIT')) throw syntaxError();
  const most = limit === undefined ? 0 : integer(limit);
  if (most < 0) throw new CommandError("ERR LIMIT can't be negative");
  const { size } = combine(db, keys, intersect);
  return most ? Math.min(most, size) : size;
}

/** SADD, SMEMBERS and their family. */
export const sets: Commands = {
  SADD: { arity: -3, run: (db, [key = '', ...all]) => change(db, key, all, (set, one) => set.add(one)) },
  SREM: { arity: -3, run: (db, [key = '', ...all]) => change(db, key, all, (set, one) => set.delete(one)) },
  SMEMBERS: { arity: 2, run: (db, [key = '']) => read(db, key) },
  SISMEMBER: { arity: 3, run: (db, [key = '', member = '']) => (read(db, key).has(member) ? 1 : 0) },
  SMISMEMBER: {
    arity: -3,
    run: (db, [key = '', ...all]) => all.map((member) => (read(db, key).has(member) ? 1 : 0)),
  },
  SCARD: { arity: 2, run: (db, [key = '']) => read(db, key).size },
  SPOP: { arity: -2, run: (db, [key = '', count]) => pop(db, key, count) },
  SINTER: { arity: -2, run: (db, keys) => combine(db, keys, intersect) },
  SUNION: { arity: -2, run: (db, keys) => combine(db, keys, unite) },
  SDIFF: { arity: -2, run: (db, keys) => combine(db, keys, subtract) },
  SINTERSTORE: { arity: -3, run: (db, args) => store(db, args, intersect) },
  SUNIONSTORE: { arity: -3, run: (db, args) => store(db, args, unite) },
  SDIFFSTORE: { arity: -3, run: (db, args) => store(db, args, subtract) },
  SINTERCARD: { arity: -3, run: intersectionSize },
  SRANDMEMBER: { arity: -2, run: random },
  SMOVE: { arity: 4, run: move },
  SSCAN: {
    arity: -3,
    run: (db, [key = '', cursor, ...options]) => {
      integer(cursor);
      return ['0', [...read(db, key)].filter(scanFilter(options))];
    },
  },
};
