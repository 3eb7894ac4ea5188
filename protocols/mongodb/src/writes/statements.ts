// Writes as the server takes them: documents with their `_id`, update and delete statements, each as its BSON. Pure.
import { FairleadError, usage } from '@fairlead/errors';
import { type Document, ObjectId } from 'bson';
import { documentOf, sortOf } from '../database/arguments.ts';
import type { Sort } from '../types/documents.ts';
import { encodeBehind, encodeDocument } from '../wire/bson/encode.ts';
import { putInt32 } from '../wire/protocol.ts';

/** The commands that take many statements. */
export type WriteCommand = 'insert' | 'update' | 'delete';

/** One statement of a command. */
export interface Statement {
  readonly command: WriteCommand;
  readonly bytes: Uint8Array;
  /** The `_id` of a document to insert. */
  readonly id?: unknown;
  /** It may change many documents: a second try could do more than one. */
  readonly isMulti: boolean;
}

/** The bytes of `_id` as an ObjectId: type 7, name, value. */
const ID_BYTES = 17;

/**
 * A document to insert. Without an `_id` it gets an ObjectId, which stands first in its BSON; the caller's object stays as it is.
 * @param maxBytes The server's limit for one document.
 */
export function insertStatement(given: unknown, maxBytes: number): Statement {
  let document = documentOf(given, 'the document to insert');
  if (typeof document.toBSON === 'function')
    document = documentOf(document.toBSON(), 'the document to insert');
  let id: unknown = document instanceof Map ? document.get('_id') : document._id;
  let bytes: Uint8Array;
  if (id !== undefined) {
    bytes = encodeDocument(document);
  } else {
    const objectId = new ObjectId();
    id = objectId;
    bytes = withId(encodeBehind(withoutId(document), ID_BYTES), objectId);
  }
  if (bytes.length > maxBytes) {
    throw new FairleadError(
      'limit',
      `the document has ${bytes.length} bytes, of ${maxBytes} that the server takes`,
      {
        safeToRetry: true,
      },
    );
  }
  return { command: 'insert', bytes, id, isMulti: false };
}

/** `_id: undefined` must not become null beside the `_id` that is made. */
function withoutId(document: Document): Document {
  if (document instanceof Map) return new Map([...document].filter(([name]) => name !== '_id'));
  if (!('_id' in document)) return document;
  const { _id, ...rest } = document;
  return rest;
}

/** @param bytes The document, behind room for its `_id`: its size moves to the front, and the element takes its place. */
function withId(bytes: Uint8Array, id: ObjectId): Uint8Array {
  putInt32(bytes, 0, bytes.length);
  // Type 7, `_id`, NUL.
  bytes.set([7, 0x5f, 0x69, 0x64, 0], 4);
  bytes.set(id.id, 9);
  return bytes;
}

/** What an update statement may have besides its filter and its update. */
interface UpdateChoices {
  readonly upsert?: boolean | undefined;
  readonly arrayFilters?: readonly Document[] | undefined;
  readonly collation?: object | undefined;
  readonly hint?: unknown;
  readonly sort?: Sort | undefined;
}

/** An update statement. @param update Checked by `checkUpdate` or `checkReplacement`. */
export function updateStatement(
  filter: unknown,
  update: unknown,
  isMulti: boolean,
  { upsert, arrayFilters, collation, hint, sort }: UpdateChoices,
): Statement {
  const document: Document = { q: documentOf(filter, 'the filter'), u: update };
  if (isMulti) document.multi = true;
  if (upsert !== undefined) document.upsert = upsert;
  if (arrayFilters !== undefined) document.arrayFilters = arrayFilters;
  if (collation !== undefined) document.collation = collation;
  if (hint !== undefined) document.hint = hint;
  if (sort !== undefined) document.sort = sortOf(sort);
  return { command: 'update', bytes: encodeDocument(document), isMulti };
}

/** A delete statement. */
export function deleteStatement(
  filter: unknown,
  isMulti: boolean,
  { collation, hint }: UpdateChoices,
): Statement {
  const document: Document = { q: documentOf(filter, 'the filter'), limit: isMulti ? 0 : 1 };
  if (collation !== undefined) document.collation = collation;
  if (hint !== undefined) document.hint = hint;
  return { command: 'delete', bytes: encodeDocument(document), isMulti };
}

/** @throws FairleadError `usage`: neither operators nor a pipeline. A document without operators would replace what it matches. */
export function checkUpdate(update: unknown): unknown {
  if (Array.isArray(update)) {
    if (update.length > 0) return update;
  } else if (firstKey(documentOf(update, 'the update'))?.startsWith('$')) return update;
  throw usage('an update begins with an operator, such as $set, or is a pipeline; replaceOne replaces');
}

/** @throws FairleadError `usage`: operators in place of a document. */
export function checkReplacement(replacement: unknown): unknown {
  if (!firstKey(documentOf(replacement, 'the replacement'))?.startsWith('$')) return replacement;
  throw usage('a replacement has no operators; updateOne has');
}

function firstKey(document: Document): string | undefined {
  if (document instanceof Map) return document.keys().next().value;
  for (const key in document) return key;
  return undefined;
}
