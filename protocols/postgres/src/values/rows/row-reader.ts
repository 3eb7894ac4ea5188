// Rows out of DataRow messages. It checks every length before it looks behind it.
import type { FairleadError } from '@fairlead/errors';
import type { Field } from '../../wire/messages.ts';
import type { TypeRegistry } from '../registry.ts';
import { malformed } from '../text/malformed.ts';
import type { ArrayRow, ObjectRow, Value } from '../value.ts';
import type { CellSource } from './cell-source.ts';
import type { RowReader } from './shape.ts';

/**
 * What makes rows of a result.
 * @throws FairleadError `protocol` from the reader: another number of columns than `fields`, or lengths that leave
 *   the row.
 */
export function rowReader(
  fields: readonly Field[],
  registry: Pick<TypeRegistry, 'decoder'>,
  rowMode: 'object' | 'array',
): RowReader<ObjectRow | ArrayRow> {
  const decoders = fields.map(({ typeOid, format }) => registry.decoder(typeOid, format));
  const names = fields.map(({ name }) => name);
  const count = fields.length;

  const fill = (
    row: Record<string | number, Value>,
    keys: readonly (string | number)[],
    source: CellSource,
    start: number,
    end: number,
  ): void => {
    const { bytes } = source;
    if (end - start < 2 + 4 * count || (((bytes[start] ?? 0) << 8) | (bytes[start + 1] ?? 0)) !== count) {
      throw wrongRow();
    }
    let at = start + 2;
    for (let i = 0; i < count; i += 1) {
      if (at + 4 > end) throw wrongRow();
      const from = at + 4;
      // A DataView costs more than a short result has to read.
      const length =
        ((bytes[at] ?? 0) << 24) |
        ((bytes[at + 1] ?? 0) << 16) |
        ((bytes[at + 2] ?? 0) << 8) |
        (bytes[at + 3] ?? 0);
      at = from;
      const decode = decoders[i];
      const key = keys[i];
      if (decode === undefined || key === undefined) break;
      if (length >= 0) {
        at += length;
        if (at > end) throw wrongRow();
        row[key] = decode(source, from, at);
      } else if (length < -1) {
        throw wrongRow();
      } else row[key] = null;
    }
    if (at !== end) throw wrongRow();
  };

  if (rowMode === 'array') {
    const indexes = names.map((_, i) => i);
    return (source, start, end) => {
      const row: ArrayRow = new Array(count);
      fill(row as unknown as Record<number, Value>, indexes, source, start, end);
      return row;
    };
  }
  const template: ObjectRow = Object.fromEntries(names.map((name) => [name, null]));
  return (source, start, end) => {
    const row = { ...template };
    fill(row, names, source, start, end);
    return row;
  };
}

function wrongRow(): FairleadError {
  return malformed('row');
}
