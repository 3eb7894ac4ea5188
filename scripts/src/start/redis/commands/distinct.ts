// HyperLogLog: how many different elements there are. Here the count is exact, which is within the error that Redis allows itself.
import type { Commands } from '../command.ts';
import type { Keyspace } from '../keyspace.ts';
import { OK } from '../reply.ts';

const make = () => new Set<string>();
const read = (db: Keyspace, key: string) => db.get(key, 'distinct') ?? make();

function add(db: Keyspace, key: string, elements: readonly string[]): number {
  const isNew = !db.has(key);
  const all = db.getOrMake(key, 'distinct', make);
  const before = all.size;
  for (const element of elements) all.add(element);
  if (isNew || all.size > before) db.touch(key);
  return isNew || all.size > before ? 1 : 0;
}

const union = (db: Keyspace, keys: readonly string[]) => new Set(keys.flatMap((key) => [...read(db, key)]));

/** PFADD, PFCOUNT, PFMERGE. */
export const distinct: Commands = {
  PFADD: { arity: -2, run: (db, [key = '', ...elements]) => add(db, key, elements) },
  PFCOUNT: { arity: -2, run: (db, keys) => union(db, keys).size },
  PFMERGE: {
    arity: -2,
    run: (db, [target = '', ...keys]) => {
      add(db, target, [...union(db, keys)]);
      return OK;
    },
  },
};
