// A request's parameters from JSON, as a SQL client takes them. It refuses numbers that JSON has rounded already.
import { FairleadError } from '@fairlead/errors';

/** A parameter as a SQL client takes it: what JSON has, and bytes. */
export type JsonParameter =
  | string
  | number
  | boolean
  | null
  | Uint8Array
  | JsonParameter[]
  | { readonly [name: string]: unknown };

/** A JSON number that is not the one that was sent. */
function isUnsafe(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value);
}

/**
 * One parameter as a client takes it: `{ "$base64": "..." }` becomes bytes, also within arrays.
 * @param path Where it stands, for the message: `params[0]`.
 * @throws FairleadError `usage` for an integer that JSON numbers cannot hold, or malformed base64.
 */
export function readJsonParameter(value: unknown, path: string): JsonParameter {
  if (isUnsafe(value)) {
    throw new FairleadError(
      'usage',
      `${path} is an integer beyond 2^53, which JSON numbers lose: send it as text.`,
    );
  }
  if (Array.isArray(value)) return value.map((each, i) => readJsonParameter(each, `${path}[${i}]`));
  if (isBase64(value)) return decodeBase64(value.$base64, path);
  return value as JsonParameter;
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
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch (cause) {
    throw new FairleadError('usage', `${path} is not base64.`, { cause });
  }
}
