// The numbers of MongoDB's wire protocol, and what one message on the wire is. Types and constants only.

/** Bytes of a message's header: its length, its number, the number that it answers, its kind. All are little-endian. */
export const HEADER_BYTES = 16;

/** The kind of the answer to OP_QUERY. */
export const OP_REPLY = 1;
/** The kind of the first hello: the one command that servers take in it. */
export const OP_QUERY = 2004;
/** The kind of a message around another one's compressed body. */
export const OP_COMPRESSED = 2012;
/** The kind of all other commands and replies. */
export const OP_MSG = 2013;

/** Flag of OP_MSG: a CRC-32C stands at the end. */
export const CHECKSUM_PRESENT = 1;
/** Flag of OP_MSG: from a client, that no reply is to come; from a server, that another one does. */
export const MORE_TO_COME = 2;
/** The flags of OP_MSG that whoever reads it must know; bit 16 (`exhaustAllowed`) and higher may be ignored. */
export const REQUIRED_BITS = 0xffff;

/** The largest message that any server takes or sends. */
export const MAX_MESSAGE_BYTES = 48_000_000;
/** The largest document. */
export const MAX_BSON_BYTES = 16_777_216;
/** What the document of a command may have beyond that. */
export const COMMAND_EXTRA_BYTES = 16_384;
/** MongoDB's own cap of nesting is 100 for documents that are stored, and some more for answers. */
export const MAX_DEPTH = 200;

/** One message as it came, in memory of its own. */
export interface Frame {
  /** The whole message, header included. */
  readonly bytes: Uint8Array;
  readonly opCode: number;
}

/** Reads an int32, little-endian. The caller has checked that four bytes are there. */
export function int32(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)
  );
}

/** Writes an int32, little-endian. @returns The place behind it. */
export function putInt32(bytes: Uint8Array, at: number, value: number): number {
  bytes[at] = value;
  bytes[at + 1] = value >>> 8;
  bytes[at + 2] = value >>> 16;
  bytes[at + 3] = value >>> 24;
  return at + 4;
}
