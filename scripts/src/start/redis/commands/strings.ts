// Strings and counters.
import {
  type Commands,
  expiryTime,
  float,
  integer,
  isExpiryUnit,
  pairs,
  range,
  syntaxError,
} from '../command.ts';
import type { Keyspace } from '../keyspace.ts';
import { CommandError, numeral, OK, type Reply } from '../reply.ts';

const MAX_BYTES = 64 << 20;

interface SetOptions {
  condition?: 'NX' | 'XX';
  get: boolean;
  keepTtl: boolean;
  expiresAt?: number;
}

function setOptions(words: readonly string[]): SetOptions {
  const options: SetOptions = { get: false, keepTtl: false };
  for (let i = 0; i < words.length; i++) {
    const word = words[i]?.toUpperCase();
    if (word === 'NX' || word === 'XX') options.condition = word;
    else if (word === 'GET') options.get = true;
    else if (word === 'KEEPTTL') options.keepTtl = true;
    else if (isExpiryUnit(word)) options.expiresAt = expiryTime(word, words[++i], 'set');
    else throw syntaxError();
  }
  return options;
}

function set(db: Keyspace, [key = '', value = '', ...words]: string[]): Reply {
  const options = setOptions(words);
  const old = options.get ? (db.get(key, 'string') ?? null) : null;
  const exists = db.type(key) !== 'none';
  if (options.condition && exists !== (options.condition === 'XX')) return old;
  const kept = options.keepTtl ? (db.expiry(key) ?? undefined) : undefined;
  db.set(key, 'string', value, options.expiresAt ?? kept);
  return options.get ? old : OK;
}

function getAndExpire(db: Keyspace, [key = '', option, time, ...more]: string[]): Reply {
  const word = option?.toUpperCase();
  const takesTime = isExpiryUnit(word);
  if (more.length || (time !== undefined && !takesTime)) throw syntaxError();
  if (word !== undefined && word !== 'PERSIST' && !takesTime) throw syntaxError();
  const at = takesTime ? expiryTime(word, time, 'getex') : undefined;
  const value = db.get(key, 'string') ?? null;
  if (value !== null && word !== undefined) db.expire(key, at);
  return value;
}

function setRange(db: Keyspace, [key = '', at, part = '']: string[]): number {
  const from = integer(at);
  if (from < 0 || from > MAX_BYTES) throw new CommandError('ERR offset is out of range');
  const old = db.get(key, 'string') ?? '';
  if (part === '') return old.length;
  const value = old.slice(0, from).padEnd(from, '\0') + part + old.slice(from + part.length);
  db.replace(key, value);
  return value.length;
}

function add(db: Keyspace, key: string, delta: number): number {
  const sum = integer(db.get(key, 'string') ?? '0') + delta;
  if (!Number.isSafeInteger(sum)) throw new CommandError('ERR increment or decrement would overflow');
  db.replace(key, String(sum));
  return sum;
}

function setAll(db: Keyspace, args: string[], name: string): void {
  for (const [key, value] of pairs(args, name)) db.set(key, 'string', value);
}

/** GET, SET, INCR and their family. */
export const strings: Commands = {
  GET: { arity: 2, run: (db, [key = '']) => db.get(key, 'string') ?? null },
  SET: { arity: -3, run: set },
  SETNX: { arity: 3, run: (db, [key = '', value = '']) => (set(db, [key, value, 'NX']) ? 1 : 0) },
  SETEX: { arity: 4, run: (db, [key = '', time = '', value = '']) => set(db, [key, value, 'EX', time]) },
  PSETEX: { arity: 4, run: (db, [key = '', time = '', value = '']) => set(db, [key, value, 'PX', time]) },
  GETSET: { arity: 3, run: (db, [key = '', value = '']) => set(db, [key, value, 'GET']) },
  GETDEL: {
    arity: 2,
    run: (db, [key = '']) => {
      const value = db.get(key, 'string') ?? null;
      db.delete(key);
      return value;
    },
  },
  MGET: {
    arity: -2,
    run: (db, keys) =>
      keys.map((key) => (db.type(key) === 'string' ? (db.get(key, 'string') ?? null) : null)),
  },
  MSET: {
    arity: -3,
    run: (db, args) => {
      setAll(db, args, 'mset');
      return OK;
    },
  },
  MSETNX: {
    arity: -3,
    run: (db, args) => {
      if (pairs(args, 'msetnx').some(([key]) => db.type(key) !== 'none')) return 0;
      setAll(db, args, 'msetnx');
      return 1;
    },
  },
  INCR: { arity: 2, run: (db, [key = '']) => add(db, key, 1) },
  DECR: { arity: 2, run: (db, [key = '']) => add(db, key, -1) },
  INCRBY: { arity: 3, run: (db, [key = '', by]) => add(db, key, integer(by)) },
  DECRBY: { arity: 3, run: (db, [key = '', by]) => add(db, key, -integer(by)) },
  INCRBYFLOAT: {
    arity: 3,
    run: (db, [key = '', by]) => {
      const sum = numeral(float(db.get(key, 'string') ?? '0') + float(by));
      db.replace(key, sum);
      return sum;
    },
  },
  APPEND: {
    arity: 3,
    run: (db, [key = '', more = '']) => {
      const value = (db.get(key, 'string') ?? '') + more;
      db.replace(key, value);
      return value.length;
    },
  },
  GETEX: { arity: -2, run: getAndExpire },
  SETRANGE: { arity: 4, run: setRange },
  STRLEN: { arity: 2, run: (db, [key = '']) => db.get(key, 'string')?.length ?? 0 },
  GETRANGE: {
    arity: 4,
    run: (db, [key = '', start, stop]) => {
      const value = db.get(key, 'string') ?? '';
      return value.slice(...range(start, stop, value.length));
    },
  },
};
