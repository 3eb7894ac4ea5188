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

/**
 * What a statement takes. Numbers are sent as integers if they are whole and safe, else as DOUBLE; a `Date` as its
 * UTC date and time to the millisecond; plain objects and arrays as JSON text; booleans as 1 and 0.
 */
export type Parameter =
  | string
  | number
  | bigint
  | boolean
  | null
  | Uint8Array
  | Date
  | readonly unknown[]
  | { readonly [name: string]: unknown };

/** For `?` an array, for `:name` an object. */
export type InputParameters = readonly Parameter[] | { readonly [name: string]: Parameter };
