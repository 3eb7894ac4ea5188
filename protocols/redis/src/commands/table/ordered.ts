// Sorted sets, streams, channels and the server: one entry for each command that clients have as a method. How to read
// an entry: entry.ts.
import type { Key } from '../../types.ts';
import type { Arg } from '../../wire/messages.ts';
import type {
  Entry,
  Fields,
  Many,
  Scored,
  XAddOptions,
  XRangeOptions,
  ZAddOptions,
  ZRangeOptions,
} from '../types.ts';
import type { Command, Text } from './entry.ts';

const RANGE = '{byscore,bylex,rev,limit}';

/** Commands on sorted sets, streams, channels and the server. */
export const ORDERED = {
  /**
   * Adds members with their scores, or changes scores. @returns How many are new; with `ch` how many have changed.
   * @example
   * ```ts
   * import { connect } from '@fairlead/redis';
   *
   * await using redis = await connect('redis://localhost');
   * await redis.zadd('scores', [[12, 'ann'], [9.5, 'bob']], { gt: true });
   * ```
   */
  zadd: 'write key {nx,xx,gt,lt,ch} members' as Command<
    (key: Key, members: readonly (readonly [number, Arg])[], options?: ZAddOptions) => number
  >,
  /** Removes members. @returns How many were in the set. */
  zrem: 'write key values' as Command<(key: Key, ...members: Many<Arg>[]) => number>,
  /** The score of a member, or `null` where there is none. */
  zscore: 'read key value = score' as Command<(key: Key, member: Arg) => number | null>,
  /** Adds to a score. @returns The new one. */
  zincrby: 'write key score value = score' as Command<(key: Key, by: number, member: Arg) => number>,
  /** How many members a sorted set has. */
  zcard: 'read key' as Command<(key: Key) => number>,
  /** How many members have scores from `min` to `max`; `(5` leaves out 5 itself. */
  zcount: 'read key bound bound' as Command<(key: Key, min: Arg, max: Arg) => number>,
  /** The position of a member, from the lowest score; `null` where there is none. */
  zrank: 'read key value' as Command<(key: Key, member: Arg) => number | null>,
  /** The position of a member, from the highest score; `null` where there is none. */
  zrevrank: 'read key value' as Command<(key: Key, member: Arg) => number | null>,
  /** The members from `start` to `stop`: positions, or scores or words by the options. */
  zrange: `read key bound bound ${RANGE}` as Command<
    (key: Key, start: Arg, stop: Arg, options?: ZRangeOptions) => Text[]
  >,
  /** `ZRANGE ... WITHSCORES`: the members from `start` to `stop` with their scores. */
  zrangeWithScores: `read key bound bound ${RANGE} = scored` as Command<
    (key: Key, start: Arg, stop: Arg, options?: ZRangeOptions) => Scored<Text>[]
  >,
  /** Takes out the members with the lowest scores: one, or `count`. */
  zpopmin: 'write key ?int = scored' as Command<(key: Key, count?: number) => Scored<Text>[]>,
  /** Takes out the members with the highest scores: one, or `count`. */
  zpopmax: 'write key ?int = scored' as Command<(key: Key, count?: number) => Scored<Text>[]>,
  /** Removes the members with scores from `min` to `max`. @returns How many. */
  zremrangebyscore: 'write key bound bound' as Command<(key: Key, min: Arg, max: Arg) => number>,
  /** Removes the members from one position to another. @returns How many. */
  zremrangebyrank: 'write key int int' as Command<(key: Key, start: number, stop: number) => number>,

  /**
   * Appends an entry to a stream. @returns Its ID; `null` where `nomkstream` kept the stream from being made.
   * @example
   * ```ts
   * import { connect } from '@fairlead/redis';
   *
   * await using redis = await connect('redis://localhost');
   * await redis.xadd('events', '*', { kind: 'login', user: 7 }, { maxlen: ['~', 1000] });
   * ```
   */
  xadd: 'write key {nomkstream,maxlen} key fields' as Command<
    (key: Key, id: string, fields: Fields, options?: XAddOptions) => Text | null
  >,
  /** How many entries a stream has. */
  xlen: 'read key' as Command<(key: Key) => number>,
  /** The entries from one ID to another, oldest first; `-` and `+` are the ends. */
  xrange: 'read key key key {count} = entries' as Command<
    (key: Key, start: string, end: string, options?: XRangeOptions) => Entry<Text>[]
  >,
  /** The entries from one ID down to another, newest first. */
  xrevrange: 'read key key key {count} = entries' as Command<
    (key: Key, end: string, start: string, options?: XRangeOptions) => Entry<Text>[]
  >,
  /** Deletes entries. @returns How many existed. */
  xdel: 'write key keys' as Command<(key: Key, ...ids: Many<string>[]) => number>,
  /** Marks entries as handled by a consumer group. @returns How many were pending. */
  xack: 'write key key keys' as Command<(key: Key, group: Key, ...ids: Many<string>[]) => number>,

  /** Sends a message to a channel. @returns How many clients got it from this server. */
  publish: 'write key value' as Command<(channel: Key, message: Arg) => number>,
  /** Sends a message to a sharded channel (Redis 7). @returns How many clients got it. */
  spublish: 'write key value' as Command<(channel: Key, message: Arg) => number>,
  /** `PONG`. */
  ping: 'read' as Command<() => string>,
  /** The message itself. */
  echo: 'read value' as Command<(message: Arg) => Text>,
  /** How many keys the database has. */
  dbsize: 'read' as Command<() => number>,
};
