// Hashes, lists and sets: one entry for each command that clients have as a method. How to read an entry: entry.ts.
import type { Key } from '../../types.ts';
import type { Arg } from '../../wire/messages.ts';
import type { Fields, Int, Many } from '../types.ts';
import type { Command, Text } from './entry.ts';

/** Commands on hashes, lists and sets. */
export const COLLECTIONS = {
  /** The value of a field of a hash, or `null` where there is none. */
  hget: 'read key key' as Command<(key: Key, field: Key) => Text | null>,
  /** Sets fields of a hash. @returns How many of them are new. */
  hset: 'write key fields' as Command<(key: Key, fields: Fields) => number>,
  /** Sets a field that does not exist. @returns Whether it was set. */
  hsetnx: 'write key key value = truth' as Command<(key: Key, field: Key, value: Arg) => boolean>,
  /** The values of several fields, `null` for each that does not exist. */
  hmget: 'read key keys' as Command<(key: Key, ...fields: Many<Key>[]) => (Text | null)[]>,
  /** All fields of a hash with their values; empty where there is no key. */
  hgetall: 'read key = record' as Command<(key: Key) => Record<string, Text>>,
  /** Deletes fields. @returns How many existed. */
  hdel: 'write key keys' as Command<(key: Key, ...fields: Many<Key>[]) => number>,
  /** Whether a field exists. */
  hexists: 'read key key = truth' as Command<(key: Key, field: Key) => boolean>,
  /** Adds a whole number to a field. @returns The new value; a `bigint` beyond 2^53. */
  hincrby: 'write key key int' as Command<(key: Key, field: Key, by: Int) => Int>,
  /** Adds a decimal number to a field. @returns The new value, in Redis' own digits. */
  hincrbyfloat: 'write key key value' as Command<(key: Key, field: Key, by: number | string) => Text>,
  /** All field names of a hash. */
  hkeys: 'read key' as Command<(key: Key) => Text[]>,
  /** All values of a hash. */
  hvals: 'read key' as Command<(key: Key) => Text[]>,
  /** How many fields a hash has. */
  hlen: 'read key' as Command<(key: Key) => number>,
  /** The length of a field's value in bytes. */
  hstrlen: 'read key key' as Command<(key: Key, field: Key) => number>,

  /** Puts values in front of a list, one after the other. @returns Its new length. */
  lpush: 'write key values' as Command<(key: Key, ...values: Many<Arg>[]) => number>,
  /** Puts values at the end of a list. @returns Its new length. */
  rpush: 'write key values' as Command<(key: Key, ...values: Many<Arg>[]) => number>,
  /** Like `lpush`, where the list exists. @returns Its length, 0 where there is none. */
  lpushx: 'write key values' as Command<(key: Key, ...values: Many<Arg>[]) => number>,
  /** Like `rpush`, where the list exists. @returns Its length, 0 where there is none. */
  rpushx: 'write key values' as Command<(key: Key, ...values: Many<Arg>[]) => number>,
  /** Takes the first value out of a list, or `null` where there is none. */
  lpop: 'write key' as Command<(key: Key) => Text | null>,
  /** Takes the last value out of a list, or `null` where there is none. */
  rpop: 'write key' as Command<(key: Key) => Text | null>,
  /** The length of a list. */
  llen: 'read key' as Command<(key: Key) => number>,
  /** The values from `start` to `stop`, both included; negative positions count from the end. */
  lrange: 'read key int int' as Command<(key: Key, start: number, stop: number) => Text[]>,
  /** The value at a position, or `null` where there is none. */
  lindex: 'read key int' as Command<(key: Key, index: number) => Text | null>,
  /** Replaces the value at a position. */
  lset: 'write key int value' as Command<(key: Key, index: number, value: Arg) => 'OK'>,
  /** Removes values that are equal: the first `count`, the last for a negative count, all for 0. @returns How many. */
  lrem: 'write key int value' as Command<(key: Key, count: number, value: Arg) => number>,
  /** Keeps the values from `start` to `stop`, both included. */
  ltrim: 'write key int int' as Command<(key: Key, start: number, stop: number) => 'OK'>,
  /** Puts a value beside another one. @returns The new length; -1 where `pivot` is missing, 0 where there is no key. */
  linsert: 'write key key value value' as Command<
    (key: Key, where: 'BEFORE' | 'AFTER', pivot: Arg, value: Arg) => number
  >,
  /** Takes a value from one end of a list to one end of another. @returns It, or `null` where there is none. */
  lmove: 'write key key key key' as Command<
    (from: Key, to: Key, out: 'LEFT' | 'RIGHT', into: 'LEFT' | 'RIGHT') => Text | null
  >,

  /** Adds members to a set. @returns How many are new. */
  sadd: 'write key values' as Command<(key: Key, ...members: Many<Arg>[]) => number>,
  /** Removes members from a set. @returns How many were in it. */
  srem: 'write key values' as Command<(key: Key, ...members: Many<Arg>[]) => number>,
  /** All members of a set. */
  smembers: 'read key = list' as Command<(key: Key) => Text[]>,
  /** Whether a set has a member. */
  sismember: 'read key value = truth' as Command<(key: Key, member: Arg) => boolean>,
  /** How many members a set has. */
  scard: 'read key' as Command<(key: Key) => number>,
  /** Takes a member out at random, or `null` where there is none. */
  spop: 'write key' as Command<(key: Key) => Text | null>,
  /** A member at random, or `null` where there is none. */
  srandmember: 'read key' as Command<(key: Key) => Text | null>,
  /** Moves a member to another set. @returns Whether it was in the first one. */
  smove: 'write key key value = truth' as Command<(from: Key, to: Key, member: Arg) => boolean>,
  /** The members that all the sets have. */
  sinter: 'read keys = list' as Command<(...keys: Many<Key>[]) => Text[]>,
  /** The members that any of the sets has. */
  sunion: 'read keys = list' as Command<(...keys: Many<Key>[]) => Text[]>,
  /** The members of the first set that no other one has. */
  sdiff: 'read keys = list' as Command<(...keys: Many<Key>[]) => Text[]>,
};
