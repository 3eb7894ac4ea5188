// What makes batches of a result's rows, as they arrive: the seam between a connection and the shape that rows take.

import type { CellSource } from '../values/rows/cell-source.ts';
import type { Field } from '../wire/messages.ts';

/** Takes rows as bytes. Its methods are called while a network read is taken apart: they must neither wait nor throw for long. */
export interface BatchBuilder<Batch> {
  /** The result's columns; called before the first row. */
  begin(fields: readonly Field[]): void;
  /** One DataRow's body: `source.bytes[start..end)`, from the number of its columns on. Valid during the call only. */
  row(source: CellSource, start: number, end: number): void;
  /** What has been made since the last call; `undefined` if nothing was. */
  take(): Batch | undefined;
}
