// What a result's columns are made into, once for all runs of a statement: types only.

import type { ArrayRow, Column, ObjectRow } from '../value.ts';
import type { CellSource } from './cell-source.ts';

/** Makes a row of a DataRow's body: `source.bytes[start..end)`, from the number of its columns on. */
export type RowReader<Row> = (source: CellSource, start: number, end: number) => Row;

/** The readers of one result's columns; a prepared statement has one array of columns for all its runs. */
export interface Shape {
  readonly columns: readonly Column[];
  object?: RowReader<ArrayRow | ObjectRow>;
  array?: RowReader<ArrayRow | ObjectRow>;
}
