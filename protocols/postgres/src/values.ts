// Values: the text that Postgres sends to JavaScript's, losslessly, and a caller's parameters to text. It never
// makes a number of an int8 or a numeric, nor a Date of a timestamp.
import { FairleadError } from '@fairlead/errors';
import { formatArray, parseArray } from './arrays.ts';
import { isoDateTime, isoInterval, isoTimeWithZone } from './datetime.ts';
import { arrayTypes } from './types.ts';

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
 * `jsonb` what they say, or their text; arrays of all these; everything else string.
 */
export type Value = JsonValue | Uint8Array | readonly Value[];

/**
 * What a query's parameter can be: text, number, bigint and boolean as they are; `Uint8Array` becomes bytea, `Date`
 * an ISO timestamp, an array a Postgres array, any other object JSON.
 */
export type Parameter =
  | string
  | number
  | bigint
  | boolean
  | null
  | Uint8Array
  | Date
  | readonly Parameter[]
  | { readonly [key: string]: unknown };

/** Makes a value of a cell's text. */
export type Parser = (text: string) => Value;

/** `box` alone has a delimiter of its own. */
const BOX_ARRAY = 1020;
const NUMBERS = [21, 23, 26, 700, 701];
const JSONS = [114, 3802];
const DATE_TIMES = [1082, 1114, 1184];
const BOOL = 16;
const BYTEA = 17;
const INTERVAL = 1186;
const TIMETZ = 1266;

function text(value: string): string {
  return value;
}

function hexDigit(code: number): number {
  return code <= 0x39 ? code - 0x30 : (code | 0x20) - 0x57;
}

/**
 * The bytes of a `bytea` in hex output, the server's default.
 * @throws FairleadError `protocol` when the session was set to another bytea_output.
 */
function parseBytea(value: string): Uint8Array {
  if (!value.startsWith('\\x')) {
    throw new FairleadError('protocol', "A bytea came in the escape format; leave bytea_output at 'hex'.");
  }
  const bytes = new Uint8Array((value.length - 2) >> 1);
  for (let i = 0, at = 2; i < bytes.length; i += 1, at += 2) {
    bytes[i] = (hexDigit(value.charCodeAt(at)) << 4) | hexDigit(value.charCodeAt(at + 1));
  }
  return bytes;
}

/**
 * The parsers by OID. A type that has none is text.
 * @param json Whether `json` and `jsonb` are parsed, or left as the text that the server sent.
 */
export function parsers(json: 'parsed' | 'raw'): Map<number, Parser> {
  const found = new Map<number, Parser>();
  for (const oid of NUMBERS) found.set(oid, Number);
  for (const oid of DATE_TIMES) found.set(oid, isoDateTime);
  for (const oid of JSONS)
    found.set(oid, json === 'parsed' ? (value) => JSON.parse(value) as JsonValue : text);
  found.set(BOOL, (value) => value === 't');
  found.set(BYTEA, parseBytea);
  found.set(INTERVAL, isoInterval);
  found.set(TIMETZ, isoTimeWithZone);
  for (const [arrayOid, elementOid] of arrayTypes()) {
    const parse = found.get(elementOid) ?? text;
    const delimiter = arrayOid === BOX_ARRAY ? ';' : ',';
    found.set(arrayOid, (value) => parseArray(value, parse, delimiter));
  }
  return found;
}

function encodeBytea(bytes: Uint8Array): string {
  return `\\x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')}`;
}

/**
 * A parameter as the text that travels, or `null` for NULL.
 * @throws FairleadError `usage` for `undefined`, a function, a symbol, an invalid Date, or what JSON cannot hold.
 */
export function encodeParameter(value: unknown): string | null {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'bigint':
      return String(value);
    case 'boolean':
      return value ? 't' : 'f';
    case 'object':
      return value === null ? null : encodeObject(value);
    default:
      throw new FairleadError('usage', `A parameter is ${typeof value}; use null for NULL.`);
  }
}

function encodeObject(value: object): string {
  if (value instanceof Uint8Array) return encodeBytea(value);
  if (Array.isArray(value)) return formatArray(value, encodeParameter);
  try {
    return value instanceof Date ? value.toISOString() : JSON.stringify(value);
  } catch (cause) {
    throw new FairleadError('usage', 'A parameter has no text form: an invalid Date, or not JSON.', {
      cause,
    });
  }
}
