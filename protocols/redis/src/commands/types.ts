// The typed commands: types only. What Redis calls each is what it is called here; arguments come in Redis's order.
import type { Arg, Key } from '../types.ts';

/** When a value expires; at most one of these. Seconds for `ex` and `exat`, milliseconds for `px` and `pxat`. */
export interface ExpiryOptions {
  readonly ex?: number | undefined;
  readonly px?: number | undefined;
  readonly exat?: number | undefined;
  readonly pxat?: number | undefined;
}

/** Options of `SET`. With `get` the reply is the old value. */
export interface SetOptions extends ExpiryOptions {
  readonly nx?: boolean | undefined;
  readonly xx?: boolean | undefined;
  readonly keepttl?: boolean | undefined;
  readonly get?: boolean | undefined;
}

/** Conditions of the `EXPIRE` family. */
export interface ExpireOptions {
  readonly nx?: boolean | undefined;
  readonly xx?: boolean | undefined;
  readonly gt?: boolean | undefined;
  readonly lt?: boolean | undefined;
}

/** Options of `ZADD`. With `ch` the reply counts changed members too. */
export interface ZAddOptions extends ExpireOptions {
  readonly ch?: boolean | undefined;
}

/** Options of `ZRANGE`. `limit` is `[offset, count]`. */
export interface ZRangeOptions {
  readonly byscore?: boolean | undefined;
  readonly bylex?: boolean | undefined;
  readonly rev?: boolean | undefined;
  readonly limit?: readonly [number, number] | undefined;
}

/** Options of `XADD`. `maxlen` trims to that many entries, and to about that many as `['~', 1000]`. */
export interface XAddOptions {
  readonly maxlen?: number | readonly ['~', number] | undefined;
  readonly nomkstream?: boolean | undefined;
}

/** A member of a sorted set with its score. */
export interface Scored<T> {
  readonly member: T;
  readonly score: number;
}

/** An entry of a stream. */
export interface Entry<T> {
  readonly id: string;
  readonly fields: Record<string, T>;
}

/** Field names with their values. */
export type Fields = Readonly<Record<string, Arg>>;

/** A whole number that may lie beyond 2^53. */
export type Int = number | bigint;

/** One argument, or several as an array. */
export type Many<A> = A | readonly A[];

/**
 * The typed commands. `T` is `string`, or `Uint8Array` behind `with({ as: 'bytes' })`.
 * Everything else goes through `send`.
 * @throws FairleadError (all of them): `server` for an error reply, and what a connection throws.
 */
