// What goes in and out of a statement: the types of values and parameters, nothing else.
import type { Typed } from './parameters.ts';
import type { Range } from './range.ts';

/** Anything that JSON can hold. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/**
 * What a cell can hold: `bool` boolean; `int2` `int4` `oid` `float4` `float8` number; `bytea` Uint8Array; `json` and
 * `jsonb` what they say, or their text; dates and times ISO 8601 text; ranges `Range`, or `empty`; multiranges arrays
 * of ranges; composites that were looked up objects; arrays of all these; everything else text. `Date` and `bigint`
 * come only from decoders that were asked for.
 */
export type Value =
  | JsonValue
  | Uint8Array
  | Date
  | bigint
  | Range<Value>
  | readonly Value[]
  | { readonly [attribute: string]: Value };

/**
 * What a query's parameter can be: text, number, bigint and boolean as they are; `Uint8Array` becomes bytea, `Date`
 * a timestamp in UTC, an array a Postgres array, `Range` a range, any other object JSON. `json()` makes JSON of
 * arrays and texts too, and `typed()` tells the server a type.
 */
export type Parameter =
  | string
  | number
  | bigint
  | boolean
  | null
  | Uint8Array
  | Date
  | Range
  | Typed
  | readonly Parameter[]
  | { readonly [key: string]: unknown };

/** A row by its columns' names. Where two columns have one name, the last one wins: `rowMode: 'array'` keeps both. */
export type ObjectRow = Record<string, Value>;

/** A row's values in the order of the columns. */
export type ArrayRow = Value[];

/** One column of a result. */
export interface Column {
  readonly name: string;
  /** `int8`, `text[]`, ...; `oid:16385` for a type that the database defines and `loadTypes` has not loaded. */
  readonly type: string;
  /** The type's OID. */
  readonly oid: number;
}
