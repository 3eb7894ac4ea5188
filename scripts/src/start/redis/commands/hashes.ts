// Hashes.
import { type Commands, float, integer, pairs, scanFilter, syntaxError } from '../command.ts';
import type { Keyspace } from '../keyspace.ts';
import { CommandError, numeral, OK, Pairs, type Reply } from '../reply.ts';
import { Hash } from '../values/hash.ts';
import { pick } from './random.ts';

const make = () => new Hash();
const read = (db: Keyspace, key: string) => db.get(key, 'hash')?.purge() ?? make();

function write(db: Keyspace, key: string, entries: [string, string][]): number {
  const hash = db.getOrMake(key, 'hash', make);
  const before = hash.size;
  for (const [field, value] of entries) hash.set(field, value);
  db.touch(key);
  return hash.size - before;
}

function random(db: Keyspace, [key = '', count, ...words]: string[]): Reply {
  const entries = [...read(db, key)];
  if (count === undefined) return pick(entries, 1)[0]?.[0] ?? null;
  const chosen = pick(entries, integer(count));
  if (!words.length) return chosen.map(([field]) => field);
  if (words[0]?.toUpperCase() !== 'WITHVALUES' || words.length > 1) throw syntaxError();
  return new Pairs(chosen);
}

/** HSCAN's options are those of the others, and NOVALUES. */
function scan(db: Keyspace, [key = '', cursor, ...options]: string[]): Reply {
  integer(cursor);
  const bare = options.findIndex((word) => word.toUpperCase() === 'NOVALUES');
  if (bare >= 0) options.splice(bare, 1);
  const matches = scanFilter(options);
  const found = [...read(db, key)].filter(([field]) => matches(field));
  return ['0', bare >= 0 ? found.map(([field]) => field) : found.flat()];
}

/** HSET, HGET and their family. */
export const hashes: Commands = {
  HSET: { arity: -4, run: (db, [key = '', ...rest]) => write(db, key, pairs(rest, 'hset')) },
  HMSET: {
    arity: -4,
    run: (db, [key = '', ...rest]) => {
      write(db, key, pairs(rest, 'hmset'));
      return OK;
    },
  },
  HSETNX: {
    arity: 4,
    run: (db, [key = '', field = '', value = '']) =>
      read(db, key).has(field) ? 0 : write(db, key, [[field, value]]),
  },
  HGET: { arity: 3, run: (db, [key = '', field = '']) => read(db, key).get(field) ?? null },
  HMGET: {
    arity: -3,
    run: (db, [key = '', ...fields]) => fields.map((field) => read(db, key).get(field) ?? null),
  },
  HGETALL: { arity: 2, run: (db, [key = '']) => read(db, key) },
  HKEYS: { arity: 2, run: (db, [key = '']) => [...read(db, key).keys()] },
  HVALS: { arity: 2, run: (db, [key = '']) => [...read(db, key).values()] },
  HLEN: { arity: 2, run: (db, [key = '']) => read(db, key).size },
  HEXISTS: { arity: 3, run: (db, [key = '', field = '']) => (read(db, key).has(field) ? 1 : 0) },
  HDEL: {
    arity: -3,
    run: (db, [key = '', ...fields]) => {
      const hash = read(db, key);
      const gone = fields.filter((field) => hash.delete(field)).length;
      if (gone) db.touch(key);
      return gone;
    },
  },
  HINCRBY: {
    arity: 4,
    run: (db, [key = '', field = '', by]) => {
      const sum = integer(read(db, key).get(field) ?? '0') + integer(by);
      if (!Number.isSafeInteger(sum)) throw new CommandError('ERR increment or decrement would overflow');
      write(db, key, [[field, String(sum)]]);
      return sum;
    },
  },
  HINCRBYFLOAT: {
    arity: 4,
    run: (db, [key = '', field = '', by]) => {
      const sum = numeral(float(read(db, key).get(field) ?? '0') + float(by));
      write(db, key, [[field, sum]]);
      return sum;
    },
  },
  HSTRLEN: { arity: 3, run: (db, [key = '', field = '']) => read(db, key).get(field)?.length ?? 0 },
  HRANDFIELD: { arity: -2, run: random },
  HSCAN: { arity: -3, run: scan },
};
