// Checks the structure of a BSON document that came from the network, in one walk and without recursion: sizes, terminators,
// kinds, depth. It decodes no value; texts are checked where they are decoded.
import { protocolError } from '../../errors.ts';
import { int32, MAX_DEPTH } from '../protocol.ts';

/** The kind of an element that is a document. */
export const DOCUMENT = 3;
/** The kind of an element that is an array: a document whose names are numbers. */
export const ARRAY = 4;
/** The kind of JavaScript code with its variables: a text and a document. */
const CODE_WITH_SCOPE = 15;

/** Kinds whose values have a size of their own; other entries of `SIZES` are that many bytes. */
const TEXT = -1;
const NESTED = -2;
const BINARY = -3;
const REGULAR_EXPRESSION = -4;
const DB_POINTER = -5;
const SCOPE = -6;
const UNKNOWN = -7;

/** The bytes of a value of each kind (bsonspec.org, version 1.1), or how they are found. */
const SIZES = /* @__PURE__ */ sizes();

function sizes(): Int8Array {
  const found = new Int8Array(256).fill(UNKNOWN);
  // Double, text, document, array, binary, undefined, ObjectId, boolean, date, null, regular expression, DBPointer, code,
  // symbol, code with scope, int32, timestamp, int64, Decimal128.
  const known = [
    8,
    TEXT,
    NESTED,
    NESTED,
    BINARY,
    0,
    12,
    1,
    8,
    0,
    REGULAR_EXPRESSION,
    DB_POINTER,
    TEXT,
    TEXT,
    SCOPE,
    4,
    8,
    8,
    16,
  ];
  found.set(known, 1);
  // MinKey and MaxKey.
  found[0xff] = found[0x7f] = 0;
  return found;
}

/** The places at which the documents around the walk end. One walk at a time needs it: a walk is synchronous. */
const ends = /* @__PURE__ */ new Int32Array(MAX_DEPTH + 1);

/**
 * Checks the document at `start`.
 * @returns The place behind it.
 * @throws FairleadError `protocol`.
 */
export function checkDocument(bytes: Uint8Array, start: number, limit: number): number {
  let end = documentEnd(bytes, start, limit);
  let at = start + 4;
  let depth = 0;
  for (;;) {
    if (at === end - 1) {
      // `documentEnd` has looked at the terminator.
      at = end;
      if (depth === 0) return end;
      end = ends[--depth] as number;
      continue;
    }
    const kind = bytes[at] as number;
    at = valueAt(bytes, at, end);
    const behind = valueEnd(bytes, kind, at, end);
    if (isNested(kind)) {
      if (++depth > MAX_DEPTH) throw tooDeep();
      ends[depth - 1] = end;
      end = behind;
      at = (kind === CODE_WITH_SCOPE ? scopeAt(bytes, at, end) : at) + 4;
    } else {
      at = behind;
    }
  }
}

/** The end of the document at `start`, which must lie before or at `limit`. What is inside is not looked at. */
export function documentEnd(bytes: Uint8Array, start: number, limit: number): number {
  if (start + 5 > limit) throw malformed();
  const end = start + int32(bytes, start);
  if (end < start + 5 || end > limit || bytes[end - 1] !== 0) throw malformed();
  return end;
}

/** The place of an element's value: behind the kind and the name. */
export function valueAt(bytes: Uint8Array, at: number, end: number): number {
  return textEnd(bytes, at + 1, end);
}

/** The place behind a text that ends with NUL. */
function textEnd(bytes: Uint8Array, start: number, end: number): number {
  for (let at = start; at < end; at++) {
    if (bytes[at] === 0) return at + 1;
  }
  throw malformed();
}

/** Whether a value of this kind has a document in it. */
export function isNested(kind: number): boolean {
  return kind === DOCUMENT || kind === ARRAY || kind === CODE_WITH_SCOPE;
}

/** The place of the scope in code with scope: behind the whole value's size and the code. */
export function scopeAt(bytes: Uint8Array, at: number, end: number): number {
  if (at + 4 >= end) throw malformed();
  return behindText(bytes, at + 4, end);
}

function behindText(bytes: Uint8Array, at: number, end: number): number {
  if (at + 4 >= end) throw malformed();
  const size = int32(bytes, at);
  // Not by a sum that might overflow.
  if (size < 1 || size > end - at - 4 || bytes[at + 3 + size] !== 0) throw malformed();
  return at + 4 + size;
}

/** The place behind the value at `at`, which must lie before `end`. What is inside a document is not looked at. */
export function valueEnd(bytes: Uint8Array, kind: number, at: number, end: number): number {
  const size = SIZES[kind] as number;
  const behind = size >= 0 ? at + size : measured(bytes, at, end, size);
  if (behind >= end) throw malformed();
  return behind;
}

/** The place behind a value whose size stands in it. */
function measured(bytes: Uint8Array, at: number, end: number, kind: number): number {
  switch (kind) {
    case NESTED:
      return documentEnd(bytes, at, end - 1);
    case SCOPE:
      return scopeEnd(bytes, at, end);
    case TEXT:
      return behindText(bytes, at, end);
    case BINARY:
      return behindBinary(bytes, at, end);
    case REGULAR_EXPRESSION:
      return textEnd(bytes, textEnd(bytes, at, end), end);
    case DB_POINTER:
      return behindText(bytes, at, end) + 12;
    default:
      throw protocolError('an element of a document has a kind that BSON does not know');
  }
}

function behindBinary(bytes: Uint8Array, at: number, end: number): number {
  if (at + 5 >= end) throw malformed();
  const size = int32(bytes, at);
  if (size < 0 || size > end - at - 5) throw malformed();
  // Subtype 2, of old, has its size once more inside.
  if (bytes[at + 4] === 2 && (size < 4 || int32(bytes, at + 5) !== size - 4)) throw malformed();
  return at + 5 + size;
}

function scopeEnd(bytes: Uint8Array, at: number, end: number): number {
  const behind = documentEnd(bytes, scopeAt(bytes, at, end), end - 1);
  if (behind !== at + int32(bytes, at)) throw malformed();
  return behind;
}

/** The error of a document with too many documents in documents. */
export function tooDeep(): Error {
  return protocolError(`a document is nested more than ${MAX_DEPTH} deep`);
}

function malformed(): Error {
  return protocolError('a document is malformed');
}
