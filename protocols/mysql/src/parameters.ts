// A statement's parameters, checked and brought to the few kinds that travel. It refuses what has no one meaning in
// SQL: `undefined`, numbers that are none, objects that are not plain.
import { FairleadError } from '@fairlead/errors';

/** What the two protocols know how to send. */
export type WireParameter = string | number | bigint | null | Uint8Array;

/** Whether a number travels as an integer. A negative zero is none. */
export function isWhole(value: number): boolean {
  return Number.isSafeInteger(value) && !Object.is(value, -0);
}

const MAX_UINT64 = 0xffff_ffff_ffff_ffffn;
const MIN_INT64 = -0x8000_0000_0000_0000n;
const LAST_YEAR = 9999;

function refuse(index: number | string, what: string): FairleadError {
  const name = typeof index === 'number' ? `parameter ${index + 1}` : `parameter ":${index}"`;
  return new FairleadError('usage', `MySQL: ${name} ${what}.`, { safeToRetry: true });
}

/**
 * One parameter as it travels.
 * @param index Its position or name, for messages; its value stands in none.
 * @throws FairleadError `usage`.
 */
export function toWire(value: unknown, index: number | string): WireParameter {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
      if (!Number.isFinite(value)) throw refuse(index, 'is no number that SQL has (NaN or an infinity)');
      return value;
    case 'bigint':
      if (value < MIN_INT64 || value > MAX_UINT64)
        throw refuse(index, 'does not fit into 64 bits: send it as text');
      return value;
    case 'boolean':
      return value ? 1 : 0;
    case 'object':
      return value === null ? null : objectToWire(value, index);
    default:
      throw refuse(
        index,
        `is ${typeof value === 'undefined' ? 'undefined: for NULL pass null' : `a ${typeof value}`}`,
      );
  }
}

function objectToWire(value: object, index: number | string): WireParameter {
  if (value instanceof Uint8Array) return value;
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (value instanceof Date) return dateToWire(value, index);
  if (!isPlain(value))
    throw refuse(index, 'is an object that is neither plain nor an array, a Date or a Uint8Array');
  try {
    return JSON.stringify(value);
  } catch (cause) {
    throw new FairleadError('usage', 'MySQL: a parameter has no JSON text.', { cause, safeToRetry: true });
  }
}

function isPlain(value: object): boolean {
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** `YYYY-MM-DD hh:mm:ss.mmm` in UTC: the session's time zone, unless that was left alone. */
function dateToWire(value: Date, index: number | string): string {
  if (Number.isNaN(value.getTime())) throw refuse(index, 'is a Date without a time');
  const year = value.getUTCFullYear();
  if (year < 0 || year > LAST_YEAR) throw refuse(index, 'is a Date beyond the years 0 to 9999');
  return value.toISOString().slice(0, 23).replace('T', ' ');
}
