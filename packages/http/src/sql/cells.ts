// Rows to JSON text, column by column. Each protocol chooses its columns' encoders; no value is parsed here.
import { toBase64 } from '@fairlead/bytes';

/** What stands in a row: JSON's own values, bytes, and arrays of them. */
export type Cell = unknown;

/** Makes one cell's JSON text. */
export type CellEncoder = (value: Cell) => string;

/** Makes one row's JSON text of its values; it holds no line break. */
export type RowEncoder = (row: readonly Cell[]) => string;

/**
 * The encoder for a result's rows.
 * @param columns Each column's name and encoder, in the order of the rows' values.
 * @param rowMode In an object, the last of several columns of one name stays.
 */
export function rowEncoder(
  columns: readonly { readonly name: string; readonly encode: CellEncoder }[],
  rowMode: 'object' | 'array',
): RowEncoder {
  if (rowMode === 'array') {
    return (row) => `[${columns.map(({ encode }, i) => encode(row[i] ?? null)).join(',')}]`;
  }
  const names = columns.map(({ name }) => name);
  const cells = columns
    .map(({ name, encode }, index) => ({ index, encode, key: `${JSON.stringify(name)}:` }))
    .filter(({ index }) => names.lastIndexOf(names[index] ?? '') === index);
  return (row) => {
    let text = '';
    for (const { index, encode, key } of cells) {
      const cell = key + encode(row[index] ?? null);
      text += text === '' ? cell : `,${cell}`;
    }
    return `{${text}}`;
  };
}

const utf8 = new TextEncoder();

/** Rows in UTF-8, each with the separator behind it. */
export function encodeRows(
  rows: readonly (readonly Cell[])[],
  encode: RowEncoder,
  separator: string,
): Uint8Array {
  let text = '';
  for (const row of rows) text += encode(row) + separator;
  return utf8.encode(text);
}

/** Text, numbers, booleans and null, and arrays of them; `NaN` and the infinities as strings. */
export function encodePlain(value: Cell): string {
  if (Object.is(value, -0)) return '-0';
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : `"${value}"`;
  if (Array.isArray(value)) return `[${value.map(encodePlain).join(',')}]`;
  return JSON.stringify(value);
}

/** JSON texts from a server, or arrays of them, passed through unparsed, so that no digit is lost. */
export function encodeRawJson(value: Cell): string {
  if (Array.isArray(value)) return `[${value.map(encodeRawJson).join(',')}]`;
  // Within its strings JSON has no bare line break, so those that are there stand between tokens.
  return typeof value === 'string' ? value.replace(/[\r\n]+/g, ' ') : 'null';
}

/** Bytes, or arrays of them, as base64 strings. */
export function encodeBytes(value: Cell): string {
  if (Array.isArray(value)) return `[${value.map(encodeBytes).join(',')}]`;
  return value instanceof Uint8Array ? `"${toBase64(value)}"` : 'null';
}
