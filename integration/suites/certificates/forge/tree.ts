// DER as a tree that can be changed anywhere and written again, also wrongly. It reads what is right and writes what it is told.
import { concat } from '@fairlead/bytes';

/** How an element's length is written. */
type LengthForm = 'minimal' | 'long' | 'indefinite' | number;

/** One element. */
export interface DerNode {
  tag: number;
  /** What is in a constructed element, or in an OCTET STRING or BIT STRING that holds DER. */
  children: DerNode[] | undefined;
  /** The contents of a primitive element; for a BIT STRING that holds DER its first byte. */
  value: Uint8Array;
  /** Default `minimal`; a number is added to the true length. */
  length: LengthForm;
}

const EMPTY = new Uint8Array(0);

/** A primitive element. */
export function leafNode(tag: number, value: Uint8Array): DerNode {
  return { tag, children: undefined, value, length: 'minimal' };
}

/** A constructed element. */
export function branch(tag: number, children: DerNode[]): DerNode {
  return { tag, children, value: EMPTY, length: 'minimal' };
}

/** Reads DER, and what OCTET STRINGs hold where that is DER. @throws Error for what is cut. */
export function parse(bytes: Uint8Array): DerNode {
  const [node, rest] = read(bytes);
  if (rest.length > 0) throw new Error('bytes stand behind the DER');
  return node;
}

function read(bytes: Uint8Array): [DerNode, Uint8Array] {
  const [tag = 0, first = 0] = bytes;
  const digits = first < 0x80 ? 0 : first & 0x7f;
  const length =
    digits === 0 ? first : bytes.subarray(2, 2 + digits).reduce((sum, byte) => sum * 256 + byte, 0);
  const begin = 2 + digits;
  if (bytes.length < begin + length || digits > 3) throw new Error('the DER is cut');
  const content = bytes.subarray(begin, begin + length);
  const rest = bytes.subarray(begin + length);
  if ((tag & 0x20) !== 0) return [branch(tag, readAll(content)), rest];
  const node = leafNode(tag, content.slice());
  if (tag === 0x04) node.children = wrapped(content);
  return [node, rest];
}

function readAll(bytes: Uint8Array): DerNode[] {
  const nodes: DerNode[] = [];
  for (let rest = bytes; rest.length > 0; ) {
    const [node, next] = read(rest);
    nodes.push(node);
    rest = next;
  }
  return nodes;
}

function wrapped(content: Uint8Array): DerNode[] | undefined {
  if (![0x30, 0x03, 0x04, 0x02].includes(content[0] ?? 0)) return undefined;
  try {
    return readAll(content);
  } catch {
    return undefined;
  }
}

/** Writes it. */
export function encode(node: DerNode): Uint8Array {
  const content = node.children === undefined ? node.value : concat(node.children.map(encode));
  return concat([
    Uint8Array.of(node.tag & 0xff),
    lengthOf(node.length, content.length),
    content,
    endOf(node),
  ]);
}

function endOf({ length }: DerNode): Uint8Array {
  return length === 'indefinite' ? new Uint8Array(2) : EMPTY;
}

function lengthOf(form: LengthForm, actual: number): Uint8Array {
  if (form === 'indefinite') return Uint8Array.of(0x80);
  const length = Math.max(0, typeof form === 'number' ? actual + form : actual);
  if (form === 'long') return Uint8Array.of(0x83, (length >> 16) & 0xff, (length >> 8) & 0xff, length & 0xff);
  if (length < 0x80) return Uint8Array.of(length);
  if (length < 0x100) return Uint8Array.of(0x81, length);
  if (length < 0x10000) return Uint8Array.of(0x82, length >> 8, length & 0xff);
  return Uint8Array.of(0x83, (length >> 16) & 0xff, (length >> 8) & 0xff, length & 0xff);
}

/** A copy that shares nothing. */
export function clone(node: DerNode): DerNode {
  return { ...node, value: node.value.slice(), children: node.children?.map(clone) };
}

/** An element and where it hangs. */
export interface Place {
  readonly node: DerNode;
  readonly parent: DerNode | undefined;
  readonly index: number;
}

/** All elements below and with it, those outside before those inside. */
export function places(node: DerNode, parent?: DerNode, index = 0): Place[] {
  return [{ node, parent, index }, ...(node.children ?? []).flatMap((child, i) => places(child, node, i))];
}
