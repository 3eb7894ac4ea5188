// The values that BSON does not hold, and their errors.
import { cannotSend } from '../../errors.ts';

/** @param cause What a `toBSON` threw. */
export function unfit(why: string, cause?: unknown): Error {
  return cannotSend('usage', `A document cannot be written as BSON: ${why}`, cause);
}

/** The error of a value of another kind. @param what Begins a sentence. */
export function noBson(what: string): Error {
  return cannotSend('usage', `${what} cannot be written as BSON`);
}

/**
 * Checks an object whose fields are about to be written.
 * @throws FairleadError `usage`: a Set, a Promise that was not awaited, an Error, a URL, ...: it would become an empty document, which as a
 *   filter means all.
 */
export function checkFields(value: object): void {
  const kind = Object.prototype.toString.call(value).slice(8, -1);
  if (kind === 'Object' || value instanceof Map) return;
  // A boxed text has its letters as fields.
  const isOther = ArrayBuffer.isView(value) || kind === 'String' || Object.keys(value).length === 0;
  if (isOther) throw noBson(`A value of the kind ${kind}`);
}

/** Whether an object is a value, and no document. */
export function isScalar(value: unknown): boolean {
  return (
    typeof value !== 'object' ||
    value === null ||
    Array.isArray(value) ||
    ArrayBuffer.isView(value) ||
    value instanceof Date ||
    value instanceof RegExp ||
    value instanceof ArrayBuffer ||
    ('_bsontype' in value && typeof value._bsontype === 'string')
  );
}
