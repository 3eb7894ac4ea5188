// Options and replies of the typed commands: types only. The commands themselves are in `table/`.
import type { Arg } from '../wire/messages.ts';

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

/** Options of `GETEX`; with `persist` the key no longer expires. */
export interface GetExOptions extends ExpiryOptions {
  readonly persist?: boolean | undefined;
}

/** Options of `COPY`: into another database, and over what stands there. */
export interface CopyOptions {
  readonly db?: number | undefined;
  readonly replace?: boolean | undefined;
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

/** Options of `XRANGE` and `XREVRANGE`: at most so many entries. */
export interface XRangeOptions {
  readonly count?: number | undefined;
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
