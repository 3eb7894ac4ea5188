// Checks a statement's parameters and converts them to the few types that the protocol sends. It refuses values without
// one clear meaning in SQL: `undefined`, NaN, objects that are not plain.
import { FairleadError } from '@fairlead/errors';
import { type InputParameters, Json } from './value.ts';

/** The types that both protocols send. */
export type WireParameter = string | number | bigint | null | Uint8Array;

/** Whether a Date is among the parameters: its text depends on the session's time zone. */
export function hasDate(params: InputParameters): boolean {
  return Object.values(params).some((value) => value instanceof Date);
}

/** Whether a number is sent as an integer. Negative zero is not, since it would lose its sign. */
export function isWhole(value: number): boolean {
  return Number.isSafeInteger(value) && !Object.is(value, -0);
}

const MAX_UINT64 = 0xffff_ffff_ffff_ffffn;
const MIN_INT64 = -0x8000_0000_0000_0000n;
const LAST_YEAR = 9999;

/** From here on JavaScript writes numbers with an exponent, so such a number is no identifier that has lost digits. */
const FIRST_EXPONENT = 1e21;
const ROUNDED =
  'is an integer beyond 2^53, where JavaScript has rounded already: pass a bigint or a text (a text also for such a DOUBLE)';

/** Whether JavaScript may have rounded the number before it was passed. */
function isRounded(value: number): boolean {
  return Number.isInteger(value) && !Number.isSafeInteger(value) && Math.abs(value) < FIRST_EXPONENT;
}

function refuse(index: number | string, what: string): FairleadError {
  const name = typeof index === 'number' ? `parameter ${index + 1}` : `parameter ":${index}"`;
  return new FairleadError('usage', `MySQL: ${name} ${what}.`, { safeToRetry: true });
}

/**
 * One parameter, converted for sending.
 * @param index Its position or name, for error messages, which never contain its value.
 * @throws FairleadError `usage`.
 */
export function toWire(value: unknown, index: number | string): WireParameter {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
      if (!Number.isFinite(value)) throw refuse(index, 'is no number that SQL has (NaN or an infinity)');
      if (isRounded(value)) throw refuse(index, ROUNDED);
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
  if (value instanceof Json) return jsonToWire(value.value, index);
  if (!isPlain(value))
    throw refuse(index, 'is an object that is neither plain nor an array, a Date or a Uint8Array');
  return jsonToWire(value, index);
}

/** The types that `JSON.stringify` turns into an empty object, or into an object of numbered bytes. */
function isOpaque(part: unknown): boolean {
  return (
    ArrayBuffer.isView(part) || part instanceof ArrayBuffer || part instanceof Map || part instanceof Set
  );
}

/** The JSON text of any value. Values that `JSON.stringify` would drop or change are refused. */
function jsonToWire(value: unknown, index: number | string): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value, (_, part: unknown) => {
      if (typeof part === 'number') {
        if (!Number.isFinite(part)) throw refuse(index, 'holds NaN or an infinity, which JSON does not have');
        if (isRounded(part)) throw refuse(index, `holds a number that ${ROUNDED}`);
      }
      if (isOpaque(part)) throw refuse(index, 'holds bytes, a Map or a Set, which JSON does not have');
      return part;
    });
  } catch (cause) {
    if (cause instanceof FairleadError) throw cause;
    throw new FairleadError('usage', 'MySQL: a parameter has no JSON text.', { cause, safeToRetry: true });
  }
  if (text === undefined) throw refuse(index, 'has no JSON text');
  return text;
}

function isPlain(value: object): boolean {
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** `YYYY-MM-DD hh:mm:ss.mmm` in UTC, which is the session's time zone unless `timeZone` is `session`. */
function dateToWire(value: Date, index: number | string): string {
  if (Number.isNaN(value.getTime())) throw refuse(index, 'is a Date without a time');
  const year = value.getUTCFullYear();
  if (year < 0 || year > LAST_YEAR) throw refuse(index, 'is a Date beyond the years 0 to 9999');
  return value.toISOString().slice(0, 23).replace('T', ' ');
}
