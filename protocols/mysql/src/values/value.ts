// The values that go in and out: types, and what each column type becomes. It knows no packet.

/** What JSON columns hold. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };

/** What stands in a row. */
export type Value = string | number | null | Uint8Array | JsonValue;

/** A value to be sent as JSON: what `json()` makes. */
export class Json {
  readonly value: unknown;

  constructor(value: unknown) {
    this.value = value;
  }
}

/**
 * A parameter for a JSON column, whatever it is: texts, numbers, booleans and null need it, since without it they are
 * SQL's own. Objects and arrays do not.
 * @example
 * ```ts
 * import { json } from '@fairlead/mysql';
 *
 * await db.query('insert into settings (name, value) values (?, ?)', ['theme', json('dark')]);
 * ```
 */
export function json(value: unknown): Json {
  return new Json(value);
}

/**
 * What a statement takes. Numbers are sent as integers if they are whole and safe, else as DOUBLE; integers beyond 2^53
 * (to 10^21, where JavaScript begins to write exponents) are refused, also within JSON; a `Date` as its UTC date and time
 * to the millisecond; plain objects, arrays and `json(...)` as JSON text; booleans as 1 and 0.
 */
export type Parameter =
  | string
  | number
  | bigint
  | boolean
  | null
  | Uint8Array
  | Date
  | Json
  | readonly unknown[]
  | { readonly [name: string]: unknown };

/** For `?` an array, for `:name` an object. */
export type InputParameters = readonly Parameter[] | { readonly [name: string]: Parameter };
