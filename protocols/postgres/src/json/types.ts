// Which JSON each type's cells become, by OID. A type that is not here is a string.
import { BUILT_IN } from '../values/oids.ts';
import { isoDateTime, isoInterval, isoTimeWithZone } from '../values/text/datetime.ts';
import { arrays } from './arrays.ts';
import { writeBytea } from './bytea.ts';
import type { CellWriter } from './cell-writer.ts';
import { dateTimes, rewritten, writeBoolean, writeNumber } from './scalars.ts';
import { writeJson, writeString } from './strings.ts';

const dateTime = dateTimes(rewritten('date', isoDateTime));

const WRITERS: Readonly<Record<string, CellWriter>> = {
  bool: writeBoolean,
  bytea: writeBytea,
  int2: writeNumber,
  int4: writeNumber,
  oid: writeNumber,
  float4: writeNumber,
  float8: writeNumber,
  json: writeJson,
  jsonb: writeJson,
  date: dateTime,
  timestamp: dateTime,
  timestamptz: dateTime,
  timetz: rewritten('timetz', isoTimeWithZone),
  interval: rewritten('interval', isoInterval),
};

/**
 * What writes a type's cells: `bool` `int2` `int4` `oid` `float4` `float8` `json` `jsonb` as JSON's own, `bytea` as
 * base64, dates, times and intervals as ISO 8601, arrays as arrays of these, everything else as a string.
 */
export function cellWriter(oid: number): CellWriter {
  const type = BUILT_IN.get(oid);
  if (type?.kind === 'array') return arrays(cellWriter(type.element), type.delimiter);
  return WRITERS[type?.name ?? ''] ?? writeString;
}
