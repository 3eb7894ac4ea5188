// The values of BSON but for documents, and its texts: each was found to be whole.
import { Binary, BSONRegExp, Code, DBRef, Decimal128, MaxKey, MinKey, ObjectId, Timestamp, UUID } from 'bson';
import { protocolError } from '../../errors.ts';
import { int32 } from '../protocol.ts';

const INT64_HIGH = 0x1_0000_0000;
const UUID_SUBTYPE = 4;

/** Reads a value that stands at `at`, before `behind`. */
type Reader = (bytes: Uint8Array, at: number, behind: number) => unknown;

/**
 * By the kind. `Binary` turns bytes into what `bson` has them as: in Node a Buffer. The deprecated ones are what `bson` makes of them: a symbol is a text, a DBPointer a DBRef.
 */
const READERS: Readonly<Record<number, Reader>> = {
  1: (bytes, at) => eightAt(bytes, at).getFloat64(0, true),
  2: readSizedText,
  5: readBinary,
  6: () => undefined,
  7: readObjectId,
  8: readBoolean,
  9: (bytes, at) => new Date(int32(bytes, at + 4) * INT64_HIGH + uint32(bytes, at)),
  10: () => null,
  11: readPattern,
  12: (bytes, at, behind) => new DBRef(readSizedText(bytes, at), readObjectId(bytes, behind - 12)),
  13: (bytes, at) => new Code(readSizedText(bytes, at)),
  14: readSizedText,
  16: int32,
  17: (bytes, at) => new Timestamp({ i: uint32(bytes, at), t: uint32(bytes, at + 4) }),
  18: (bytes, at) => eightAt(bytes, at).getBigInt64(0, true),
  19: (bytes, at, behind) => new Decimal128(new Binary(bytes.slice(at, behind)).buffer),
  127: () => new MaxKey(),
  255: () => new MinKey(),
};

/** Reads a value of a known kind, which is no document. @throws FairleadError `protocol`, and what `bson`'s classes throw. */
export function readValue(bytes: Uint8Array, kind: number, at: number, behind: number): unknown {
  return READERS[kind]?.(bytes, at, behind);
}

const scratch = /* @__PURE__ */ new DataView(/* @__PURE__ */ new ArrayBuffer(8));

/** Eight bytes, in a view that holds no message in memory. */
function eightAt(bytes: Uint8Array, at: number): DataView {
  scratch.setInt32(0, int32(bytes, at), true);
  scratch.setInt32(4, int32(bytes, at + 4), true);
  return scratch;
}

function uint32(bytes: Uint8Array, at: number): number {
  return int32(bytes, at) >>> 0;
}

function readObjectId(bytes: Uint8Array, at: number): ObjectId {
  // A copy: an ObjectId is often kept, and a view would keep the whole message.
  return new ObjectId(bytes.slice(at, at + 12));
}

function readBoolean(bytes: Uint8Array, at: number): boolean {
  const byte = bytes[at] as number;
  if (byte > 1) throw protocolError('a boolean is neither true nor false');
  return byte === 1;
}

function readBinary(bytes: Uint8Array, at: number, behind: number): Binary {
  const subtype = bytes[at + 4] as number;
  const content = bytes.subarray(subtype === 2 ? at + 9 : at + 5, behind);
  return subtype === UUID_SUBTYPE && content.length === 16 ? new UUID(content) : new Binary(content, subtype);
}

function readPattern(bytes: Uint8Array, at: number, behind: number): BSONRegExp {
  const nul = bytes.indexOf(0, at);
  return new BSONRegExp(readName(bytes, at, nul), readName(bytes, nul + 1, behind - 1));
}

const strict = /* @__PURE__ */ new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
/** Names are no reason to refuse a document. */
const lenient = /* @__PURE__ */ new TextDecoder('utf-8', { fatal: false, ignoreBOM: true });

/** Longer texts are left to the platform. */
const SHORT = 24;

/** The names of late: most documents have the same. By a hash that need not be good; a collision takes the other's place. */
const names: string[] = [];
const NAMES = 256;

/** A text between two places. @throws TypeError It is not UTF-8. */
function readText(bytes: Uint8Array, from: number, to: number): string {
  return asciiText(bytes, from, to) ?? strict.decode(bytes.subarray(from, to));
}

/** A text behind its size, which was checked. @throws TypeError It is not UTF-8. */
export function readSizedText(bytes: Uint8Array, at: number): string {
  return readText(bytes, at + 4, at + 3 + int32(bytes, at));
}

/** The name of a field. */
export function readName(bytes: Uint8Array, from: number, to: number): string {
  const length = to - from;
  if (length > SHORT) return lenient.decode(bytes.subarray(from, to));
  let hash = length;
  for (let at = from; at < to; at++) hash = (hash * 31 + (bytes[at] as number)) | 0;
  const slot = hash & (NAMES - 1);
  const known = names[slot];
  if (known !== undefined && isSame(known, bytes, from, length)) return known;
  const name = asciiText(bytes, from, to);
  if (name === undefined) return lenient.decode(bytes.subarray(from, to));
  names[slot] = name;
  return name;
}

function isSame(text: string, bytes: Uint8Array, from: number, length: number): boolean {
  if (text.length !== length) return false;
  for (let i = 0; i < length; i++) if (text.charCodeAt(i) !== bytes[from + i]) return false;
  return true;
}

/** A short text of ASCII; undefined for others. */
function asciiText(bytes: Uint8Array, from: number, to: number): string | undefined {
  if (to - from > SHORT) return undefined;
  let text = '';
  for (let at = from; at < to; at++) {
    const code = bytes[at] as number;
    if (code > 0x7f) return undefined;
    text += String.fromCharCode(code);
  }
  return text;
}
