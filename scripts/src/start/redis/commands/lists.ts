// Lists. Blocking commands are refused: this server would have to keep the caller waiting.
import { type Commands, counted, integer, range, syntaxError } from '../command.ts';
import type { Keyspace } from '../keyspace.ts';
import { CommandError, NULL_ARRAY, OK, type Reply } from '../reply.ts';

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
  if (!list) return count === undefined ? null : NULL_ARRAY;
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

function insert(db: Keyspace, [key = '', where = '', pivot = '', value = '']: string[]): number {
  if (!/^(before|after)$/i.test(where)) throw syntaxError();
  const list = read(db, key);
  if (!list.length) return 0;
  const at = list.indexOf(pivot);
  if (at < 0) return -1;
  list.splice(where.toUpperCase() === 'AFTER' ? at + 1 : at, 0, value);
  db.touch(key);
  return list.length;
}

/** Whether `LEFT` or `RIGHT` says left. */
function isLeft(word = ''): boolean {
  if (!/^(left|right)$/i.test(word)) throw syntaxError();
  return word.toUpperCase() === 'LEFT';
}

function move(db: Keyspace, from: string, to: string, [takeLeft, putLeft]: readonly boolean[]): Reply {
  read(db, to);
  const value = pop(db, from, undefined, takeLeft ?? false);
  if (typeof value === 'string') push(db, to, [value], putLeft ?? false);
  return value;
}

const ZERO_RANK =
  "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... or use negative to start from the end of the list";

function positions(db: Keyspace, [key = '', value = '', ...words]: string[]): Reply {
  const options = new Map([
    ['RANK', 1],
    ['MAXLEN', 0],
  ]);
  for (let i = 0; i < words.length; i += 2) {
    const name = words[i]?.toUpperCase() ?? '';
    if (!['RANK', 'COUNT', 'MAXLEN'].includes(name)) throw syntaxError();
    options.set(name, integer(words[i + 1]));
  }
  const rank = options.get('RANK') ?? 1;
  const count = options.get('COUNT');
  if (rank === 0) throw new CommandError(ZERO_RANK);
  if ((count ?? 0) < 0) throw new CommandError("ERR COUNT can't be negative");
  const list = [...read(db, key).entries()];
  if (rank < 0) list.reverse();
  const seen = list.slice(0, options.get('MAXLEN') || undefined);
  const found = seen.flatMap(([at, item]) => (item === value ? [at] : [])).slice(Math.abs(rank) - 1);
  return count === undefined ? (found[0] ?? null) : found.slice(0, count || undefined);
}

function popFirst(db: Keyspace, args: string[]): Reply {
  const [keys, [side, word, count, ...more]] = counted(args);
  const left = isLeft(side);
  if (more.length || (word !== undefined && word.toUpperCase() !== 'COUNT')) throw syntaxError();
  if (count !== undefined && integer(count) < 1) throw new CommandError('ERR count should be greater than 0');
  const key = keys.find((name) => read(db, name).length > 0);
  return key === undefined ? NULL_ARRAY : [key, pop(db, key, count ?? '1', left)];
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
  LINSERT: { arity: 5, run: insert },
  LMOVE: {
    arity: 5,
    run: (db, [from = '', to = '', take, put]) => move(db, from, to, [isLeft(take), isLeft(put)]),
  },
  RPOPLPUSH: { arity: 3, run: (db, [from = '', to = '']) => move(db, from, to, [false, true]) },
  LPOS: { arity: -3, run: positions },
  LMPOP: { arity: -4, run: popFirst },
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
