// MongoDB's messages from the server's side, written without the client's own code: what tests send and read.
import { concatBytes } from '@fairlead/testkit';
import { type Document, deserialize, serialize } from 'bson';

/** Numbers as int32, little-endian. */
export function int32s(...values: number[]): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(values.length * 4));
  values.forEach((value, i) => {
    bytes.setInt32(i * 4, value, true);
  });
  return new Uint8Array(bytes.buffer);
}

/** One message with its header. */
export function message(responseTo: number, opCode: number, ...parts: Uint8Array[]): Uint8Array {
  const body = concatBytes(parts);
  return concatBytes([int32s(16 + body.length, 77, responseTo, opCode), body]);
}

/** A section of kind 0. */
export function body(document: Document | Uint8Array): Uint8Array {
  return concatBytes([Uint8Array.of(0), document instanceof Uint8Array ? document : serialize(document)]);
}

/** A section of kind 1. */
export function sequence(name: string, documents: readonly Document[], size?: number): Uint8Array {
  const content = concatBytes([
    new TextEncoder().encode(`${name}\0`),
    ...documents.map((document) => serialize(document)),
  ]);
  return concatBytes([Uint8Array.of(1), int32s(size ?? 4 + content.length), content]);
}

/** OP_MSG. */
export function opMsg(responseTo: number, document: Document | Uint8Array, flags = 0): Uint8Array {
  return message(responseTo, 2013, int32s(flags), body(document));
}

/** OP_REPLY, as the answer to the first hello. */
export function opReply(responseTo: number, document: Document, { flags = 8, count = 1 } = {}): Uint8Array {
  return message(responseTo, 1, int32s(flags, 0, 0, 0, count), serialize(document));
}

/** What a client sent. */
export interface Received {
  readonly requestId: number;
  readonly opCode: number;
  readonly flags: number;
  readonly command: Document;
  readonly sequences: Readonly<Record<string, readonly Document[]>>;
  readonly bytes: Uint8Array;
}

/** Reads one whole message. */
export function readMessage(bytes: Uint8Array): Received {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const requestId = view.getInt32(4, true);
  const opCode = view.getInt32(12, true);
  const flags = view.getInt32(16, true);
  const head = { requestId, opCode, flags, sequences: {}, bytes };
  if (opCode === 2012) return { ...head, command: {} };
  if (opCode === 2004) return { ...head, command: deserialize(bytes.subarray(39), { useBigInt64: true }) };
  const sequences: Record<string, Document[]> = {};
  let command: Document = {};
  for (let at = 20; at < bytes.length; ) {
    const size = view.getInt32(at + 1, true);
    const section = bytes.subarray(at + 1, at + 1 + size);
    if (bytes[at] === 0) command = deserialize(section, { useBigInt64: true });
    else {
      const nul = section.indexOf(0, 4);
      const documents: Document[] = [];
      for (let from = nul + 1; from < section.length; ) {
        const length = new DataView(section.buffer, section.byteOffset + from).getInt32(0, true);
        documents.push(deserialize(section.subarray(from, from + length), { useBigInt64: true }));
        from += length;
      }
      sequences[new TextDecoder().decode(section.subarray(4, nul))] = documents;
    }
    at += 1 + size;
  }
  return { ...head, command, sequences };
}
