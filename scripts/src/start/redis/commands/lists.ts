// Lists. Blocking commands are refused: this server would have to keep the caller waiting.
import { type Commands, integer, range } from '../command.ts';
import type { Keyspace } from '../keyspace.ts';
import { CommandError, OK, type Reply } from '../reply.ts';

const make = (): string[] => [];
const read = (db: Keyspace, key: string) => db.get(key, 'list') ?? make();

function push(db: Keyspace, key: string, values: string[], left: boolean, onlyIfThere = false): number {
  if (onlyIfThere && db.type(key) === 'none') return 0;
  const list = db.getOrMake(key, 'list', make);
  if (left) list.unshift(...values.reverse());
  else list.push(...values);
  db.touch(key);
  return list.length;
}

function pop(db: Keyspace, key: string, count: string | undefined, left: boolean): Reply {
  const list = db.get(key, 'list');
  if (!list) return null;
  const many = count === undefined ? 1 : integer(count);
  if (many < 0) throw new CommandError('ERR value is out of range, must be positive');
  const taken = left ? list.splice(0, many) : list.splice(Math.max(0, list.length - many), many).reverse();
  db.touch(key);
  return count === undefined ? (taken[0] ?? null) : taken;
}

function remove(db: Keyspace, key: string, count: number, value: string): number {
  const list = read(db, key);
  let left = count === 0 ? list.length : Math.abs(count);
  const before = list.length;
  const keep = (item: string) => item !== value || left-- <= 0;
  const kept = count < 0 ? list.reverse().filter(keep).reverse() : list.filter(keep);
  list.splice(0, list.length, ...kept);
  if (before) db.touch(key);
  return before - kept.length;
}

/** LPUSH, LRANGE and their family. */
export const lists: Commands = {
  LPUSH: { arity: -3, run: (db, [key = '', ...values]) => push(db, key, values, true) },
  RPUSH: { arity: -3, run: (db, [key = '', ...values]) => push(db, key, values, false) },
  LPUSHX: { arity: -3, run: (db, [key = '', ...values]) => push(db, key, values, true, true) },
  RPUSHX: { arity: -3, run: (db, [key = '', ...values]) => push(db, key, values, false, true) },
  LPOP: { arity: -2, run: (db, [key = '', count]) => pop(db, key, count, true) },
  RPOP: { arity: -2, run: (db, [key = '', count]) => pop(db, key, count, false) },
  LLEN: { arity: 2, run: (db, [key = '']) => read(db, key).length },
  LRANGE: {
    arity: 4,
    run: (db, [key = '', start, stop]) => read(db, key).slice(...range(start, stop, read(db, key).length)),
  },
  LINDEX: { arity: 3, run: (db, [key = '', at]) => read(db, key).at(integer(at)) ?? null },
  LREM: { arity: 4, run: (db, [key = '', count, value = '']) => remove(db, key, integer(count), value) },
  LSET: {
    arity: 4,
    run: (db, [key = '', at, value = '']) => {
      const list = db.get(key, 'list');
      if (!list) throw new CommandError('ERR no such key');
      const index = integer(at) < 0 ? list.length + integer(at) : integer(at);
      if (index < 0 || index >= list.length) throw new CommandError('ERR index out of range');
      list[index] = value;
      db.touch(key);
      return OK;
    },
  },
  LTRIM: {
    arity: 4,
    run: (db, [key = '', start, stop]) => {
      const list = read(db, key);
      list.splice(0, list.length, ...list.slice(...range(start, stop, list.length)));
      db.touch(key);
      return OK;
    },
  },
};
