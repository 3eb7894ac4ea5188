// JSON for values that JSON lacks: bytes as base64, big integers as strings, no number silently lost.
// It keeps no state and writes compact text.

import { toBase64 } from '@fairlead/bytes';

const MAX_DEPTH = 500;

/**
 * The value as JSON text. `Uint8Array` becomes base64, `bigint` a string, `NaN` and the infinities the strings
 * `"NaN"`, `"Infinity"`, `"-Infinity"`, `Date` an ISO string, `Map` an object, `Set` an array; `undefined` is
 * left out of objects and `null` elsewhere.
 * @throws RangeError if nested deeper than 500.
 */
export function jsonText(value: unknown): string {
  if (isPlain(value)) return JSON.stringify(value) ?? 'null';
  return encode(value, 0);
}

/** The common row: nothing in it that JSON.stringify would lose, so that the engine's own encoder can run. */
function isPlain(value: unknown): boolean {
  if (!Array.isArray(value)) return isPlainScalar(value);
  return value.every(isPlainScalar);
}

function isPlainScalar(value: unknown): boolean {
  const type = typeof value;
  return (
    type === 'string' || type === 'boolean' || value === null || (type === 'number' && Number.isFinite(value))
  );
}

function encode(value: unknown, depth: number): string {
  if (depth > MAX_DEPTH) throw new RangeError(`The value is nested deeper than ${MAX_DEPTH}.`);
  switch (typeof value) {
    case 'bigint':
      return `"${value}"`;
    case 'number':
      return Number.isFinite(value) ? String(value) : `"${value}"`;
    case 'object':
      return value === null ? 'null' : encodeObject(value, depth);
    default:
      return JSON.stringify(value) ?? 'null';
  }
}

function encodeObject(value: object, depth: number): string {
  if (value instanceof Uint8Array) return `"${toBase64(value)}"`;
  if (Array.isArray(value) || value instanceof Set) {
    return `[${Array.from(value, (item) => encode(item, depth + 1)).join(',')}]`;
  }
  if (value instanceof Date) return JSON.stringify(value);
  const entries = value instanceof Map ? value.entries() : Object.entries(value);
  const members: string[] = [];
  for (const [key, member] of entries) {
    if (member !== undefined) members.push(`${JSON.stringify(String(key))}:${encode(member, depth + 1)}`);
  }
  return `{${members.join(',')}}`;
}
