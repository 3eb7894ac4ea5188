// Messages to the server as bytes: OP_MSG, and the OP_QUERY of the first hello.
import type { Document } from 'bson';
import { encodeBehind } from './bson/encode.ts';
import { HEADER_BYTES, MORE_TO_COME, OP_MSG, OP_QUERY, putInt32 } from './protocol.ts';
import type { DocumentSequence } from './types.ts';

/** The header, the flags, and the kind of the section with the command's document. */
const BODY_AT = HEADER_BYTES + 4 + 1;
/** Behind the header and the flags of OP_QUERY, the collection that commands of old are sent to. */
const ADMIN_COMMANDS = /* @__PURE__ */ new TextEncoder().encode('admin.$cmd\0');
const QUERY_AT = HEADER_BYTES + 4 + 11 + 8;
/** `secondaryOk`: any member of a set may answer. */
const SECONDARY_OK = 4;

/** A command's name: its first key. */
export function commandName(command: Document): string {
  for (const name in command) return name;
  return '';
}

function header(bytes: Uint8Array, requestId: number, opCode: number): Uint8Array {
  putInt32(bytes, 0, bytes.length);
  putInt32(bytes, 4, requestId);
  putInt32(bytes, 12, opCode);
  return bytes;
}

/**
 * A command as OP_MSG.
 * @param command Its `$db` included.
 * @param hasNoReply Sets `moreToCome`: the server answers nothing.
 */
export function encodeMessage(
  requestId: number,
  command: Document,
  sequence: DocumentSequence | undefined,
  hasNoReply: boolean,
): Uint8Array {
  let bytes = encodeBehind(command, BODY_AT);
  if (sequence !== undefined) bytes = withSequence(bytes, sequence);
  if (hasNoReply) putInt32(bytes, HEADER_BYTES, MORE_TO_COME);
  return header(bytes, requestId, OP_MSG);
}

/** The bytes of a section of kind 1: its kind, its size, its name, its documents. */
function sequenceBytes({ name, documents }: DocumentSequence): number {
  let length = 1 + 4 + name.length + 1;
  for (const document of documents) length += document.length;
  return length;
}

function withSequence(message: Uint8Array, sequence: DocumentSequence): Uint8Array {
  const length = sequenceBytes(sequence);
  const bytes = new Uint8Array(message.length + length);
  bytes.set(message);
  let at = message.length;
  bytes[at++] = 1;
  at = putInt32(bytes, at, length - 1);
  for (let i = 0; i < sequence.name.length; i++) bytes[at++] = sequence.name.charCodeAt(i);
  at++;
  for (const document of sequence.documents) {
    bytes.set(document, at);
    at += document.length;
  }
  return bytes;
}

/** A command as OP_QUERY on `admin.$cmd`: the first hello to a server that may not know OP_MSG's. */
export function encodeQuery(requestId: number, command: Document): Uint8Array {
  const bytes = encodeBehind(command, QUERY_AT);
  putInt32(bytes, HEADER_BYTES, SECONDARY_OK);
  bytes.set(ADMIN_COMMANDS, HEADER_BYTES + 4);
  // Nothing skipped, and one document back.
  putInt32(bytes, QUERY_AT - 4, -1);
  return header(bytes, requestId, OP_QUERY);
}
