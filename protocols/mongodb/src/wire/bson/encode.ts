// Documents as BSON, in memory of their own or one behind another.

import { isFairleadError } from '@fairlead/errors';
import type { Document } from 'bson';
import { unfit } from './unfit.ts';
import { BsonWriter, SLAB_BYTES } from './writer.ts';

/** With less room left, the next slab is begun. */
const MIN_ROOM = 512;

/** Undefined while it writes: a `toBSON` may encode another document. */
let shared: BsonWriter | undefined;

/**
 * One document as BSON.
 * @throws FairleadError `usage` for values that BSON does not hold, `limit` where it is larger than any server takes.
 */
export function encodeDocument(document: Document): Uint8Array {
  return encodeBehind(document, 0);
}

/**
 * One document as BSON, behind `space` bytes of zeros that the caller fills.
 * @throws FairleadError as `encodeDocument`.
 */
export function encodeBehind(document: Document, space: number): Uint8Array {
  const writer = shared ?? new BsonWriter(new Uint8Array(SLAB_BYTES), 0);
  shared = undefined;
  try {
    const start = writer.write(document, space);
    const { bytes, at } = writer;
    // Long documents have memory of their own, and no more than they need.
    if (bytes.length > SLAB_BYTES) return bytes.slice(start, at);
    if (at + MIN_ROOM <= bytes.length) shared = writer;
    return bytes.subarray(start, at);
  } catch (error) {
    if (isFairleadError(error)) throw error;
    throw unfit(error instanceof Error ? error.message : String(error), error);
  }
}
