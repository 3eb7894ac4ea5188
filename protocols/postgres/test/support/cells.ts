// Cells and rows by hand, and what a registry makes of them.
import type { ArrayRow, ObjectRow } from '../../src/types.ts';
import type { Value } from '../../src/values/index.ts';
import type { TypeRegistry } from '../../src/values/registry.ts';
import { CellSource } from '../../src/values/rows/cell-source.ts';
import { rowReader } from '../../src/values/rows/row-reader.ts';
import type { Field } from '../../src/wire/messages.ts';

/** A text's bytes. */
export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The bytes that hexadecimal digits stand for. */
export const fromHex = (digits: string): Uint8Array =>
  Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

/** Points a source at the whole of `bytes`. */
export function sourceOf(bytes: Uint8Array): CellSource {
  const source = new CellSource();
  source.set(bytes, 0, bytes.length);
  return source;
}

/** What a cell comes out as. A byte stands on either side that no decoder may read. */
export function decode(registry: TypeRegistry, oid: number, format: 0 | 1, cell: Uint8Array): Value {
  const bytes = new Uint8Array(cell.length + 2).fill(0x31);
  bytes.set(cell, 1);
  return registry.decoder(oid, format)(sourceOf(bytes), 1, bytes.length - 1);
}

/** One column. */
export const field = (name: string, typeOid: number, format: 0 | 1 = 0): Field => ({
  name,
  typeOid,
  format,
  tableOid: 0,
  columnNumber: 0,
  typeSize: -1,
  typeModifier: -1,
});

/** The body of a DataRow message. */
export function dataRow(...cells: readonly (string | Uint8Array | null)[]): Uint8Array {
  const parts = cells.map((cell) => (typeof cell === 'string' ? utf8(cell) : cell));
  const bytes = new Uint8Array(2 + parts.reduce((sum, part) => sum + 4 + (part?.length ?? 0), 0));
  const view = new DataView(bytes.buffer);
  view.setInt16(0, cells.length);
  let at = 2;
  for (const part of parts) {
    view.setInt32(at, part === null ? -1 : part.length);
    if (part !== null) bytes.set(part, at + 4);
    at += 4 + (part?.length ?? 0);
  }
  return bytes;
}

/** What a reader makes of one row. */
export function readRow(
  fields: readonly Field[],
  registry: TypeRegistry,
  rowMode: 'object' | 'array',
  body: Uint8Array,
): ObjectRow | ArrayRow {
  return rowReader(fields, registry, rowMode)(sourceOf(body), 0, body.length);
}
