// What a whole message from the server says: OP_MSG, OP_REPLY to the first hello.
import type { Document } from 'bson';
import { protocolError } from '../errors.ts';
import { checkDocument, documentEnd } from './bson/check.ts';
import { decodeDocument } from './bson/decode.ts';
import { crc32c } from './crc32c.ts';
import {
  CHECKSUM_PRESENT,
  type Frame,
  HEADER_BYTES,
  int32,
  MORE_TO_COME,
  OP_MSG,
  OP_REPLY,
  REQUIRED_BITS,
} from './protocol.ts';
import type { RawFields } from './types.ts';

/** Behind OP_REPLY's flags, cursor and first index. */
const COUNT_AT = HEADER_BYTES + 16;
/** Of OP_REPLY's flags: the query failed, and the document says why. It has no `ok` then. */
const QUERY_FAILURE = 2;

/**
 * The document of a reply.
 * @param raw Which fields stay raw.
 * @throws FairleadError `protocol`.
 */
export function decodeReply({ bytes, opCode }: Frame, raw?: RawFields): Document {
  if (opCode === OP_MSG) return decodeMessage(bytes, raw);
  if (opCode === OP_REPLY) return decodeQueryReply(bytes);
  throw protocolError(`a message of the kind ${opCode} is no reply`);
}

/** A section of kind 1, with the places of its documents. */
interface Sequence {
  readonly name: string;
  readonly documents: readonly Uint8Array[];
}

function decodeMessage(bytes: Uint8Array, raw: RawFields | undefined): Document {
  const end = checkFlags(bytes);
  let body: Uint8Array | undefined;
  let sequences: Sequence[] | undefined;
  for (let at = HEADER_BYTES + 4; at < end; ) {
    const kind = bytes[at++];
    if (kind === 0) {
      if (body !== undefined) throw protocolError('a reply has two bodies');
      const behind = documentEnd(bytes, at, end);
      body = bytes.subarray(at, behind);
      at = behind;
    } else if (kind === 1) {
      const behind = sequenceEnd(bytes, at, end);
      sequences ??= [];
      sequences.push(decodeSequence(bytes, at + 4, behind));
      at = behind;
    } else {
      throw protocolError(`a reply has a section of the unknown kind ${kind}`);
    }
  }
  if (body === undefined) throw protocolError('a reply has no body');
  const document = decodeDocument(body, raw);
  if (sequences !== undefined) addSequences(document, sequences, raw);
  return document;
}

/** Where the sections end: before the checksum, which is checked. */
function checkFlags(bytes: Uint8Array): number {
  if (bytes.length < HEADER_BYTES + 4) throw protocolError('a message without flags');
  const flags = int32(bytes, HEADER_BYTES);
  if ((flags & REQUIRED_BITS & ~(CHECKSUM_PRESENT | MORE_TO_COME)) !== 0) {
    throw protocolError('a reply has required flags that this client does not know');
  }
  if ((flags & MORE_TO_COME) !== 0)
    throw protocolError('the server announces more replies, which no command asked for');
  if ((flags & CHECKSUM_PRESENT) === 0) return bytes.length;
  const end = bytes.length - 4;
  if (end < HEADER_BYTES + 4 || crc32c(bytes, end) !== int32(bytes, end)) {
    throw protocolError("a reply's checksum is wrong");
  }
  return end;
}

function sequenceEnd(bytes: Uint8Array, at: number, end: number): number {
  const size = at + 4 <= end ? int32(bytes, at) : 0;
  if (size < 5 || size > end - at) throw protocolError('a section of documents has a wrong size');
  return at + size;
}

function decodeSequence(bytes: Uint8Array, at: number, end: number): Sequence {
  const nul = bytes.indexOf(0, at);
  if (nul < 0 || nul >= end) throw protocolError('a section of documents has no name');
  const documents: Uint8Array[] = [];
  for (let start = nul + 1; start < end; ) {
    const behind = checkDocument(bytes, start, end);
    documents.push(bytes.subarray(start, behind));
    start = behind;
  }
  return { name: new TextDecoder().decode(bytes.subarray(at, nul)), documents };
}

/** A section of kind 1 stands for an array of the body. No server sends one today. */
function addSequences(document: Document, sequences: readonly Sequence[], raw: RawFields | undefined): void {
  for (const { name, documents } of sequences) {
    if (Object.hasOwn(document, name)) throw protocolError('a reply has a field in two sections');
    const value = raw?.[name] === true ? documents : documents.map((each) => decodeDocument(each));
    Object.defineProperty(document, name, { value, writable: true, enumerable: true, configurable: true });
  }
}

function decodeQueryReply(bytes: Uint8Array): Document {
  if (bytes.length < COUNT_AT + 4) throw protocolError('a reply is too short');
  const count = int32(bytes, COUNT_AT);
  if (count !== 1) throw protocolError(`a reply to hello has ${count} documents`);
  const document = decodeDocument(bytes.subarray(COUNT_AT + 4));
  const hasFailed = (int32(bytes, HEADER_BYTES) & QUERY_FAILURE) !== 0;
  return hasFailed ? { ...document, ok: 0 } : document;
}
