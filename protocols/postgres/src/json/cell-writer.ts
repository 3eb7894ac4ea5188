// What writes one cell as JSON, and how a cell is refused. It knows no type.
import type { Writer } from '@fairlead/bytes';

/**
 * Appends the JSON of a cell, `bytes[start..end)`, in the text form that Postgres sends. Never called for NULL.
 * @throws FairleadError `protocol` where the text is not what it should be, `limit` where `out` is full.
 */
export type CellWriter = (out: Writer, bytes: Uint8Array, start: number, end: number) => void;

const utf8 = new TextEncoder();

/** A text's bytes, to be written again and again. */
export function ascii(text: string): Uint8Array {
  return utf8.encode(text);
}
