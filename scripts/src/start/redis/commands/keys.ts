// Keys of any type: existence, expiry, names, scans.
import { type Commands, glob, integer, mayExpire, scanFilter, syntaxError } from '../command.ts';
import type { Keyspace } from '../keyspace.ts';
import { CommandError, OK, type Reply, Simple } from '../reply.ts';

function expire(db: Keyspace, [key = '', text, ...words]: string[], unit: string): number {
  const at = integer(text) * (unit.startsWith('E') ? 1000 : 1) + (unit.endsWith('AT') ? 0 : Date.now());
  if (!Number.isSafeInteger(at)) throw new CommandError("ERR invalid expire time in 'expire' command");
  const old = db.expiry(key);
  return mayExpire(words, old ?? undefined, at) && db.expire(key, at) ? 1 : 0;
}

/** When a key expires, in milliseconds since the epoch; -1: never, -2: there is no such key. */
function expiry(db: Keyspace, key: string, unitMs: number): number {
  const at = db.expiry(key);
  return at === undefined ? -2 : at === null ? -1 : Math.floor(at / unitMs);
}

function copy(db: Keyspace, [from = '', to = '', ...words]: string[]): number {
  const replace = words.length === 1 && words[0]?.toUpperCase() === 'REPLACE';
  if (words.length && !replace)
    throw new CommandError('ERR this server knows only REPLACE of the options of COPY');
  if (from === to) throw new CommandError('ERR source and destination objects are the same');
  if (db.has(to) && !replace) return 0;
  return db.copy(from, to, db) ? 1 : 0;
}

function ttl(db: Keyspace, key: string, unitMs: number): number {
  const at = db.expiry(key);
  if (at === undefined) return -2;
  return at === null ? -1 : Math.max(0, Math.round((at - Date.now()) / unitMs));
}

function scan(db: Keyspace, [cursor, ...options]: string[]): Reply {
  integer(cursor);
  const typed = options.findIndex((word) => word.toUpperCase() === 'TYPE');
  const [, type] = typed < 0 ? [] : options.splice(typed, 2);
  const matches = scanFilter(options);
  return [
    '0',
    db.keys().filter((key) => matches(key) && (type === undefined || db.type(key) === type.toLowerCase())),
  ];
}

/** DEL, EXPIRE, TTL, KEYS, SCAN and their family. */
export const keys: Commands = {
  DEL: { arity: -2, run: (db, names) => names.filter((name) => db.delete(name)).length },
  UNLINK: { arity: -2, run: (db, names) => names.filter((name) => db.delete(name)).length },
  EXISTS: { arity: -2, run: (db, names) => names.filter((name) => db.has(name)).length },
  TYPE: { arity: 2, run: (db, [key = '']) => new Simple(db.type(key)) },
  EXPIRE: { arity: -3, run: (db, args) => expire(db, args, 'EX') },
  PEXPIRE: { arity: -3, run: (db, args) => expire(db, args, 'PX') },
  EXPIREAT: { arity: -3, run: (db, args) => expire(db, args, 'EXAT') },
  PEXPIREAT: { arity: -3, run: (db, args) => expire(db, args, 'PXAT') },
  EXPIRETIME: { arity: 2, run: (db, [key = '']) => expiry(db, key, 1000) },
  PEXPIRETIME: { arity: 2, run: (db, [key = '']) => expiry(db, key, 1) },
  TOUCH: { arity: -2, run: (db, names) => names.filter((name) => db.has(name)).length },
  COPY: { arity: -3, run: copy },
  PERSIST: { arity: 2, run: (db, [key = '']) => (db.expiry(key) && db.expire(key, undefined) ? 1 : 0) },
  TTL: { arity: 2, run: (db, [key = '']) => ttl(db, key, 1000) },
  PTTL: { arity: 2, run: (db, [key = '']) => ttl(db, key, 1) },
  KEYS: { arity: 2, run: (db, [pattern = '']) => db.keys().filter(glob(pattern)) },
  SCAN: { arity: -2, run: scan },
  DBSIZE: { arity: 1, run: (db) => db.keys().length },
  RANDOMKEY: {
    arity: 1,
    run: (db) => {
      const all = db.keys();
      return all[Math.floor(Math.random() * all.length)] ?? null;
    },
  },
  RENAME: {
    arity: 3,
    run: (db, [from = '', to = '']) => {
      if (!db.rename(from, to)) throw new CommandError('ERR no such key');
      return OK;
    },
  },
  RENAMENX: {
    arity: 3,
    run: (db, [from = '', to = '']) => {
      if (!db.has(from)) throw new CommandError('ERR no such key');
      return !db.has(to) && db.rename(from, to) ? 1 : 0;
    },
  },
  FLUSHDB: {
    arity: -1,
    run: (db, [mode]) => {
      if (mode !== undefined && !/^(a?sync)$/i.test(mode)) throw syntaxError();
      db.clear();
      return OK;
    },
  },
};
