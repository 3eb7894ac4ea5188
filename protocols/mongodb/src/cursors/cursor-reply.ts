// The part of a reply that is a cursor, checked. It sends nothing.
import { FairleadError, type Peer } from '@fairlead/errors';
import type { Document } from 'bson';

/** A cursor as a reply tells of it. */
export interface CursorPart {
  /** An int64, in which a number would lose digits. 0: it is over. */
  readonly id: bigint;
  readonly database: string;
  readonly collection: string;
  readonly batch: readonly unknown[];
}

/**
 * Reads the reply of a command that makes a cursor, or of getMore.
 * @param before The cursor's last reply.
 * @throws FairleadError `protocol`: it is no cursor, or another one.
 */
export function cursorPart(reply: Document, before: CursorPart | undefined, peer: Peer): CursorPart {
  const { cursor } = reply;
  const batch: unknown = before === undefined ? cursor?.firstBatch : cursor?.nextBatch;
  const id = cursorId(cursor?.id);
  const ns: unknown = cursor?.ns;
  const dot = typeof ns === 'string' ? ns.indexOf('.') : -1;
  // null would end a loop as if all documents had come.
  const isList = Array.isArray(batch) && batch.every((one) => typeof one === 'object' && one !== null);
  if (!isList || id === undefined || typeof ns !== 'string' || dot < 1) {
    throw new FairleadError('protocol', 'The server sent a reply without a cursor.', { peer });
  }
  if (before !== undefined && id !== 0n && id !== before.id) {
    throw new FairleadError('protocol', 'The server sent the reply of another cursor.', { peer });
  }
  return { id, database: ns.slice(0, dot), collection: ns.slice(dot + 1), batch };
}

/** Servers send an int64; others that speak the protocol may send a small int32. */
function cursorId(id: unknown): bigint | undefined {
  if (typeof id === 'bigint') return id;
  return Number.isSafeInteger(id) ? BigInt(id as number) : undefined;
}
