// Which JSON each column's cells become. Rows must have come with `json: 'raw'`.
import {
  type CellEncoder,
  encodeBytes,
  encodePlain,
  encodeRawJson,
  type RowEncoder,
  rowEncoder,
} from '@fairlead/http/sql';
import type { Column } from '../api.ts';

const BYTEA = ['bytea', 'bytea[]'];
const JSONS = ['json', 'jsonb', 'json[]', 'jsonb[]'];

/** The encoder for a result's rows: bytea as base64, JSON as the server sent it, everything else as JSON has it. */
export function encoderOf(columns: readonly Column[], rowMode: 'object' | 'array'): RowEncoder {
  return rowEncoder(
    columns.map(({ name, type }) => ({ name, encode: cellEncoder(type) })),
    rowMode,
  );
}

function cellEncoder(type: string): CellEncoder {
  if (JSONS.includes(type)) return encodeRawJson;
  if (BYTEA.includes(type)) return encodeBytes;
  return encodePlain;
}
