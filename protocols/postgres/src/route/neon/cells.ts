// Cells as Neon's proxy writes them. It differs from `/pg/query` in what stays text: dates, bytea and oid do.
import { arrays } from '../../json/arrays.ts';
import type { CellWriter } from '../../json/cell-writer.ts';
import { writeBoolean, writeNumber } from '../../json/scalars.ts';
import { writeJson, writeString } from '../../json/strings.ts';
import { BUILT_IN } from '../../values/oids.ts';

const WRITERS: Readonly<Record<string, CellWriter>> = {
  bool: writeBoolean,
  int2: writeNumber,
  int4: writeNumber,
  float4: writeNumber,
  float8: writeNumber,
  json: writeJson,
  jsonb: writeJson,
};

/**
 * What writes a type's cells: `bool` `int2` `int4` `float4` `float8` `json` `jsonb` as JSON's own (NaN and the
 * infinities as strings), arrays of built-in types as arrays, everything else as the server's text.
 */
export function neonCellWriter(oid: number): CellWriter {
  const type = BUILT_IN.get(oid);
  if (type?.kind === 'array') return arrays(neonCellWriter(type.element), type.delimiter);
  return WRITERS[type?.name ?? ''] ?? writeString;
}

/** For `Neon-Raw-Text-Output`: the driver makes values of the server's text itself. */
export function rawCellWriter(): CellWriter {
  return writeString;
}
