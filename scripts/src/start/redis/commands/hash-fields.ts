// Fields of hashes that expire: HEXPIRE, HTTL, HGETEX, HSETEX and their family (Redis 7.4 and 8).
import {
  type Commands,
  expiryTime,
  integer,
  isExpiryUnit,
  mayExpire,
  pairs,
  syntaxError,
} from '../command.ts';
import type { Keyspace } from '../keyspace.ts';
import { CommandError, type Reply } from '../reply.ts';
import { Hash } from '../values/hash.ts';

const read = (db: Keyspace, key: string) => db.get(key, 'hash')?.purge() ?? new Hash();

/** The words between the key and `FIELDS n f ...`, and what `FIELDS` names. */
function split(words: readonly string[], width = 1): [options: string[], fields: string[]] {
  const at = words.findIndex((word) => word.toUpperCase() === 'FIELDS');
  if (at < 0) throw new CommandError('ERR Mandatory argument FIELDS is missing or not at the right position');
  const count = integer(words[at + 1]);
  const fields = words.slice(at + 2);
  if (count < 1) throw new CommandError('ERR Parameter `numFields` should be greater than 0');
  if (fields.length !== count * width)
    throw new CommandError('ERR The `numfields` parameter must match the number of arguments');
  return [words.slice(0, at), fields];
}

function expire(db: Keyspace, [key = '', time, ...words]: string[], unit: string): Reply {
  const value = integer(time);
  const at = value * (unit.startsWith('E') ? 1000 : 1) + (unit.endsWith('AT') ? 0 : Date.now());
  if (value < 0) throw new CommandError('ERR invalid expire time, must be >= 0');
  if (!Number.isSafeInteger(at)) throw new CommandError("ERR invalid expire time in 'hexpire' command");
  const [options, fields] = split(words);
  const hash = read(db, key);
  const results = fields.map((field) => {
    if (!hash.has(field)) return -2;
    if (!mayExpire(options, hash.expiry(field), at)) return 0;
    if (at > Date.now()) hash.expire(field, at);
    else hash.delete(field);
    return at > Date.now() ? 1 : 2;
  });
  db.touch(key);
  return results;
}

/** For each field: -2 where there is none, -1 where it does not expire, else what `how` makes of the time. */
function expiries(db: Keyspace, [key = '', ...words]: string[], how: (at: number) => number): Reply {
  const hash = read(db, key);
  const [, fields] = split(words);
  return fields.map((field) => {
    if (!hash.has(field)) return -2;
    const at = hash.expiry(field);
    return at === undefined ? -1 : how(at);
  });
}

function persist(db: Keyspace, args: string[]): Reply {
  const hash = read(db, args[0] ?? '');
  const [, fields] = split(args.slice(1));
  const results = expiries(db, args, () => 1);
  for (const field of fields) hash.expire(field, undefined);
  return results;
}

/** What an option such as `EX 10` says; undefined where none is given. */
function timeOption(words: readonly string[], command: string): number | undefined {
  const [word, time, ...more] = words;
  const unit = word?.toUpperCase();
  if (!isExpiryUnit(unit) || more.length) throw syntaxError();
  return expiryTime(unit, time, command);
}

function getAndExpire(db: Keyspace, [key = '', ...words]: string[]): Reply {
  const [options, fields] = split(words);
  const persists = options.length === 1 && options[0]?.toUpperCase() === 'PERSIST';
  const at = options.length && !persists ? timeOption(options, 'hgetex') : undefined;
  const hash = read(db, key);
  const values = fields.map((field) => hash.get(field) ?? null);
  if (options.length) for (const field of fields) if (hash.has(field)) hash.expire(field, at);
  return values;
}

function getAndDelete(db: Keyspace, [key = '', ...words]: string[]): Reply {
  const hash = read(db, key);
  const [, fields] = split(words);
  const values = fields.map((field) => hash.get(field) ?? null);
  for (const field of fields) hash.delete(field);
  db.touch(key);
  return values;
}

function setAndExpire(db: Keyspace, [key = '', ...words]: string[]): Reply {
  const [options, flat] = split(words, 2);
  const entries = pairs(flat, 'hsetex');
  const condition = /^f(nx|xx)$/i.test(options[0] ?? '') ? options.shift()?.toUpperCase() : undefined;
  const keeps = options.length === 1 && options[0]?.toUpperCase() === 'KEEPTTL';
  const at = options.length && !keeps ? timeOption(options, 'hsetex') : undefined;
  const known = read(db, key);
  if (condition && !entries.every(([field]) => known.has(field) === (condition === 'FXX'))) return 0;
  const hash = db.getOrMake(key, 'hash', () => new Hash());
  for (const [field, value] of entries) {
    const kept = keeps ? hash.expiry(field) : at;
    hash.set(field, value).expire(field, kept);
  }
  db.touch(key);
  return 1;
}

/** HEXPIRE, HTTL, HGETEX and their family. */
export const hashFields: Commands = {
  HEXPIRE: { arity: -6, run: (db, args) => expire(db, args, 'EX') },
  HPEXPIRE: { arity: -6, run: (db, args) => expire(db, args, 'PX') },
  HEXPIREAT: { arity: -6, run: (db, args) => expire(db, args, 'EXAT') },
  HPEXPIREAT: { arity: -6, run: (db, args) => expire(db, args, 'PXAT') },
  HTTL: { arity: -5, run: (db, args) => expiries(db, args, (at) => Math.ceil((at - Date.now()) / 1000)) },
  HPTTL: { arity: -5, run: (db, args) => expiries(db, args, (at) => at - Date.now()) },
  HEXPIRETIME: { arity: -5, run: (db, args) => expiries(db, args, (at) => Math.floor(at / 1000)) },
  HPEXPIRETIME: { arity: -5, run: (db, args) => expiries(db, args, (at) => at) },
  HPERSIST: { arity: -5, run: persist },
  HGETEX: { arity: -5, run: getAndExpire },
  HGETDEL: { arity: -5, run: getAndDelete },
  HSETEX: { arity: -6, run: setAndExpire },
};
