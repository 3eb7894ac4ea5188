// How users see columns, rows and the end of a result: plain objects, made from the packets of the protocol.
import { rowObjectMaker } from '@fairlead/client';
import type { Column, ObjectRow, Summary } from '../types/results.ts';
import type { Value } from '../values/value.ts';
import { typeName } from '../wire/column-types.ts';
import type { OkPacket, ResultColumn } from '../wire/messages.ts';

/** Results of the same shape share their columns, so their descriptions and row makers are made once. */
const described = new WeakMap<readonly ResultColumn[], readonly Column[]>();
const makers = new WeakMap<readonly ResultColumn[], (row: Value[]) => ObjectRow>();

/** The columns as users see them. */
export function describeColumns(columns: readonly ResultColumn[]): readonly Column[] {
  let found = described.get(columns);
  if (found === undefined) {
    found = columns.map((column) => ({
      name: column.name,
      type: typeName(column),
      table: column.table,
      schema: column.schema,
    }));
    described.set(columns, found);
  }
  return found;
}

/** The function that turns a row's values into an object. */
export function objectMaker(columns: readonly ResultColumn[]): (row: Value[]) => ObjectRow {
  let found = makers.get(columns);
  if (found === undefined) {
    found = rowObjectMaker<Value>(columns.map(({ name }) => name));
    makers.set(columns, found);
  }
  return found;
}

/** The end of a result as users see it. */
export function summarize(words: OkPacket, rows: number | undefined): Summary {
  const affectedRows = Number(words.affectedRows);
  return {
    rowCount: rows ?? affectedRows,
    affectedRows,
    lastInsertId: String(words.lastInsertId),
    warningCount: words.warningCount,
    info: words.info,
  };
}
