// A caller's value as JSON text. It refuses what JSON cannot hold, and integers that JavaScript has rounded: it shows
// no value in an error.
import { FairleadError } from '@fairlead/errors';
import { usage } from '../../errors.ts';

/** Fewer digits than this no rounded integer has. */
const MAY_BE_ROUNDED = /\d{16}/;

/** From here on JavaScript writes an exponent, which no integer type takes: whatever it is, it is seen to be a float. */
const EXPONENT_FROM = 1e21;

/**
 * Whether a number may be another integer than was written: JavaScript keeps digits up to 2^53 - 1. From 10^21 on it is
 * taken for the float that it is.
 */
export function isRounded(value: number): boolean {
  return !Number.isSafeInteger(value) && Number.isInteger(value) && Math.abs(value) < EXPONENT_FROM;
}

/** The error for an integer that JavaScript has rounded. */
export function rounded(): FairleadError {
  return usage(
    'a parameter has an integer beyond 2^53, whose last digits JavaScript has rounded: use a bigint or a text, or, for ' +
      "a float, typed(value, 'float8')",
  );
}

/** Of ES2026; Node has it from 22 on. */
const { rawJSON } = JSON as { readonly rawJSON?: (text: string) => unknown };

function exact(_key: string, value: unknown): unknown {
  if (typeof value === 'number' && isRounded(value)) throw rounded();
  return typeof value === 'bigint' && rawJSON !== undefined ? rawJSON(String(value)) : value;
}

/**
 * The value as JSON text; a `bigint` with all its digits, where the runtime has `JSON.rawJSON`.
 * @throws FairleadError `usage`.
 */
export function jsonText(value: unknown): string {
  let text: string | undefined;
  let cause: unknown;
  try {
    text = ArrayBuffer.isView(value) ? undefined : stringify(value);
  } catch (error) {
    if (error instanceof FairleadError) throw error;
    cause = error;
  }
  // What has nothing that JSON can hold, such as a Map or a Promise, would silently become `{}`.
  if (text === undefined || (text === '{}' && Object.prototype.toString.call(value) !== '[object Object]')) {
    throw usage('a parameter is an object that has no JSON form', { cause });
  }
  return text;
}

/** A look at each value is several times as slow, and is taken where it may find something. */
function stringify(value: unknown): string | undefined {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch {
    return JSON.stringify(value, exact);
  }
  return text !== undefined && MAY_BE_ROUNDED.test(text) ? JSON.stringify(value, exact) : text;
}
