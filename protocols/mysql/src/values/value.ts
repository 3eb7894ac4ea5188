// The types of parameters and of the values in rows. It knows no packet.

/** A value of a JSON column. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };

/** A value of a row. */
export type Value = string | number | null | Uint8Array | JsonValue;

/** A value that is sent as JSON: the result of `json()`. */
export class Json {
  readonly value: unknown;

  constructor(value: unknown) {
    this.value = value;
  }
}

/**
 * A parameter that is sent as JSON. Texts, numbers, booleans and null need it, since without it they are sent as SQL's
 * own types. Objects and arrays are sent as JSON anyway.
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
 * A parameter of a statement.
 * - Numbers are sent as integers if they are whole and safe, else as DOUBLE. Integers from 2^53 to 10^21 are refused, also
 *   within JSON, since JavaScript has rounded them.
 * - A `Date` is sent as its date and time in UTC, to the millisecond.
 * - Plain objects, arrays and `json(...)` are sent as JSON text, booleans as 1 and 0.
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

/** All parameters of a statement: an array for `?`, an object for `:name`. */
export type InputParameters = readonly Parameter[] | { readonly [name: string]: Parameter };
