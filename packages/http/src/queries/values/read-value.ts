// One parameter's value from the query string or from JSON: of its type, with all its digits, within its bounds. What does not
// fit is told without the value.
import { JsonNumber, readNumber } from '../../json/number.ts';
import { JsonFault, JsonPart, parseJson } from '../../json/parser.ts';
import type { ParameterType, ParameterValue, QueryParameter } from '../named-query.ts';
import { compareDecimals, isDecimal } from './decimal.ts';
import { readDate, readDatetime } from './temporal.ts';

/** Where values come from and go to. */
export interface ValueReading {
  /** `text`: the query string, in which all values are text. */
  readonly from: 'text' | 'json';
  /** What stands behind times in UTC. */
  readonly utcSuffix: string;
  /** Deepest nesting of a JSON text. */
  readonly maxDepth: number;
}

/** A value that fits, or what is wrong with it, in words that follow its place. */
export type ReadValue = { readonly value: ParameterValue } | { readonly fault: string };

/** A value of its type. */
interface Typed {
  readonly value: ParameterValue;
  /** The value in the type's own spelling, for `enum`, `min`, `max` and `pattern`. */
  readonly text: string;
}

interface TypeReader {
  /** What the value must be. */
  readonly what: string;
  read(raw: unknown, reading: ValueReading): Typed | undefined;
}

const MAX_LISTED_UNITS = 200;
const WHOLE = /^-?\d{1,19}$/;
const MAX_INT64 = 0x7fff_ffff_ffff_ffffn;
const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;

const READERS: Readonly<Record<ParameterType, TypeReader>> = {
  text: {
    what: 'must be text without a NUL',
    read: (raw) => (typeof raw === 'string' && !raw.includes('\0') ? same(raw) : undefined),
  },
  integer: { what: 'must be a whole number of 64 bits', read: (raw) => readInteger(digitsOf(raw)) },
  number: { what: 'must be a number', read: (raw) => readDecimal(digitsOf(raw)) },
  boolean: { what: 'must be true or false', read: readBoolean },
  date: {
    what: 'must be a date such as 2026-11-29',
    read: (raw) => same(typeof raw === 'string' ? readDate(raw) : undefined),
  },
  datetime: {
    what: 'must be a date and time such as 2026-11-29T07:30:00Z (in a URL the + of an offset is %2B)',
    read: (raw, { utcSuffix }) => same(typeof raw === 'string' ? readDatetime(raw, utcSuffix) : undefined),
  },
  uuid: {
    what: 'must be a UUID',
    read: (raw) => same(typeof raw === 'string' && UUID.test(raw) ? raw.toLowerCase() : undefined),
  },
  json: { what: 'must be JSON', read: (raw, reading) => same(readJsonValue(raw, reading)) },
};

/**
 * Reads a value.
 * @param raw Text from the query string; from a body, what `parseJson` gives: `JsonPart` for arrays and objects.
 */
export function readValue(parameter: QueryParameter, raw: unknown, reading: ValueReading): ReadValue {
  if (raw === null) return parameter.default === null ? { value: null } : { fault: 'must not be null' };
  const { what, read } = READERS[parameter.type];
  const typed = read(raw, reading);
  if (typed === undefined) return { fault: what };
  const fault = outOfBounds(parameter, typed.text);
  return fault === undefined ? { value: typed.value } : { fault };
}

function outOfBounds(parameter: QueryParameter, text: string): string | undefined {
  const { min, max, maxLength, pattern } = parameter;
  if (min !== undefined && compareDecimals(text, min) < 0) return `must be ${min} or more`;
  if (max !== undefined && compareDecimals(text, max) > 0) return `must be ${max} or less`;
  if (maxLength !== undefined && isLonger(text, maxLength))
    return `must have at most ${maxLength} characters`;
  if (parameter.enum !== undefined && !parameter.enum.includes(text)) return oneOf(parameter.enum);
  if (pattern !== undefined && !pattern.test(text)) return 'must match the pattern of this parameter';
  return undefined;
}

/** The values, as long as a person reads them. */
function oneOf(values: readonly string[]): string {
  const listed = values.join(', ');
  return `must be one of ${listed.length > MAX_LISTED_UNITS ? 'the values of this parameter' : listed}`;
}

/** Characters beyond 16 bits count as one. */
function isLonger(text: string, maxLength: number): boolean {
  return text.length > maxLength && (text.length > 2 * maxLength || [...text].length > maxLength);
}

function same(text: string | undefined): Typed | undefined {
  return text === undefined ? undefined : { value: text, text };
}

/** A number's digits, which JSON may have in quotes, so that JavaScript does not round them. */
function digitsOf(raw: unknown): string {
  if (raw instanceof JsonNumber) return raw.text;
  return typeof raw === 'number' || typeof raw === 'string' ? String(raw) : '';
}

function readInteger(digits: string): Typed | undefined {
  if (!WHOLE.test(digits)) return undefined;
  const whole = BigInt(digits);
  if (whole > MAX_INT64 || whole < -MAX_INT64 - 1n) return undefined;
  const text = String(whole);
  return { value: readNumber(text), text };
}

function readDecimal(digits: string): Typed | undefined {
  return isDecimal(digits) ? { value: readNumber(digits), text: digits } : undefined;
}

function readBoolean(raw: unknown, { from }: ValueReading): Typed | undefined {
  const text = typeof raw === 'boolean' || from === 'text' ? String(raw) : '';
  return text === 'true' || text === 'false' ? { value: text === 'true', text } : undefined;
}

/** The JSON text: as the caller wrote it where it is an array or an object, or stands in the query string. */
function readJsonValue(raw: unknown, { from, maxDepth }: ValueReading): string | undefined {
  if (raw instanceof JsonPart || raw instanceof JsonNumber) return raw.text;
  if (from === 'json') return JSON.stringify(raw);
  try {
    parseJson(String(raw), { maxDepth });
    return String(raw);
  } catch (error) {
    if (error instanceof JsonFault) return undefined;
    throw error;
  }
}
