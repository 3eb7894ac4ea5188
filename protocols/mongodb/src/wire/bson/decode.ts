// BSON from the network as values, in one walk: int64 as bigint, everything that JavaScript has no type for as a class of `bson`. Each value
// is checked before it is read. Nothing is rounded or taken for something else.

import { isFairleadError } from '@fairlead/errors';
import { Code, DBRef, type Document } from 'bson';
import { protocolError } from '../../errors.ts';
import { int32, MAX_DEPTH } from '../protocol.ts';
import type { RawFields } from '../types.ts';
import {
  ARRAY,
  checkDocument,
  DOCUMENT,
  documentEnd,
  isNested,
  scopeAt,
  tooDeep,
  valueAt,
  valueEnd,
} from './check.ts';
import { readName, readSizedText, readValue } from './values.ts';

/**
 * One document as values.
 * @param bytes The document, and nothing behind it.
 * @param raw Which fields come as bytes: checked, not read.
 * @throws FairleadError `protocol` where it is malformed, is nested too deep, or has a text that is not UTF-8.
 */
export function decodeDocument(bytes: Uint8Array, raw?: RawFields): Document {
  if (documentEnd(bytes, 0, bytes.length) !== bytes.length) {
    throw protocolError('bytes behind the end of a document');
  }
  try {
    return asReference(readFields(bytes, 0, bytes.length, 0, raw));
  } catch (cause) {
    if (isFairleadError(cause)) throw cause;
    throw protocolError('a document holds a value that cannot be read', cause);
  }
}

/** The fields of the document at `start`; `end` is its own. */
function readFields(
  bytes: Uint8Array,
  start: number,
  end: number,
  depth: number,
  raw: RawFields | undefined,
): Document {
  const document: Document = {};
  for (let from = start + 4; from < end - 1; ) {
    const kind = bytes[from] as number;
    const at = valueAt(bytes, from, end);
    const name = readName(bytes, from + 1, at - 1);
    const wanted = raw !== undefined && Object.hasOwn(raw, name) ? raw[name] : undefined;
    // No server repeats one.
    if (wanted !== undefined && Object.hasOwn(document, name))
      throw protocolError('a reply has a field twice');
    const behind = valueEnd(bytes, kind, at, end);
    const value =
      wanted === true && (kind === DOCUMENT || kind === ARRAY)
        ? rawValue(bytes, kind, at, behind)
        : readAny(bytes, kind, at, behind, depth, wanted === true ? undefined : wanted);
    if (name === '__proto__') define(document, name, value);
    else document[name] = value;
    from = behind;
  }
  return document;
}

function readList(bytes: Uint8Array, start: number, end: number, depth: number): unknown[] {
  const list: unknown[] = [];
  for (let from = start + 4; from < end - 1; ) {
    const kind = bytes[from] as number;
    const at = valueAt(bytes, from, end);
    const behind = valueEnd(bytes, kind, at, end);
    list.push(readAny(bytes, kind, at, behind, depth, undefined));
    from = behind;
  }
  return list;
}

function readAny(
  bytes: Uint8Array,
  kind: number,
  at: number,
  behind: number,
  depth: number,
  raw: RawFields | undefined,
): unknown {
  if (!isNested(kind)) return readValue(bytes, kind, at, behind);
  if (depth === MAX_DEPTH) throw tooDeep();
  if (kind === DOCUMENT) return asReference(readFields(bytes, at, behind, depth + 1, raw));
  if (kind === ARRAY) return readList(bytes, at, behind, depth + 1);
  const inner = scopeAt(bytes, at, behind);
  const scope = readFields(bytes, inner, behind, depth + 1, undefined);
  return new Code(readSizedText(bytes, at + 4), scope);
}

function rawValue(bytes: Uint8Array, kind: number, at: number, behind: number): Uint8Array | Uint8Array[] {
  checkDocument(bytes, at, behind);
  return kind === DOCUMENT ? bytes.subarray(at, behind) : documentsOf(bytes, at);
}

/** The documents of an array that was checked. @throws FairleadError `protocol` where something else is in it. */
function documentsOf(bytes: Uint8Array, start: number): Uint8Array[] {
  const documents: Uint8Array[] = [];
  const end = start + int32(bytes, start);
  for (let from = start + 4; bytes[from] !== 0; ) {
    if (bytes[from] !== DOCUMENT) throw protocolError('a list of documents holds something else');
    const at = valueAt(bytes, from, end);
    from = at + int32(bytes, at);
    documents.push(bytes.subarray(at, from));
  }
  return documents;
}

/** A field named `__proto__` is a field. */
function define(holder: Document, name: string, value: unknown): void {
  Object.defineProperty(holder, name, { value, writable: true, enumerable: true, configurable: true });
}

/** A document of `$ref`, `$id` and perhaps `$db`, with other fields without a dollar, is a reference. */
function asReference(document: Document): Document {
  if (typeof document.$ref !== 'string' || document.$id == null) return document;
  const isReference =
    (!('$db' in document) || typeof document.$db === 'string') &&
    Object.keys(document).every((name) => name[0] !== '$' || /^\$(ref|id|db)$/.test(name));
  const { $ref, $id, $db, ...fields } = document;
  return isReference ? new DBRef($ref, $id, $db, fields) : document;
}
