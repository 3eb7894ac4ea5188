// BSON by its elements, which are passed on as they came: what a client sends reaches the engine byte for byte.
import { onDemand } from 'bson';

/** An element of a document: its name, and all its bytes (type, name and value). */
export interface RawElement {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const text = new TextDecoder();

/** The elements of a document. */
export function elementsOf(document: Uint8Array): RawElement[] {
  return Array.from(onDemand.parseToElements(document), ([, nameOffset, nameLength, offset, length]) => ({
    name: text.decode(document.subarray(nameOffset, nameOffset + nameLength)),
    bytes: document.subarray(nameOffset - 1, offset + length),
  }));
}

/** A document of these elements. */
export function documentOf(elements: readonly Uint8Array[]): Buffer {
  const size = elements.reduce((sum, { length }) => sum + length, 5);
  const head = Buffer.alloc(4);
  head.writeInt32LE(size);
  return Buffer.concat([head, ...elements, Buffer.alloc(1)], size);
}

/** An element that holds an array of documents. */
export function arrayElement(name: string, documents: readonly Uint8Array[]): Buffer {
  const elements = documents.map((document, index) =>
    Buffer.concat([Buffer.from(`\x03${index}\0`), document]),
  );
  return Buffer.concat([Buffer.from(`\x04${name}\0`), documentOf(elements)]);
}
