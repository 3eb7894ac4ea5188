// A request's parameters from JSON, as a SQL client takes them: every digit and every JSON text as the caller wrote it.
import { fromBase64 } from '@fairlead/bytes';
import { usage } from '@fairlead/errors';
import { JsonNumber } from '../json/number.ts';
import { JsonPart } from '../json/parser.ts';

/** The body's member for `readJson`'s `partsIn`: arrays and objects among the parameters keep their own text. */
export const PARAMETERS = 'params';

/** A parameter as a SQL client takes it. */
export type JsonParameter = string | number | bigint | boolean | null | Uint8Array | JsonParameter[];

/** How arrays travel. */
export interface ParameterReading {
  /** `list`: as arrays, for databases that have them; `json`: as JSON text. Objects are JSON text always. */
  readonly arrays: 'list' | 'json';
}

const WHOLE = /^-?\d{1,20}$/;
const MAX_UINT64 = 0xffff_ffff_ffff_ffffn;
const MIN_INT64 = -0x8000_0000_0000_0000n;

/**
 * One parameter of a body that was read with `partsIn: PARAMETERS`, as a client takes it. `{ "$base64": "..." }` becomes
 * bytes, also within lists; another object its own JSON text; a number that JavaScript would round a bigint where it
 * is whole and fits into 64 bits, else its text.
 * @param path Where it stands, for the message: `params[0]`.
 * @throws FairleadError `usage` for malformed base64.
 */
export function readJsonParameter(value: unknown, path: string, reading: ParameterReading): JsonParameter {
  if (value instanceof JsonNumber) return digits(value.text);
  if (value instanceof JsonPart) return readPart(value, path, reading);
  if (
    value === null ||
    typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'boolean'
  ) {
    return value;
  }
  throw new TypeError('Parameters are read from bodies with partsIn: PARAMETERS');
}

function digits(text: string): string | bigint {
  const whole = WHOLE.test(text) ? BigInt(text) : undefined;
  return whole !== undefined && whole >= MIN_INT64 && whole <= MAX_UINT64 ? whole : text;
}

function readPart({ value, text }: JsonPart, path: string, reading: ParameterReading): JsonParameter {
  if (Array.isArray(value)) {
    if (reading.arrays === 'json') return text;
    return value.map((each, i) => readJsonParameter(each, `${path}[${i}]`, reading));
  }
  return isBase64(value) ? decodeBase64(value.$base64, path) : text;
}

function isBase64(value: unknown): value is { $base64: string } {
  return (
    typeof value === 'object' &&
    value !== null &&
    '$base64' in value &&
    typeof value.$base64 === 'string' &&
    Object.keys(value).length === 1
  );
}

function decodeBase64(text: string, path: string): Uint8Array {
  const bytes = fromBase64(text);
  if (bytes === undefined) throw usage(`${path} is not base64.`);
  return bytes;
}