export interface Commands<T> {
  // Strings
  get(key: Key): Promise<T | null>;
  set(key: Key, value: Arg, options?: SetOptions): Promise<T | 'OK' | null>;
  setnx(key: Key, value: Arg): Promise<boolean>;
  setex(key: Key, seconds: number, value: Arg): Promise<'OK'>;
  getdel(key: Key): Promise<T | null>;
  getex(key: Key, options: ExpiryOptions & { readonly persist?: boolean }): Promise<T | null>;
  getrange(key: Key, start: number, end: number): Promise<T>;
  setrange(key: Key, offset: number, value: Arg): Promise<number>;
  mget(...keys: Many<Key>[]): Promise<(T | null)[]>;
  mset(values: Fields): Promise<'OK'>;
  msetnx(values: Fields): Promise<boolean>;
  append(key: Key, value: Arg): Promise<number>;
  strlen(key: Key): Promise<number>;
  incr(key: Key): Promise<Int>;
  incrby(key: Key, by: Int): Promise<Int>;
  incrbyfloat(key: Key, by: number | string): Promise<T>;
  decr(key: Key): Promise<Int>;
  decrby(key: Key, by: Int): Promise<Int>;
  getbit(key: Key, offset: number): Promise<number>;
  setbit(key: Key, offset: number, bit: 0 | 1): Promise<number>;
  bitcount(key: Key, start?: number, end?: number): Promise<number>;
  // Keys
  del(...keys: Many<Key>[]): Promise<number>;
  unlink(...keys: Many<Key>[]): Promise<number>;
  exists(...keys: Many<Key>[]): Promise<number>;
  touch(...keys: Many<Key>[]): Promise<number>;
  expire(key: Key, seconds: number, options?: ExpireOptions): Promise<boolean>;
  pexpire(key: Key, milliseconds: number, options?: ExpireOptions): Promise<boolean>;
  expireat(key: Key, unixSeconds: number, options?: ExpireOptions): Promise<boolean>;
  pexpireat(key: Key, unixMilliseconds: number, options?: ExpireOptions): Promise<boolean>;
  persist(key: Key): Promise<boolean>;
  ttl(key: Key): Promise<number>;
  pttl(key: Key): Promise<number>;
  type(key: Key): Promise<string>;
  rename(key: Key, to: Key): Promise<'OK'>;
  renamenx(key: Key, to: Key): Promise<boolean>;
  copy(key: Key, to: Key, options?: { readonly db?: number; readonly replace?: boolean }): Promise<boolean>;
  // Hashes
  hget(key: Key, field: Key): Promise<T | null>;
  hset(key: Key, fields: Fields): Promise<number>;
  hsetnx(key: Key, field: Key, value: Arg): Promise<boolean>;
  hmget(key: Key, ...fields: Many<Key>[]): Promise<(T | null)[]>;
  hgetall(key: Key): Promise<Record<string, T>>;
  hdel(key: Key, ...fields: Many<Key>[]): Promise<number>;
  hexists(key: Key, field: Key): Promise<boolean>;
  hincrby(key: Key, field: Key, by: Int): Promise<Int>;
  hincrbyfloat(key: Key, field: Key, by: number | string): Promise<T>;
  hkeys(key: Key): Promise<T[]>;
  hvals(key: Key): Promise<T[]>;
  hlen(key: Key): Promise<number>;
  hstrlen(key: Key, field: Key): Promise<number>;
  // Lists
  lpush(key: Key, ...values: Many<Arg>[]): Promise<number>;
  rpush(key: Key, ...values: Many<Arg>[]): Promise<number>;
  lpushx(key: Key, ...values: Many<Arg>[]): Promise<number>;
  rpushx(key: Key, ...values: Many<Arg>[]): Promise<number>;
  lpop(key: Key): Promise<T | null>;
  rpop(key: Key): Promise<T | null>;
  llen(key: Key): Promise<number>;
  lrange(key: Key, start: number, stop: number): Promise<T[]>;
  lindex(key: Key, index: number): Promise<T | null>;
  lset(key: Key, index: number, value: Arg): Promise<'OK'>;
  lrem(key: Key, count: number, value: Arg): Promise<number>;
  ltrim(key: Key, start: number, stop: number): Promise<'OK'>;
  linsert(key: Key, where: 'BEFORE' | 'AFTER', pivot: Arg, value: Arg): Promise<number>;
  lmove(from: Key, to: Key, out: 'LEFT' | 'RIGHT', into: 'LEFT' | 'RIGHT'): Promise<T | null>;
  // Sets
  sadd(key: Key, ...members: Many<Arg>[]): Promise<number>;
  srem(key: Key, ...members: Many<Arg>[]): Promise<number>;
  smembers(key: Key): Promise<T[]>;
  sismember(key: Key, member: Arg): Promise<boolean>;
  scard(key: Key): Promise<number>;
  spop(key: Key): Promise<T | null>;
  srandmember(key: Key): Promise<T | null>;
  smove(from: Key, to: Key, member: Arg): Promise<boolean>;
  sinter(...keys: Many<Key>[]): Promise<T[]>;
  sunion(...keys: Many<Key>[]): Promise<T[]>;
  sdiff(...keys: Many<Key>[]): Promise<T[]>;
  // Sorted sets
  zadd(key: Key, members: readonly (readonly [number, Arg])[], options?: ZAddOptions): Promise<number>;
  zrem(key: Key, ...members: Many<Arg>[]): Promise<number>;
  zscore(key: Key, member: Arg): Promise<number | null>;
  zincrby(key: Key, by: number, member: Arg): Promise<number>;
  zcard(key: Key): Promise<number>;
  zcount(key: Key, min: Arg, max: Arg): Promise<number>;
  zrank(key: Key, member: Arg): Promise<number | null>;
  zrevrank(key: Key, member: Arg): Promise<number | null>;
  zrange(key: Key, start: Arg, stop: Arg, options?: ZRangeOptions): Promise<T[]>;
  /** `ZRANGE ... WITHSCORES`. */
  zrangeWithScores(key: Key, start: Arg, stop: Arg, options?: ZRangeOptions): Promise<Scored<T>[]>;
  zpopmin(key: Key, count?: number): Promise<Scored<T>[]>;
  zpopmax(key: Key, count?: number): Promise<Scored<T>[]>;
  zremrangebyscore(key: Key, min: Arg, max: Arg): Promise<number>;
  zremrangebyrank(key: Key, start: number, stop: number): Promise<number>;
  // Streams; reading with BLOCK goes through `send` of a dedicated connection
  xadd(key: Key, id: string, fields: Fields, options?: XAddOptions): Promise<T | null>;
  xlen(key: Key): Promise<number>;
  xrange(key: Key, start: string, end: string, options?: { readonly count?: number }): Promise<Entry<T>[]>;
  xrevrange(key: Key, end: string, start: string, options?: { readonly count?: number }): Promise<Entry<T>[]>;
  xdel(key: Key, ...ids: Many<string>[]): Promise<number>;
  xack(key: Key, group: Key, ...ids: Many<string>[]): Promise<number>;
  // The rest
  pfadd(key: Key, ...elements: Many<Arg>[]): Promise<boolean>;
  pfcount(...keys: Many<Key>[]): Promise<number>;
  publish(channel: Key, message: Arg): Promise<number>;
  spublish(channel: Key, message: Arg): Promise<number>;
  ping(): Promise<string>;
  echo(message: Arg): Promise<T>;
  dbsize(): Promise<number>;
}

/** The same commands as they are queued in a transaction, whose replies come from its `exec()`. */
export type Queued<Self> = {
  [Name in keyof Commands<string>]: (...args: Parameters<Commands<string>[Name]>) => Self;
};
