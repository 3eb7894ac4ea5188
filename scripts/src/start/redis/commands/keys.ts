// Keys of any type: existence, expiry, names, scans.
import { type Commands, glob, integer, scanFilter, syntaxError } from '../command.ts';
import type { Keyspace } from '../keyspace.ts';
import { CommandError, OK, type Reply, Simple } from '../reply.ts';

function expire(db: Keyspace, key: string, at: number, words: readonly string[]): number {
  if (words.length) throw new CommandError('ERR this server does not know the options of EXPIRE');
  return db.expire(key, at) ? 1 : 0;
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
  return ['0', db.keys().filter((key) => matches(key) && (type === undefined || db.type(key) === type))];
}

/** DEL, EXPIRE, TTL, KEYS, SCAN and their family. */
export const keys: Commands = {
  DEL: { arity: -2, run: (db, names) => names.filter((name) => db.delete(name)).length },
  UNLINK: { arity: -2, run: (db, names) => names.filter((name) => db.delete(name)).length },
  EXISTS: { arity: -2, run: (db, names) => names.filter((name) => db.type(name) !== 'none').length },
  TYPE: { arity: 2, run: (db, [key = '']) => new Simple(db.type(key)) },
  EXPIRE: {
    arity: -3,
    run: (db, [key = '', s, ...words]) => expire(db, key, Date.now() + integer(s) * 1000, words),
  },
  PEXPIRE: {
    arity: -3,
    run: (db, [key = '', ms, ...words]) => expire(db, key, Date.now() + integer(ms), words),
  },
  EXPIREAT: { arity: -3, run: (db, [key = '', s, ...words]) => expire(db, key, integer(s) * 1000, words) },
  PEXPIREAT: { arity: -3, run: (db, [key = '', ms, ...words]) => expire(db, key, integer(ms), words) },
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
  FLUSHDB: {
    arity: -1,
    run: (db, [mode]) => {
      if (mode !== undefined && !/^(a?sync)$/i.test(mode)) throw syntaxError();
      db.clear();
      return OK;
    },
  },
};
