// MongoDB's wire protocol from the server's side: bytes to requests, replies to bytes. It trusts clients of tests.
import { deflateSync, inflateSync } from 'node:zlib';
import { arrayElement, documentOf, elementsOf } from './raw-bson.ts';

const HEADER_BYTES = 16;
const MAX_MESSAGE_BYTES = 48_000_000;
const ZLIB = 2;
const OP = { reply: 1, query: 2004, compressed: 2012, message: 2013 } as const;
const OP_CODES = new Set<number>(Object.values(OP));
const CHECKSUM_PRESENT = 1;
const MORE_TO_COME = 2;

/** What a client asked. */
export interface Request {
  readonly requestId: number;
  /** OP_QUERY, as clients greet servers that they do not know. */
  readonly isLegacy: boolean;
  readonly isCompressed: boolean;
  /** The client waits for no reply. */
  readonly isUnacknowledged: boolean;
  /** The command, with the documents that came beside it as arrays in it. */
  readonly document: Uint8Array;
}

/** Cuts a stream into messages. */
export class MessageSplitter {
  #chunks: Uint8Array[] = [];
  #length = 0;

  /** @throws RangeError for a length that no message has. */
  *push(chunk: Uint8Array): Generator<Buffer> {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    for (;;) {
      const wanted = this.#wanted();
      if (this.#length < wanted) return;
      const all = Buffer.concat(this.#chunks);
      this.#chunks = [all.subarray(wanted)];
      this.#length -= wanted;
      yield all.subarray(0, wanted);
    }
  }

  /** How many bytes the next message has, as far as is known. */
  #wanted(): number {
    if (this.#length < 4) return HEADER_BYTES;
    if ((this.#chunks[0]?.length ?? 0) < HEADER_BYTES) this.#chunks = [Buffer.concat(this.#chunks)];
    const first = this.#chunks[0] ?? new Uint8Array(4);
    const view = new DataView(first.buffer, first.byteOffset, first.length);
    const wanted = view.getInt32(0, true);
    // Such as the greeting of a client that expects TLS.
    if (first.length >= HEADER_BYTES && !OP_CODES.has(view.getInt32(12, true)))
      throw new RangeError('no message');
    if (wanted < HEADER_BYTES || wanted > MAX_MESSAGE_BYTES)
      throw new RangeError(`a message of ${wanted} bytes`);
    return wanted;
  }
}

/** Reads a whole message. @throws Error for one that no client sends. */
export function parseRequest(message: Buffer): Request {
  const requestId = message.readInt32LE(4);
  const opCode = message.readInt32LE(12);
  const body = message.subarray(HEADER_BYTES);
  if (opCode !== OP.compressed) return { requestId, isCompressed: false, ...parseBody(opCode, body) };
  if (body[8] !== ZLIB) throw new Error(`compressor ${body[8]}`);
  const inflated = inflateSync(body.subarray(9), { maxOutputLength: MAX_MESSAGE_BYTES });
  return { requestId, isCompressed: true, ...parseBody(body.readInt32LE(0), inflated) };
}

function parseBody(opCode: number, body: Buffer): Omit<Request, 'requestId' | 'isCompressed'> {
  if (opCode === OP.message) return parseMessage(body);
  if (opCode !== OP.query) throw new Error(`opcode ${opCode}`);
  // Flags, the collection's full name, and two numbers that a command does not need.
  const start = body.indexOf(0, 4) + 1 + 8;
  const document = documentAt(body, start);
  const database = body.toString('utf8', 4, body.indexOf('.', 4));
  const db = Buffer.from(`\x02$db\0____${database}\0`);
  db.writeInt32LE(database.length + 1, 5);
  const elements = elementsOf(document).map(({ bytes }) => bytes);
  return { isLegacy: true, isUnacknowledged: false, document: documentOf([...elements, db]) };
}

function parseMessage(body: Buffer): Omit<Request, 'requestId' | 'isCompressed'> {
  const flags = body.readUInt32LE(0);
  const end = body.length - ((flags & CHECKSUM_PRESENT) !== 0 ? 4 : 0);
  let command: Uint8Array | undefined;
  const sequences: Uint8Array[] = [];
  let offset = 4;
  while (offset < end) {
    const kind = body[offset];
    const size = body.readInt32LE(offset + 1);
    const section = body.subarray(offset + 1, offset + 1 + size);
    if (kind === 0) command = section;
    else if (kind === 1) sequences.push(parseSequence(section));
    else throw new Error(`section kind ${kind}`);
    offset += 1 + size;
  }
  if (command === undefined || offset !== end) throw new Error('a message without its command');
  const elements = elementsOf(command).map(({ bytes }) => bytes);
  return {
    isLegacy: false,
    isUnacknowledged: (flags & MORE_TO_COME) !== 0,
    document: sequences.length === 0 ? command : documentOf([...elements, ...sequences]),
  };
}

function parseSequence(section: Buffer): Uint8Array {
  const nameEnd = section.indexOf(0, 4);
  const documents: Uint8Array[] = [];
  for (let offset = nameEnd + 1; offset < section.length; ) {
    const document = documentAt(section, offset);
    documents.push(document);
    offset += document.length;
  }
  return arrayElement(section.toString('utf8', 4, nameEnd), documents);
}

function documentAt(bytes: Buffer, offset: number): Buffer {
  const document = bytes.subarray(offset, offset + bytes.readInt32LE(offset));
  if (document.length < 5 || document.at(-1) !== 0) throw new Error('a document without its end');
  return document;
}

/** The message that answers a request. */
export function replyTo(request: Request, document: Uint8Array, replyId: number): Buffer {
  if (request.isLegacy) {
    // AwaitCapable, cursor 0, starting from 0, one document.
    const head = Buffer.from([8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0]);
    return message(OP.reply, request, replyId, [head, document]);
  }
  const parts = [Buffer.alloc(5), document];
  if (!request.isCompressed) return message(OP.message, request, replyId, parts);
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(9);
  head.writeInt32LE(OP.message, 0);
  head.writeInt32LE(body.length, 4);
  head[8] = ZLIB;
  return message(OP.compressed, request, replyId, [head, deflateSync(body)]);
}

function message(opCode: number, request: Request, replyId: number, parts: readonly Uint8Array[]): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  const length = parts.reduce((sum, part) => sum + part.length, HEADER_BYTES);
  for (const [index, field] of [length, replyId, request.requestId, opCode].entries())
    header.writeInt32LE(field, 4 * index);
  return Buffer.concat([header, ...parts], length);
}
