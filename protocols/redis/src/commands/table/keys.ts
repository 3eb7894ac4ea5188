// Keys and strings: one entry for each command that clients have as a method. How to read an entry: entry.ts.
import type { Key } from '../../types.ts';
import type { Arg } from '../../wire/messages.ts';
import type { CopyOptions, ExpireOptions, Fields, GetExOptions, Int, Many, SetOptions } from '../types.ts';
import type { Command, Text } from './entry.ts';

const EXPIRY = 'ex,px,exat,pxat';
const CONDITIONS = '{nx,xx,gt,lt}';

/** Commands on keys and strings. */
export const KEYS = {
  /** The value of a key, or `null` where there is none. */
  get: 'read key' as Command<(key: Key) => Text | null>,
  /**
   * Sets a key to a value, whatever it held.
   * @returns `'OK'`; `null` where `nx` or `xx` kept it from being set; with `get` the old value, or `null`.
   * @example
   * ```ts
   * import { connect } from '@fairlead/redis';
   *
   * await using redis = await connect('redis://localhost');
   * await redis.set('lock', 'mine', { nx: true, px: 5_000 });
   * ```
   */
  set: `write key value {${EXPIRY},nx,xx,keepttl,get}` as Command<
    (key: Key, value: Arg, options?: SetOptions) => Text | 'OK' | null
  >,
  /** Sets a key that does not exist. @returns Whether it was set. */
  setnx: 'write key value = truth' as Command<(key: Key, value: Arg) => boolean>,
  /** Sets a key that expires. */
  setex: 'write key int value' as Command<(key: Key, seconds: number, value: Arg) => 'OK'>,
  /** The value of a key, which is deleted. */
  getdel: 'write key' as Command<(key: Key) => Text | null>,
  /** The value of a key, whose time to live is changed. */
  getex: `write key {${EXPIRY},persist}` as Command<(key: Key, options: GetExOptions) => Text | null>,
  /** The bytes from `start` to `end`, both included; negative positions count from the end. */
  getrange: 'read key int int' as Command<(key: Key, start: number, end: number) => Text>,
  /** Overwrites from `offset` on. @returns The new length in bytes. */
  setrange: 'write key int value' as Command<(key: Key, offset: number, value: Arg) => number>,
  /** The values of several keys, `null` for each that does not exist. */
  mget: 'read keys' as Command<(...keys: Many<Key>[]) => (Text | null)[]>,
  /** Sets several keys at once. */
  mset: 'write fields' as Command<(values: Fields) => 'OK'>,
  /** Sets several keys, or none of them if one exists. @returns Whether they were set. */
  msetnx: 'write fields = truth' as Command<(values: Fields) => boolean>,
  /** Appends to the value of a key. @returns The new length in bytes. */
  append: 'write key value' as Command<(key: Key, value: Arg) => number>,
  /** The length of a value in bytes. */
  strlen: 'read key' as Command<(key: Key) => number>,
  /** Adds 1. @returns The new value; a `bigint` beyond 2^53. */
  incr: 'write key' as Command<(key: Key) => Int>,
  /** Adds a whole number. @returns The new value; a `bigint` beyond 2^53. */
  incrby: 'write key int' as Command<(key: Key, by: Int) => Int>,
  /** Adds a decimal number. @returns The new value, in Redis' own digits. */
  incrbyfloat: 'write key value' as Command<(key: Key, by: number | string) => Text>,
  /** Subtracts 1. @returns The new value; a `bigint` beyond 2^53. */
  decr: 'write key' as Command<(key: Key) => Int>,
  /** Subtracts a whole number. @returns The new value; a `bigint` beyond 2^53. */
  decrby: 'write key int' as Command<(key: Key, by: Int) => Int>,
  /** The bit at an offset, 0 or 1. */
  getbit: 'read key int' as Command<(key: Key, offset: number) => number>,
  /** Sets a bit. @returns The old one. */
  setbit: 'write key int int' as Command<(key: Key, offset: number, bit: 0 | 1) => number>,
  /** How many bits are 1, in all bytes or in those from `start` to `end`. */
  bitcount: 'read key ?int ?int' as Command<(key: Key, start?: number, end?: number) => number>,
  /** Adds elements to a HyperLogLog. @returns Whether its estimate has changed. */
  pfadd: 'write key values = truth' as Command<(key: Key, ...elements: Many<Arg>[]) => boolean>,
  /** About how many different elements the HyperLogLogs hold together. */
  pfcount: 'read keys' as Command<(...keys: Many<Key>[]) => number>,

  /** Deletes keys. @returns How many existed. */
  del: 'write keys' as Command<(...keys: Many<Key>[]) => number>,
  /** Deletes keys; the server frees their memory in the background. @returns How many existed. */
  unlink: 'write keys' as Command<(...keys: Many<Key>[]) => number>,
  /** How many of the keys exist; a key that is named twice counts twice. */
  exists: 'read keys' as Command<(...keys: Many<Key>[]) => number>,
  /** Sets the keys' time of last access to now. @returns How many exist. */
  touch: 'read keys' as Command<(...keys: Many<Key>[]) => number>,
  /** Lets a key expire in some seconds. @returns Whether that was set. */
  expire: `write key int ${CONDITIONS} = truth` as Command<
    (key: Key, seconds: number, options?: ExpireOptions) => boolean
  >,
  /** Lets a key expire in some milliseconds. @returns Whether that was set. */
  pexpire: `write key int ${CONDITIONS} = truth` as Command<
    (key: Key, milliseconds: number, options?: ExpireOptions) => boolean
  >,
  /** Lets a key expire at a time in seconds since 1970. @returns Whether that was set. */
  expireat: `write key int ${CONDITIONS} = truth` as Command<
    (key: Key, unixSeconds: number, options?: ExpireOptions) => boolean
  >,
  /** Lets a key expire at a time in milliseconds since 1970. @returns Whether that was set. */
  pexpireat: `write key int ${CONDITIONS} = truth` as Command<
    (key: Key, unixMilliseconds: number, options?: ExpireOptions) => boolean
  >,
  /** Takes a key's time to live away. @returns Whether it had one. */
  persist: 'write key = truth' as Command<(key: Key) => boolean>,
  /** The time to live in seconds; -1 for a key without one, -2 where there is no key. */
  ttl: 'read key' as Command<(key: Key) => number>,
  /** The time to live in milliseconds; -1 for a key without one, -2 where there is no key. */
  pttl: 'read key' as Command<(key: Key) => number>,
  /** The type of a key: `string`, `hash`, `list`, `set`, `zset`, `stream`, or `none` where there is no key. */
  type: 'read key' as Command<(key: Key) => string>,
  /** Renames a key; what stood under the new name is replaced. */
  rename: 'write key key' as Command<(key: Key, to: Key) => 'OK'>,
  /** Renames a key if the new name is free. @returns Whether it was renamed. */
  renamenx: 'write key key = truth' as Command<(key: Key, to: Key) => boolean>,
  /** Copies a key. @returns Whether it was copied. */
  copy: 'write/DB key key {db,replace} = truth' as Command<
    (key: Key, to: Key, options?: CopyOptions) => boolean
  >,
};
