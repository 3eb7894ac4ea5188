// Cells to JSON text, column by column. JSON from the server passes through unparsed, so that no digit is lost.
import type { Column } from './api.ts';
import type { Value } from './values.ts';

const BYTEA = ['bytea', 'bytea[]'];
const JSONS = ['json', 'jsonb', 'json[]', 'jsonb[]'];
const BASE64_CHUNK = 0x6000;

/** Makes one row's JSON text of its values. */
export type RowEncoder = (row: readonly Value[]) => string;

/**
 * The encoder for a result's rows, which must have come with `json: 'raw'`: bytea as base64, `NaN` and the
 * infinities as strings, everything else as JSON has it. The text holds no line break.
 * @param rowMode In an object, the last of several columns of one name stays.
 */
export function rowEncoder(columns: readonly Column[], rowMode: 'object' | 'array'): RowEncoder {
  const encoders = columns.map(cellEncoder);
  if (rowMode === 'array') {
    return (row) => `[${encoders.map((encode, i) => encode(row[i] ?? null)).join(',')}]`;
  }
  const names = columns.map(({ name }) => name);
  const cells = names
    .map((name, index) => ({
      index,
      last: names.lastIndexOf(name) === index,
      key: `${JSON.stringify(name)}:`,
    }))
    .filter(({ last }) => last);
  return (row) => {
    let text = '';
    for (const { index, key } of cells) {
      const cell = encoders[index]?.(row[index] ?? null) ?? 'null';
      text += text === '' ? key + cell : `,${key}${cell}`;
    }
    return `{${text}}`;
  };
}

function cellEncoder({ type }: Column): (value: Value) => string {
  if (JSONS.includes(type)) return encodeRawJson;
  if (BYTEA.includes(type)) return encodeBytea;
  return encodePlain;
}

function encodePlain(value: Value): string {
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : `"${value}"`;
  if (Array.isArray(value)) return `[${value.map(encodePlain).join(',')}]`;
  return JSON.stringify(value);
}

function encodeRawJson(value: Value): string {
  if (Array.isArray(value)) return `[${value.map(encodeRawJson).join(',')}]`;
  // Within its strings JSON has no bare line break, so those that are there stand between tokens.
  return typeof value === 'string' ? value.replace(/[\r\n]+/g, ' ') : 'null';
}

function encodeBytea(value: Value): string {
  if (Array.isArray(value)) return `[${value.map(encodeBytea).join(',')}]`;
  return value instanceof Uint8Array ? `"${base64(value)}"` : 'null';
}

function base64(bytes: Uint8Array): string {
  let binary = '';
  for (let at = 0; at < bytes.length; at += BASE64_CHUNK) {
    binary += String.fromCharCode(...bytes.subarray(at, at + BASE64_CHUNK));
  }
  return btoa(binary);
}
