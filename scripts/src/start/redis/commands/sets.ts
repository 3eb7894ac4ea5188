// Sets.
import { type Commands, integer, scanFilter } from '../command.ts';
import type { Keyspace } from '../keyspace.ts';
import type { Reply } from '../reply.ts';

const make = () => new Set<string>();
const read = (db: Keyspace, key: string) => db.get(key, 'set') ?? make();

function combine(db: Keyspace, keys: string[], how: (a: Set<string>, b: Set<string>) => Set<string>) {
  return keys.map((key) => read(db, key)).reduce((a, b) => how(a, b));
}

function change(db: Keyspace, key: string, members: string[], how: (set: Set<string>, m: string) => unknown) {
  const set = db.getOrMake(key, 'set', make);
  const before = set.size;
  for (const member of members) how(set, member);
  db.touch(key);
  return Math.abs(set.size - before);
}

function pop(db: Keyspace, key: string, count: string | undefined): Reply {
  const members = [...read(db, key)].slice(0, count === undefined ? 1 : Math.max(0, integer(count)));
  if (members.length) change(db, key, members, (set, member) => set.delete(member));
  return count === undefined ? (members[0] ?? null) : members;
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
  SINTER: { arity: -2, run: (db, keys) => combine(db, keys, (a, b) => a.intersection(b)) },
  SUNION: { arity: -2, run: (db, keys) => combine(db, keys, (a, b) => a.union(b)) },
  SDIFF: { arity: -2, run: (db, keys) => combine(db, keys, (a, b) => a.difference(b)) },
  SSCAN: {
    arity: -3,
    run: (db, [key = '', cursor, ...options]) => {
      integer(cursor);
      return ['0', [...read(db, key)].filter(scanFilter(options))];
    },
  },
};
